"""Replaces the form while a report from a file is shown: where the report comes from, and what can be done with it."""

from __future__ import annotations

import re
from datetime import UTC, timedelta, timezone

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from fmsdiag.gui.report_file.today import todays_words
from fmsdiag.gui.verdict.wrapped_text import WrappedText
from fmsdiag.messages.reader import current_language, say
from fmsdiag.messages.text import Table, text
from fmsdiag.messages.visible import one_line
from fmsdiag.model import Report, Verdict
from fmsdiag.report.hidden import is_private
from fmsdiag.report.open_file import OpenedReport
from fmsdiag.report.strict import STRICT
from fmsdiag.report.view import prepared_line

_MOST_LINES = 2
"""Of the second verdict: in a small window the card needs the room; a tooltip has the rest."""
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")


class BannerTexts(Table, of="gui.banner"):
    """The banner. "&" marks the access key."""

    # translators: {at} is a date and time
    HERE = text("Report from this computer, {at:name}, not redacted")
    HERE_REDACTED = text("Standard report from this computer, {at:name}")
    HERE_STRICT = text("Strict report from this computer, {at:name}")
    HERE_PRIVATE = text("Report from this computer, {at:name}, with sensitive data")
    ELSEWHERE = text("Report from another computer, {at:name}, not redacted")
    ELSEWHERE_REDACTED = text("Standard report from another computer, {at:name}")
    ELSEWHERE_STRICT = text("Strict report from another computer, {at:name}")
    ELSEWHERE_PRIVATE = text("Report from another computer, {at:name}, with sensitive data")
    UNDATED = text("undated")
    NEWER = text("Report of a newer fmsdiag")
    # translators: {file} is the name of the report's file
    SERVER = text("{host} · {file:name}")
    SERVER_AND_APPLICATION = text("{host}, application {application:name} · {file:name}")
    TEST = text("Test This &Server from Here")
    CLOSE = text("&Close Report")


_ORIGINS = {
    # (of this computer, redacted, with sensitive data)
    (True, False, False): BannerTexts.HERE,
    (True, True, False): BannerTexts.HERE_REDACTED,
    (True, True, True): BannerTexts.HERE_PRIVATE,
    (False, False, False): BannerTexts.ELSEWHERE,
    (False, True, False): BannerTexts.ELSEWHERE_REDACTED,
    (False, True, True): BannerTexts.ELSEWHERE_PRIVATE,
}


def origin(report: Report, here: bool) -> str:
    """ "Standard report from another computer, 12 May 2026 14:02 (UTC+02:00)": its level, and the time as it was there."""
    said = _ORIGINS[here, bool(report.redaction), is_private(report)]
    if STRICT in report.redaction:
        said = BannerTexts.HERE_STRICT if here else BannerTexts.ELSEWHERE_STRICT
    at = current_language().moment(one_line(report.started_at, 40), _zone(report.environment.utc_offset))
    return say(said, at=at or say(BannerTexts.UNDATED))


def made_at(report: Report) -> str:
    """ "12 May 14:02": when it was tested, as the time was there."""
    at = current_language().short_moment(report.started_at[:40], _zone(report.environment.utc_offset))
    return at or say(BannerTexts.UNDATED)


def _zone(offset: str) -> timezone:
    """The zone of a report's computer; UTC where that is not known."""
    found = _OFFSET.fullmatch(offset)
    if found is None or int(found[2]) >= 24 or int(found[3]) >= 60:
        return UTC
    ahead = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return timezone(ahead if found[1] == "+" else -ahead)


class OpenedBanner(QFrame):
    """The origin, the server, who prepared the test, today's verdict if it differs, the file's notice, and two buttons."""

    test_here = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.title = WrappedText(bold=True)
        self.about = WrappedText(muted=True)
        self.prepared = WrappedText()
        self.today = WrappedText()
        self.today.set_most_lines(_MOST_LINES)
        self.notice = WrappedText()
        self.test_button = QPushButton(say(BannerTexts.TEST))
        self.test_button.clicked.connect(self.test_here)
        self.close_button = QPushButton(say(BannerTexts.CLOSE))
        self.close_button.clicked.connect(self.closed)
        words = QVBoxLayout()
        words.setSpacing(3)
        for label in (self.title, self.about, self.prepared, self.notice):
            words.addWidget(label)
        both = QVBoxLayout(self)
        both.setContentsMargins(16, 10, 12, 10)
        both.setSpacing(3)
        row = QHBoxLayout()
        row.setSpacing(8)
        both.addLayout(row)
        both.addWidget(self.today)  # under the buttons, too: it is long
        row.addLayout(words, 1)
        row.addWidget(self.test_button, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)

    def show_opened(self, opened: OpenedReport, name: str, here: bool, today: Verdict | None = None) -> None:
        """`name` is the file's, `here` whether this computer made it, `today` what today's rules say instead."""
        report = opened.report
        self.title.setText(origin(report, here) if report else say(BannerTexts.NEWER))
        self.about.setText(_about(report, name) if report else one_line(name, 120))
        prepared = prepared_line(report.prepared) if report is not None else ""
        self.prepared.setText(prepared)
        self.prepared.setVisible(bool(prepared))
        said = todays_words(report, today) if report is not None else ""
        self.today.setText(said)
        self.today.setVisible(bool(said))
        self.notice.setText(opened.notice)
        self.notice.setVisible(bool(opened.notice))
        self.test_button.setVisible(report is not None)
        self.setAccessibleName(self.title.text())


def _about(report: Report, name: str) -> str:
    target = report.target
    host, file = one_line(target.host, 120), one_line(name, 120)
    if not target.application:
        return say(BannerTexts.SERVER, host=host, file=file)
    application = one_line(target.application, 60)
    return say(BannerTexts.SERVER_AND_APPLICATION, host=host, application=application, file=file)
