"""Compare With…: another report that is open, this computer's own test, or a report's file."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, QSettings, Qt
from PySide6.QtWidgets import QMenu, QWidget

from fmsdiag.gui.background import in_background
from fmsdiag.gui.report_file.choosing import ChoosingTexts, ask_for_report
from fmsdiag.gui.report_file.reading import ReadingTexts
from fmsdiag.gui.report_file.report_tabs import TabTexts, name_of
from fmsdiag.gui.window_parts import WindowParts
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Report
from fmsdiag.report.json import ReportError
from fmsdiag.report.open_file import open_report


class CompareWithTexts(Table, of="gui.compare-with"):
    """What the shown report can be compared with."""

    # translators: {number} is the key that chooses the entry, {name} a tab's name; "&" marks the access key
    ENTRY = text("&{number:name} {name:name}")
    # translators: the same, for what has no key of its own
    LATER_ENTRY = text("{name:name}")
    FILE = text("Report &File…")


class CompareWith(QObject):
    """Compares what the window shows."""

    def __init__(
        self,
        window: QWidget,
        parts: WindowParts,
        settings: QSettings,
        is_own: Callable[[Report], bool],
    ) -> None:
        """`is_own`: whether this computer made a report."""
        super().__init__(window)
        self._window, self._parts, self._settings = window, parts, settings
        self._is_own = is_own
        self.task: asyncio.Task[None] | None = None

    def ask(self) -> None:
        """Which of the other open reports; where there is none, which file."""
        others = self._others()
        if not others:
            self.ask_for_file()
            return
        menu = QMenu(self._window)
        menu.setObjectName("compare-with")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for number, (name, report) in enumerate(others, start=1):
            shown = name.replace("&", "&&")
            said = (
                say(CompareWithTexts.ENTRY, number=str(number), name=shown)
                if number < 10
                else say(CompareWithTexts.LATER_ENTRY, name=shown)
            )
            menu.addAction(said).triggered.connect(
                lambda _checked=False, report=report: self.with_report(report)
            )
        menu.addSeparator()
        menu.addAction(say(CompareWithTexts.FILE)).triggered.connect(self.ask_for_file)
        tabs = self._parts.tabs
        menu.popup(tabs.mapToGlobal(QPoint(0, tabs.height())))

    def ask_for_file(self) -> None:
        """Open a dialog for the file of the other report."""
        ask_for_report(self._window, self._settings, ChoosingTexts.COMPARE, self.with_file, "compare")

    def with_file(self, path: Path) -> None:
        """Show the comparison with the report in that file, once it is read."""
        shown = self._parts.commands.report
        if shown is None:
            return
        if self.task is not None:
            self.task.cancel()
        self.task = asyncio.get_running_loop().create_task(self._read(shown, path))

    def with_report(self, other: Report) -> None:
        """Show the comparison with that one."""
        shown = self._parts.commands.report
        if shown is not None:
            self._compare(shown, other)

    async def _read(self, shown: Report, path: Path) -> None:
        try:
            other = await in_background(open_report, path)
        except ReportError as error:
            said = say(ReadingTexts.NOT_OPENED, file=path.name, problem=str(error))
            self._parts.messages.say(said)
            return
        if other.report is None:
            said = say(ReadingTexts.NOT_OPENED, file=path.name, problem=other.notice)
            self._parts.messages.say(said)
            return
        self._compare(shown, other.report)

    def _compare(self, shown: Report, other: Report) -> None:
        """A report from a file is the customer's, and a run of this computer support's own."""
        from fmsdiag.gui.compare_dialog import CompareDialog  # no part of the window's start

        pair = (other, shown) if self._is_own(shown) else (shown, other)
        CompareDialog(*pair, self._window).show()

    def _others(self) -> list[tuple[str, Report]]:
        """What else is open, by the names of the tabs."""
        tabs, own = self._parts.tabs, self._parts.session.report
        found = []
        if tabs.front is not None and own is not None:
            found.append((say(TabTexts.LIVE), own))
        for one in tabs.reports:
            if one is not tabs.front and one.report is not None:
                found.append((name_of(one), one.report))
        return found
