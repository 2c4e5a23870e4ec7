"""The live timeline: a table that is redrawn while attempts run, or a line for each where redrawing is not possible."""

from __future__ import annotations

import asyncio
import contextlib
import time
from types import TracebackType
from typing import TYPE_CHECKING, Protocol

from rich.console import Console, Group, RenderableType
from rich.text import Text

from fmsdiag.cli.console import is_live, marked, plain, with_icon
from fmsdiag.cli.rows import Row, Rows
from fmsdiag.messages import text as texts
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import text
from fmsdiag.model import Attempt, AttemptFinished, Event, Report
from fmsdiag.report.outcomes import describe_outcome
from fmsdiag.report.sections import FOLLOW_UPS, PLAN, SECTIONS, Section, section_title
from fmsdiag.report.words import NOT_MEASURED, format_duration, mark_of, step_label

if TYPE_CHECKING:
    from rich.table import Table

REDRAW_EVERY_S = 0.1
_SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_ASCII_SPINNER = "|/-\\"


class TimelineTexts(texts.Table, of="cli.timeline"):
    """What the timeline shows during a run."""

    # translators: {method} is what was tried, {outcome} how it ended
    ATTEMPT = text("{method:name}: {outcome:name}")
    ATTEMPT_TIMED = text("{method:name}: {outcome:name} ({took:duration})")
    WAITING = text("waiting")
    STARTING = text("starting …")
    # translators: {step} is what an attempt does now, such as "TCP connection"
    RUNNING = text("{step:name} …")
    STATUS = text(
        "{done:count} of {all:count} attempts done, {elapsed:duration}. Ctrl-C stops the test and still writes the report."
    )
    STOPPING = text("{done:count} of {all:count} attempts done, {elapsed:duration}. Stopping …")
    STOPPED = text("Stopping. The report of what was tested follows.")


class Timeline(Protocol):
    """What shows a run while it goes on; an async context around the run."""

    def emit(self, event: Event) -> None: ...

    def stopping(self) -> None:
        """The user has asked to stop."""

    def leave_terminal(self) -> None:
        """The process is about to end: put the terminal back into order."""

    async def __aenter__(self) -> Timeline: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def make_timeline(console: Console | None) -> Timeline:
    """The timeline that fits the console; none for no console (--quiet)."""
    if console is None:
        return SilentTimeline()
    return LiveTimeline(console) if is_live(console) else LineTimeline(console)


class SilentTimeline:
    """Shows nothing."""

    def emit(self, event: Event) -> None:
        pass

    def stopping(self) -> None:
        pass

    def leave_terminal(self) -> None:
        pass

    async def __aenter__(self) -> SilentTimeline:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass


