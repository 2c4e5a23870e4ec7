"""Reports from a file, drawn by the window's parts: timeline, card, details and paper, without a screen."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent, QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from fmsdiag.gui.details.details import Details, Page
from fmsdiag.gui.report_file.opened_banner import OpenedBanner
from fmsdiag.gui.report_file.printing import printed
from fmsdiag.gui.theme.palette import apply_theme
from fmsdiag.gui.theme.theme import LIGHT
from fmsdiag.gui.timeline.model import TimelineModel
from fmsdiag.gui.timeline.view import Timeline
from fmsdiag.gui.verdict.card import VerdictCard
from fmsdiag.model import Report
from fmsdiag.report.json import ReportError
from fmsdiag.report.open_file import OpenedReport, open_report
from tests.fuzz import changed_report
from tests.fuzz.inputs import Input
from tests.gui.scripted import events_until

WEIGHT = 4
SIZES = ((720, 520), (1100, 720), (400, 300), (2400, 1300))
LIBRARIES_LEAK = 32
"""Objects an input, some 60 bytes each: PySide keeps a tuple of each signal that is connected and flag that is set."""
LIVE, ON_PAPER = 4, 8
"""Bits of the first byte beside those of the size: the run is shown while it grows, and as it is printed."""

OF_THIS_PLATFORM = ("This plugin does not support", "OpenType support missing for")
"""What Qt says of a platform without a screen, and of a computer with few fonts."""


def seeds() -> list[bytes]:
    """The window's size and what it does, then a changed report."""
    return [bytes((n & 15,)) + seed for n, seed in enumerate(changed_report.seeds())]


def longer(size: int) -> Iterator[tuple[str, bytes]]:
    for name, changed in changed_report.longer(size):
        yield name, bytes((1 | ON_PAPER,)) + changed


def check(data: bytes) -> None:
    """Nothing is raised, also not where Qt only prints it, and Qt has nothing to warn of."""
    given = Input(data)
    flags = given.byte()
    try:
        opened = open_report(changed_report.file_of(given))
    except ReportError:
        return
    assert opened.report is not None
    _application()
    complaints = Complaints()
    with complaints:
        _draw(opened, opened.report, flags)
    assert not complaints.heard, complaints.heard[0]


class Complaints:
    """What is raised below Qt, which prints it and goes on, and what Qt itself warns of; while it is entered."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def __enter__(self) -> None:
        self._hook, sys.excepthook = sys.excepthook, self._raised
        self._handler: Callable[..., Any] | None = qInstallMessageHandler(self._warned)

    def __exit__(self, *_: object) -> None:
        sys.excepthook = self._hook
        qInstallMessageHandler(self._handler)

    def _raised(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        code = trace.tb_frame.f_code if trace is not None else None
        self.heard.append(
            f"{kind.__name__}: {error} ({code and code.co_filename}:{trace and trace.tb_lineno})"
        )

    def _warned(self, kind: QtMsgType, _: QMessageLogContext, message: str) -> None:
        if kind is not QtMsgType.QtDebugMsg and not message.startswith(OF_THIS_PLATFORM):
            self.heard.append(message)


def _draw(opened: OpenedReport, report: Report, flags: int) -> None:
    window = QWidget()
    model = TimelineModel(window)
    banner, card, timeline, details = OpenedBanner(), VerdictCard(), Timeline(model), Details()
    layout = QVBoxLayout(window)
    for part in (banner, card, timeline, details):
        layout.addWidget(part)
    timeline.selected.connect(details.show_node)
    window.resize(*SIZES[flags % len(SIZES)])
    if flags & LIVE:
        _grow(model, timeline, report)
    banner.show_opened(opened, "report.html", here=False)
    model.clear()
    model.show_report(report)
    card.show_report(report, opened=True)
    details.show_report(report)
    timeline.tree.expandAll()
    window.grab()
    for seen in (o for attempt in report.attempts[:3] for o in attempt.observations[:4]):
        timeline.reveal(seen.id)
    for page in range(len(Page)):
        details.tabs.setCurrentIndex(page)
        details.grab()
    details.scope.setCurrentIndex(1)
    if flags & ON_PAPER:
        printed(report).pageCount()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    # Qt's queue keeps the places of events whose receivers are gone until all of it is worked off, as a loop does
    QCoreApplication.sendPostedEvents()


def _grow(model: TimelineModel, timeline: Timeline, report: Report) -> None:
    """The run as it was drawn while it went on."""
    model.begin()
    for at_s in (0.0, 0.5, 1e6):
        model.apply(events_until(report, at_s))
        model.set_now(at_s)
        timeline.grab()


@functools.cache
def _application() -> QApplication:
    """The one of this process, kept as long as it lives."""
    found = QApplication.instance()
    application = found if isinstance(found, QApplication) else QApplication([])
    application.setStyle("Fusion")
    apply_theme(application, LIGHT)
    return application
