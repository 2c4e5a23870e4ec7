"""The live timeline: a table that is redrawn while attempts run, or a line for each where redrawing is not possible."""

from __future__ import annotations

import asyncio
import contextlib
import time
from types import TracebackType
from typing import Protocol

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from fmsdiag.cli.console import is_live, marked, plain
from fmsdiag.cli.rows import Row, Rows, rows_of
from fmsdiag.model import AttemptFinished, Event, Report
from fmsdiag.report.outcomes import describe_outcome
from fmsdiag.report.sections import FOLLOW_UPS, PLAN, SECTIONS, Section, section_title
from fmsdiag.report.waterfall import player_note
from fmsdiag.report.words import NOT_MEASURED, duration_of, format_duration, mark_of, step_label

REDRAW_EVERY_S = 0.1
_SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_ASCII_SPINNER = "|/-\\"


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
    """A line for each attempt as it ends: for pipes, logs and terminals without colour."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._rows = Rows()
        self._section: Section = PLAN

    def emit(self, event: Event) -> None:
        row = self._rows.apply(event)
        if row is not None and isinstance(event, AttemptFinished):
            if row.section is FOLLOW_UPS and self._section is not FOLLOW_UPS:
                self._section = FOLLOW_UPS
                self._console.print(Text(f"{section_title(FOLLOW_UPS)}:"))
            line = Text(f"{row.number:3}  {row.method}: ")
            line.append(marked(mark_of(event.attempt), describe_outcome(event.attempt), self._console))
            took = duration_of(event.attempt)
            line.append(f" ({format_duration(took)})" if took is not None else "")
            self._console.print(line, soft_wrap=True)

    def stopping(self) -> None:
        self._console.print(Text("Stopping; the report of what was done follows."), soft_wrap=True)


class LiveTimeline:
    """A table that is redrawn ten times a second and gives way to the finished one at the end."""

    def __init__(self, console: Console) -> None:
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
        count = len(self._rows.by_number)
        status = f"{self._rows.finished} of {count} attempts done, {now_s:.0f} s"
        hint = "Stopping …" if self._is_stopping else "Ctrl-C stops and still writes the report"
        return Group(_table(self._rows, self._console, now_s), Text(f"{status} · {hint}", style="dim"))


def print_timeline(report: Report, console: Console) -> None:
    """The finished timeline of a report, as it stays in the terminal's history."""
    console.print(_table(rows_of(report), console, None, report.verdict.connected_by))


def _table(rows: Rows, console: Console, now_s: float | None, connected_by: int | None = None) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right", no_wrap=True)
    table.add_column(ratio=2, min_width=14, overflow="fold")
    table.add_column(ratio=3, min_width=14, overflow="fold")
    table.add_column(justify="right", no_wrap=True, min_width=7)
    table.expand = True
    for name in SECTIONS:
        section = rows.section(name)
        if section and name is not PLAN:
            table.add_row("", Text(section_title(name), style="bold"), "", "")
        for row in section:
            outcome = _outcome(row, console, now_s)
            if row.number == connected_by:
                outcome = Text.assemble(outcome, (f"\n{player_note()}", "dim"))
            table.add_row(str(row.number), plain(row.method), outcome, _time(row, now_s))
    return table


def _outcome(row: Row, console: Console, now_s: float | None) -> Text:
    if row.attempt is not None:
        return marked(mark_of(row.attempt), describe_outcome(row.attempt), console)
    if row.is_running and now_s is not None:
        frames = _SPINNER if console.encoding.lower().startswith("utf") else _ASCII_SPINNER
        frame = frames[int(now_s / REDRAW_EVERY_S) % len(frames)]
        return Text(f"{frame} {step_label(row.step) if row.step else 'starting'} …", style="cyan")
    return Text("waiting", style="dim")


def _time(row: Row, now_s: float | None) -> Text:
    if row.attempt is not None:
        return Text(format_duration(duration_of(row.attempt)))
    if row.started_s is None or now_s is None:
        return Text(NOT_MEASURED, style="dim")
    return Text(f"{max(0.0, now_s - row.started_s):.1f} s", style="cyan")