class LineTimeline(SilentTimeline):
    """A line for each attempt as it ends: for pipes, logs and terminals without color."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._rows = Rows()
        self._section: Section = PLAN

    def emit(self, event: Event) -> None:
        row = self._rows.apply(event)
        if row is not None and isinstance(event, AttemptFinished):
            if row.section is FOLLOW_UPS and self._section is not FOLLOW_UPS:
                self._section = FOLLOW_UPS
                self._console.print(plain(section_title(FOLLOW_UPS)))
            self._console.print(f"{row.number:3}  {self._line(row, event.attempt)}", soft_wrap=True)

    def _line(self, row: Row, attempt: Attempt) -> str:
        outcome = with_icon(mark_of(attempt), describe_outcome(attempt), self._console)
        took_s = attempt.duration_s
        if took_s is None:
            return say(TimelineTexts.ATTEMPT, method=row.method, outcome=outcome)
        return say(TimelineTexts.ATTEMPT_TIMED, method=row.method, outcome=outcome, took=took_s)

    def stopping(self) -> None:
        self._console.print(plain(say(TimelineTexts.STOPPED)), soft_wrap=True)


class LiveTimeline:
    """A table that is redrawn ten times a second and gives way to the finished one at the end."""

    def __init__(self, console: Console) -> None:
        from rich.live import Live

        self._console = console
        self._rows = Rows()
        self._began = time.perf_counter()
        self._is_stopping = False
        self._live = Live(console=console, auto_refresh=False, transient=True)
        self._ticker: asyncio.Task[None] | None = None

    def emit(self, event: Event) -> None:
        self._rows.apply(event)

    def stopping(self) -> None:
        self._is_stopping = True

    def leave_terminal(self) -> None:
        self._live.stop()
        self._console.show_cursor(True)

    async def __aenter__(self) -> LiveTimeline:
        self._began = time.perf_counter()
        self._live.start()
        self._ticker = asyncio.create_task(self._redraw_on_and_on())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._ticker is not None:
            self._ticker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._ticker
        self._live.stop()

    async def _redraw_on_and_on(self) -> None:
        while True:
            self._live.update(self.render(time.perf_counter() - self._began), refresh=True)
            await asyncio.sleep(REDRAW_EVERY_S)

    def render(self, now_s: float) -> RenderableType:
        """The table as it stands `now_s` after the start, with a status line below."""
        said = TimelineTexts.STOPPING if self._is_stopping else TimelineTexts.STATUS
        status = say(said, done=self._rows.finished, all=len(self._rows.by_number), elapsed=now_s)
        return Group(_live_table(self._rows, self._console, now_s), plain(status, "dim"))


def print_timeline(report: Report, console: Console) -> None:
    """The finished timeline of a report, as it stays in the terminal's history; repeats of the same share a row."""
    from fmsdiag.report.view import ReportView
    from fmsdiag.report.waterfall import player_note

    table, connected_by = _empty_table(), report.verdict.connected_by
    for section, rows in ReportView(report).rows:
        _add_title(table, section)
        for row in rows:
            outcome = marked(row.mark, row.outcome, console)
            if connected_by in [attempt.id for attempt in row.attempts]:
                outcome = Text.assemble(outcome, "\n", plain(player_note(), "dim"))
            table.add_row(plain(row.number), plain(row.method), outcome, plain(row.took))
    console.print(table)


def _live_table(rows: Rows, console: Console, now_s: float) -> Table:
    table = _empty_table()
    for section in SECTIONS:
        kept = rows.section(section)
        if kept:
            _add_title(table, section)
        for row in kept:
            table.add_row(
                str(row.number), plain(row.method), _outcome(row, console, now_s), _time(row, now_s)
            )
    return table


def _empty_table() -> Table:
    from rich.table import Table

    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right")
    table.add_column(ratio=2, min_width=14, overflow="fold")
    table.add_column(ratio=3, min_width=14, overflow="fold")
    table.add_column(justify="right", no_wrap=True, min_width=7)
    table.expand = True
    return table


def _add_title(table: Table, section: Section) -> None:
    if section is not PLAN:
        table.add_row("", plain(section_title(section), "bold"), "", "")


def _outcome(row: Row, console: Console, now_s: float) -> Text:
    if row.attempt is not None:
        return marked(mark_of(row.attempt), describe_outcome(row.attempt), console)
    if not row.is_running:
        return plain(say(TimelineTexts.WAITING), "dim")
    frames = _SPINNER if console.encoding.lower().startswith("utf") else _ASCII_SPINNER
    frame = frames[int(now_s / REDRAW_EVERY_S) % len(frames)]
    return Text.assemble((frame, "cyan"), " ", plain(_activity(row), "cyan"))


def _activity(row: Row) -> str:
    if row.step is None:
        return say(TimelineTexts.STARTING)
    return say(TimelineTexts.RUNNING, step=step_label(row.step))


def _time(row: Row, now_s: float) -> Text:
    if row.attempt is not None:
        return plain(format_duration(row.attempt.duration_s))
    if row.started_s is None:
        return Text(NOT_MEASURED, style="dim")
    return plain(format_duration(max(0.0, now_s - row.started_s)), "cyan")
