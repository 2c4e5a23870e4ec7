"""After the start: a run that was interrupted, by a crash or a power cut, can be opened. Asked once for each run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QSettings

from fmsdiag.gui.background import in_background
from fmsdiag.gui.settings import string
from fmsdiag.journal.folder import chosen_folder
from fmsdiag.journal.last_run import LastRun, last_run
from fmsdiag.journal.notices import LastRunTexts, notice_of
from fmsdiag.log import LOGGER
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.report.open_file import OpenedReport

if TYPE_CHECKING:
    from fmsdiag.gui.message_bar import MessageBar
    from fmsdiag.gui.report_view import ReportView

_ANSWERED_KEY = "journal/answered"


class OfferTexts(Table, of="gui.last-run"):
    """The message bar, and the name of what it opens."""

    # translators: {at} is a date and time
    OFFER = text("The test of {host} at {at:moment} was interrupted. What was seen until then has been kept.")
    OPEN = text("Open")
    # translators: stands where the name of a report's file stands
    NAME = text("interrupted test")


class LastRunOffer:
    """Tells of an interrupted run in the message bar, unless something else is going on there by then."""

    def __init__(self, view: ReportView, bar: MessageBar, settings: QSettings) -> None:
        self._view, self._bar, self._settings = view, bar, settings

    async def look(self, environment: Mapping[str, str]) -> None:
        """Read the last run in another thread, and offer it."""
        folder = chosen_folder(environment)
        if folder is None:
            return
        try:
            last = await in_background(last_run, folder)
        except OSError as error:
            LOGGER.warning("the journals cannot be read: %s", error.strerror or error)
            return
        self.offer(last)

    def offer(self, last: LastRun) -> None:
        """Say that it was interrupted, with a button that opens it."""
        if not self._view.is_idle or not self._bar.isHidden():
            return
        report = last.report
        answered = report is None or string(self._settings, _ANSWERED_KEY) == report.report_id
        if report is not None and last.interrupted and not answered:
            said = say(OfferTexts.OFFER, host=report.target.host, at=report.started_at)
            self._bar.offer(said, say(OfferTexts.OPEN), lambda: self._open(last), lambda: self._answer(last))
        elif last.set_aside:
            self._bar.say(say(LastRunTexts.SET_ASIDE, path=str(last.set_aside[0])))

    def _open(self, last: LastRun) -> None:
        self._answer(last)
        if last.report is not None:
            raw = msgspec.to_builtins(last.report)
            opened = OpenedReport(last.report, raw, notice_of(last))
            # journals are written without secrets
            self._view.show_opened(opened, say(OfferTexts.NAME), last.report)

    def _answer(self, last: LastRun) -> None:
        if last.report is not None:
            self._settings.setValue(_ANSWERED_KEY, last.report.report_id)
