"""Runs without a network: a report's own events, told again by something that looks like `diagnose`."""

import asyncio
from collections.abc import Callable, Iterator, Mapping

import msgspec

from fmsdiag.gui.form.form_input import FormInput, Request, judge
from fmsdiag.gui.prober_thread import Diagnose
from fmsdiag.model import (
    Attempt,
    AttemptFinished,
    AttemptStarted,
    Event,
    FindingsChanged,
    NotApplicable,
    PlanMade,
    Purpose,
    Report,
    Status,
    StepFinished,
    StepStarted,
)
from tests.report.samples import concluded


def request_of(fields: FormInput, environment: Mapping[str, str] | None = None) -> Request:
    """What the form would ask with these fields, which are good."""
    request = judge(fields, environment or {}).request
    assert request is not None
    return request


def events_of(report: Report) -> list[Event]:
    """The events that a run with this report would have emitted, in order of time."""
    planned = [a for a in report.attempts if a.purpose in (Purpose.FALLBACK, Purpose.CHECK)]
    plan = msgspec.structs.replace(report.plan, attempts=report.plan.attempts[: len(planned)])
    made = PlanMade(plan, tuple(a.id for a in planned[: len(plan.attempts)]))
    timed = sorted(_timed(report), key=lambda pair: pair[0])
    return [made, *(event for _, event in timed), FindingsChanged(report.findings)]


def events_until(report: Report, at_s: float) -> list[Event]:
    """The same, for a run that has come as far as `at_s`."""
    made = events_of(report)[0]
    timed = sorted(_timed(report), key=lambda pair: pair[0])
    return [made, *(event for when, event in timed if when <= at_s)]


def stopped(report: Report) -> Report:
    """What would have been reported had the user stopped the run before anything was finished."""
    attempts = tuple(
        msgspec.structs.replace(
            a, status=Status.CANCELLED, not_applicable=NotApplicable.STOPPED, observations=()
        )
        for a in report.attempts
        if a.purpose is Purpose.FALLBACK
    )
    return concluded(msgspec.structs.replace(report, attempts=attempts), is_stopped=True)


def telling(report: Report) -> Diagnose:
    """A `diagnose` that emits all events of `report` at once and returns it."""

    async def diagnose(request: Request, emit: Callable[[Event], None], stop: asyncio.Event) -> Report:
        for event in events_of(report):
            emit(event)
        return msgspec.structs.replace(report, target=request.target)

    return diagnose


def hanging(report: Report, at_s: float) -> Diagnose:
    """A `diagnose` that comes as far as `at_s` and then waits to be stopped."""

    async def diagnose(request: Request, emit: Callable[[Event], None], stop: asyncio.Event) -> Report:
        for event in events_until(report, at_s):
            emit(event)
        await stop.wait()
        return stopped(report)

    return diagnose


def deaf(report: Report) -> Diagnose:
    """A `diagnose` that doesn't listen to `stop`: a lookup that never returns."""

    async def diagnose(request: Request, emit: Callable[[Event], None], stop: asyncio.Event) -> Report:
        await asyncio.Event().wait()
        return report

    return diagnose


def crashing(message: str) -> Diagnose:
    """A `diagnose` with a fault of its own."""

    async def diagnose(request: Request, emit: Callable[[Event], None], stop: asyncio.Event) -> Report:
        raise ZeroDivisionError(message)

    return diagnose


def _timed(report: Report) -> Iterator[tuple[float, Event]]:
    for attempt in report.attempts:
        if attempt.started_s is not None:
            yield attempt.started_s, _started(attempt)
        for seen in attempt.observations:
            yield seen.started_s, StepStarted(attempt.id, seen.step, seen.started_s, 5.0)
            yield seen.ended_s, StepFinished(attempt.id, seen)
        yield attempt.ended_s or 0.0, AttemptFinished(attempt)


def _started(attempt: Attempt) -> AttemptStarted:
    return AttemptStarted(
        attempt.id,
        attempt.endpoint,
        attempt.purpose,
        attempt.started_s or 0.0,
        attempt.experiment,
        attempt.asked_by,
    )
