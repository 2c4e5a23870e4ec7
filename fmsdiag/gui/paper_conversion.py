"""A report as PDF or picture for the command line, which has no window: an application is made for that alone."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from fmsdiag.gui.app import make_application
from fmsdiag.gui.report_file.paper import PAPER_FILES
from fmsdiag.model import Report


def draw(report: Report, kind: str) -> bytes:
    """The report in that format, "pdf" or "png". The process needs a platform of Qt's that needs no display, or a display."""
    application = QApplication.instance() or make_application(["fmsdiag"])
    try:
        return PAPER_FILES[kind](report)
    finally:
        del application  # fonts and pictures need it until here
