"""Stands in the form's place while a report from a file is shown: where it comes from, and what can be done."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from fmsdiag.model import Report
from fmsdiag.report.open_file import OpenedReport
from fmsdiag.report.redact import INCLUDED
from fmsdiag.report.visible import one_line

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")


def origin(report: Report, here: bool) -> str:
    """ "Report from another computer, 12 May 2026, 14:02 (+02:00), redacted": the time as it was there."""
    where = "this computer" if here else "another computer"
    hidden = ", redacted" if report.redaction else ", not redacted"
    if INCLUDED in report.redaction:
        hidden = ", with sensitive data"
    return f"Report from {where}, {_moment(report)}{hidden}"


def _moment(report: Report) -> str:
    try:
        utc = datetime.fromisoformat(report.started_at)
    except ValueError:
        return one_line(report.started_at, 40) or "undated"
    offset = _OFFSET.fullmatch(report.environment.utc_offset)
    there, zone = utc, "UTC"
    if offset is not None and int(offset[2]) < 24 and int(offset[3]) < 60 and utc.tzinfo is not None:
        ahead = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
        there = utc.astimezone(timezone(ahead if offset[1] == "+" else -ahead))
        zone = offset[0]
    return f"{there.day} {_MONTHS[there.month - 1]} {there.year}, {there:%H:%M} ({zone})"


class OpenedBanner(QFrame):
    """The origin, the server, a notice if the file has one, and two buttons."""

    test_here = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.title = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self.title.setObjectName("bannerTitle")
        self.about = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self.about.setProperty("role", "muted")
        self.about.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.notice = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self.test_button = QPushButton("Test This &Server from Here")
        self.test_button.clicked.connect(self.test_here)
        self.close_button = QPushButton("&Close Report")
        self.close_button.clicked.connect(self.closed)
        words = QVBoxLayout()
        words.setSpacing(3)
        for label in (self.title, self.about, self.notice):
            words.addWidget(label)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 12, 10)
        row.setSpacing(8)
        row.addLayout(words, 1)
        row.addWidget(self.test_button, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)

    def show_opened(self, opened: OpenedReport, name: str, here: bool) -> None:
        """`name` is the file's, `here` whether this computer made it."""
        report = opened.report
        self.title.setText(origin(report, here) if report else "Report of a newer fmsdiag")
        self.about.setText(_about(report, name) if report else one_line(name, 120))
        self.notice.setText(opened.notice)
        self.notice.setVisible(bool(opened.notice))
        self.test_button.setVisible(report is not None)
        self.setAccessibleName(self.title.text())


def _about(report: Report, name: str) -> str:
    target = report.target
    application = f", application {one_line(target.application, 60)}" if target.application else ""
    return f"{one_line(target.host, 120)}{application} · {one_line(name, 120)}"
