"""After a run: what is different since the last run of the same server, in the message bar; nothing where nothing is."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings

from fmsdiag.gui.background import in_background
from fmsdiag.gui.settings import string
from fmsdiag.history.place import chosen_path
from fmsdiag.messages.reader import say
from fmsdiag.model import Report
from fmsdiag.report.words import Tone

if TYPE_CHECKING:
    from fmsdiag.gui.message_bar import MessageBar
    from fmsdiag.gui.run_session import RunSession

_TOLD_KEY = "history/set-aside"


class SinceLast(QObject):
    """Looks into the history when a run has ended, in another thread."""

    def __init__(
        self,
        session: RunSession,
        bar: MessageBar,
        settings: QSettings,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(bar)
        self._session, self._bar, self._settings = session, bar, settings
        self._environment = os.environ if environment is None else environment
        self._task: asyncio.Task[None] | None = None
        self._unsaid: tuple[Report, str, Path | None] | None = None
        """What is to be said once the window shows the run again, and not another report."""
        session.finished.connect(self._look)
        session.shown_again.connect(self._say_now)

    def _look(self, report: Report) -> None:
        if chosen_path(self._environment) is None:
            return
        self._task = asyncio.get_running_loop().create_task(self._tell(report, self._task))

    async def _tell(self, report: Report, before: asyncio.Task[None] | None) -> None:
        """One after the other, each to its end: a thread would otherwise answer to a loop that may be gone."""
        if before is not None:
            await asyncio.wait([before])
        from fmsdiag.gui.history.runs import changed_since, last_set_aside  # SQLite is no part of the start

        said = await in_background(changed_since, self._environment, report)
        aside = await in_background(last_set_aside, self._environment)
        with contextlib.suppress(RuntimeError):  # the window was closed meanwhile, and the bar with it
            self._show(report, said, aside)

    def _show(self, report: Report, said: str, aside: Path | None) -> None:
        """Unless something else has begun, or is said there already."""
        if not self._session.is_shown:
            self._unsaid = report, said, aside
            return
        if self._session.report is not report or not self._bar.isHidden():
            return
        if aside is not None and string(self._settings, _TOLD_KEY) != aside.name:
            from fmsdiag.history.texts import HistoryFileTexts

            self._settings.setValue(_TOLD_KEY, aside.name)
            self._bar.say(say(HistoryFileTexts.SET_ASIDE, path=str(aside)), Tone.CAUTION)
        elif said:
            self._bar.say(said, Tone.NEUTRAL)

    def _say_now(self) -> None:
        unsaid, self._unsaid = self._unsaid, None
        if unsaid is not None:
            self._show(*unsaid)
