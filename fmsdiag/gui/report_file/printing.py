"""The report on paper: the ticket's text, laid out by Qt."""

from __future__ import annotations

from PySide6.QtGui import QFont, QTextDocument
from PySide6.QtPrintSupport import QPrinter

from fmsdiag.gui.report_file.saving import ticket
from fmsdiag.messages.host_names import as_typed
from fmsdiag.model import Report

_FEATURES = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML
_PAPER = "body { color: black; } table { border-collapse: collapse; } td, th { padding: 3px 6px; }"


def printed(report: Report) -> QTextDocument:
    """The redacted report as a document; black on white whatever the window's theme is."""
    document = QTextDocument()
    font = QFont(document.defaultFont())
    font.setPointSizeF(10)
    document.setDefaultFont(font)
    document.setDefaultStyleSheet(_PAPER)
    document.setMarkdown(ticket(report), _FEATURES)
    return document


def print_report(report: Report, printer: QPrinter) -> None:
    """Send the report to `printer`."""
    document = printed(report)
    printer.setDocName(f"fmsdiag {as_typed(report.target.host)}")
    document.print_(printer)
