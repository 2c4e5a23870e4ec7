"""Reads the reports that are to be opened: one file after the other, in another thread, never beside a test.

Reading takes Python's lock, so that it would spoil the times that a test measures: files that are asked for meanwhile wait
until the test has ended.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal

from fmsdiag.gui.background import in_background
from fmsdiag.gui.details.details import without_secrets
from fmsdiag.gui.report_file.today import may_differ, todays_verdict
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, plural, text
from fmsdiag.model import Report, Verdict
from fmsdiag.report.json import ReportError
from fmsdiag.report.open_file import OpenedReport, open_report

MOST_OPEN = 20
"""Reports that are open at once."""
MOST_BYTES = 100_000_000
"""Of their JSON together: two of the largest files that can be opened. In memory it is several times as much."""


class ReadingTexts(Table, of="gui.reading"):
    """What became of files that were to be opened."""

    # translators: {file} is a file's name, {problem} what is wrong with it
    NOT_OPENED = text("{file:name}: {problem:name}")
    # translators: {file} is the name of the last one of the files, {problem} what is wrong with it
    SEVERAL_NOT_OPENED = plural(
        "{count} file was not opened. {file:name}: {problem:name}",
        "{count} files were not opened. The last one, {file:name}: {problem:name}",
        by="count",
    )
    # translators: {most} is the number of reports that can be open
    TOO_MANY = plural(
        "At most {most:count} reports can be open. {count} file was not opened. Close a report first.",
        "At most {most:count} reports can be open. {count} files were not opened. Close reports first.",
        by="count",
    )
    TOO_LARGE = plural(
        "The open reports need too much memory. {count} file was not opened. Close a report first.",
        "The open reports need too much memory. {count} files were not opened. Close reports first.",
    )
    WAITING = plural(
        "{count} file will be opened when the test has ended.",
        "{count} files will be opened when the test has ended.",
    )


@dataclass(eq=False)
class OpenReport:
    """A report that the window has open: equal to itself alone, since a file can be opened again when it has changed."""

    opened: OpenedReport = field(repr=False)
    name: str
    """Its file's, or what stands for that."""
    safe: Report | None = field(default=None, repr=False)
    """The report without secrets."""
    today: Verdict | None = None
    """What today's rules say, where that is something else; known a little later than the rest."""
    size: int = 0
    """Bytes of its JSON."""

    @property
    def report(self) -> Report | None:
        return self.opened.report

    def is_same(self, other: OpenReport) -> bool:
        """Whether the other one is the same file, unchanged."""
        if (self.name, self.size) != (other.name, other.size):
            return False
        return self.opened.report == other.opened.report and self.opened.raw == other.opened.raw


def read_report(path: Path) -> OpenReport:
    """The report in a file. Raises ReportError. Takes seconds for a large one: call it in another thread."""
    opened = open_report(path)
    return open_as(opened, path.name, without_secrets(opened.report) if opened.report is not None else None)


def open_as(opened: OpenedReport, name: str, safe: Report | None) -> OpenReport:
    """A report that was read already, under `name`; `safe` is what it is without secrets."""
    return OpenReport(opened, name, safe, size=len(msgspec.json.encode(opened.raw)))


class ReportReader(QObject):
    """Reads what `open` is given, in that order, and then asks today's rules about it."""

    read = Signal(object, bool)
    """An OpenReport, and whether it is the first one of those that were asked for together."""
    judged = Signal(object)
    """Today's verdict of an OpenReport is known, and another one than its own."""
    unread = Signal(str)
    """Files that were not opened, or not yet: a line for people."""

    def __init__(self, may_read: Callable[[], bool], room: Callable[[], int], parent: QObject) -> None:
        """`may_read`: no test is running; `room`: how many bytes of JSON still fit, 0 where no further report does."""
        super().__init__(parent)
        self._may_read, self._room = may_read, room
        self._waiting: deque[tuple[Path, bool]] = deque()
        self._unjudged: deque[OpenReport] = deque()
        self.task: asyncio.Task[None] | None = None
        """Reads what waits, or has done so."""

    def open(self, paths: Iterable[Path]) -> None:
        """Read these files; while a test runs, they wait for its end, and then stay behind its result."""
        may_read = self._may_read()
        self._waiting.extend((path, may_read and number == 0) for number, path in enumerate(paths))
        if not may_read:
            self.unread.emit(say(ReadingTexts.WAITING, count=len(self._waiting)))
        self.go_on()

    def judge(self, one: OpenReport) -> None:
        """Ask today's rules about a report, where they may say something else."""
        if one.report is not None and may_differ(one.report):
            self._unjudged.append(one)
            self.go_on()

    def go_on(self) -> None:
        """Do what waits, if that may be done now."""
        idle = self.task is None or self.task.done()
        if (self._waiting or self._unjudged) and idle and self._may_read():
            self.task = asyncio.get_running_loop().create_task(self._work())

    async def _work(self) -> None:
        while self._may_read():
            if self._waiting:
                await self._read_all()
            elif self._unjudged:
                await self._judge(self._unjudged.popleft())
            else:
                break

    async def _judge(self, one: OpenReport) -> None:
        if one.report is not None:
            one.today = await in_background(todays_verdict, one.report)
        if one.today is not None:
            self.judged.emit(one)

    async def _read_all(self) -> None:
        failed: list[tuple[str, str]] = []
        is_first = False
        said = ""
        while self._waiting and self._may_read():
            if not self._room():
                said = say(ReadingTexts.TOO_MANY, most=MOST_OPEN, count=len(self._waiting))
                self._waiting.clear()
                break
            path, begins = self._waiting.popleft()
            is_first |= begins  # where that one cannot be opened, the next one is what is to be shown
            try:
                report = await in_background(read_report, path)
            except ReportError as error:
                failed.append((path.name, str(error)))
                continue
            if report.size > self._room():
                said = say(ReadingTexts.TOO_LARGE, count=1 + len(self._waiting))
                self._waiting.clear()
                break
            self.read.emit(report, is_first and self._may_read())
            is_first = False
        said = said or _told(failed)
        if said:
            self.unread.emit(said)


def _told(failed: list[tuple[str, str]]) -> str:
    """What could not be opened; "" where all could."""
    if not failed:
        return ""
    file, problem = failed[-1]
    if len(failed) == 1:
        return say(ReadingTexts.NOT_OPENED, file=file, problem=problem)
    return say(ReadingTexts.SEVERAL_NOT_OPENED, count=len(failed), file=file, problem=problem)
