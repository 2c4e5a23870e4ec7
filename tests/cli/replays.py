"""Stands in for fmsdiag.run.diagnose: tells the events of a kept report as if it were happening."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Iterator

import msgspec
from rich.console import Console

from fmsdiag.cli.console import make_console
from fmsdiag.journal.recorder import Journal
from fmsdiag.model import (
    NO_CREDENTIALS,
    Assignment,
    AttemptFinished,
    AttemptStarted,
    Credentials,
    Event,
    FindingsChanged,
    Options,
    Plan,
    PlanMade,
    Report,
    StepFinished,
    StepStarted,
    Target,
)
from fmsdiag.probe.proxy.settings import ProxySettings
from fmsdiag.probe.sockets.recording import TrafficRecorder


def events_of(report: Report) -> Iterator[Event]:
    """The events of a run that ended with `report`, in their order."""
    planned = tuple(a.id for a in report.attempts[: len(report.plan.attempts)])
    yield PlanMade(report.plan, planned)
    for attempt in report.attempts:
        if attempt.started_s is not None:
            yield AttemptStarted(
                attempt.id,
                attempt.endpoint,
                attempt.purpose,
                attempt.started_s,
                attempt.experiment,
                attempt.asked_by,
            )
        for seen in attempt.observations:
            yield StepStarted(attempt.id, seen.step, seen.started_s, 5.0)
            yield StepFinished(attempt.id, seen)
        yield AttemptFinished(attempt)
    yield FindingsChanged(report.findings)


class Replay:
    """diagnose() that replays a report, and remembers what it was asked."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.target: Target | None = None
        self.options: Options | None = None
        self.credentials = NO_CREDENTIALS
        self.plan: Plan | None = None
        self.proxies: ProxySettings | None = None
        self.recorder: TrafficRecorder | None = None
        self.assignment: Assignment | None = None

    async def __call__(
        self,
        target: Target,
        options: Options,
        emit: Callable[[Event], None],
        stop: asyncio.Event | None = None,
        credentials: Credentials = NO_CREDENTIALS,
        plan: Plan | None = None,
        proxies: ProxySettings | None = None,
        journal: Journal | None = None,
        recorder: TrafficRecorder | None = None,
        assignment: Assignment | None = None,
    ) -> Report:
        self.target, self.options, self.credentials = target, options, credentials
        self.plan, self.proxies = plan, proxies
        self.recorder, self.assignment = recorder, assignment
        for event in events_of(self.report):
            emit(event)
        await asyncio.sleep(0)
        prepared = assignment.prepared if assignment is not None else None
        return msgspec.structs.replace(self.report, prepared=prepared) if prepared else self.report


def console_on_paper(
    width: int = 80, *, terminal: bool = False, encoding: str = "utf-8"
) -> tuple[Console, io.StringIO]:
    """A console that writes into a string, as wide as told; `terminal` makes it one that can redraw."""

    class Paper(io.StringIO):
        def isatty(self) -> bool:
            return terminal

    paper = Paper()
    console = make_console(paper, color=terminal)
    console.width = width
    if terminal:
        console._force_terminal = True
    if encoding != "utf-8":
        type(paper).encoding = encoding
    return console, paper
