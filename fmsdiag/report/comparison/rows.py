"""The attempts of two reports, joined on their keys: how each way to the server ended here and there. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fmsdiag.model import Attempt, Purpose, Report, Status
from fmsdiag.model.messages import Outcome, Route
from fmsdiag.report.comparison.result import ComparedRow, RowReading
from fmsdiag.report.visible import one_line

_ENDED = (Status.CONNECTED, Status.REJECTED, Status.FAILED)
_OWN = (Purpose.FALLBACK, Purpose.CHECK)


@dataclass(frozen=True)
class Tried:
    """How one way ended in one report: its attempts there, at least one."""

    attempts: tuple[Attempt, ...]

    @property
    def decided(self) -> Attempt | None:
        """The attempt that tells how it ended: the first that did not connect, else the last; none if none ended."""
        ended = [a for a in self.attempts if a.status in _ENDED]
        return next((a for a in ended if a.status is not Status.CONNECTED), ended[-1] if ended else None)

    @property
    def was_started(self) -> bool:
        """Whether it was under way, and stopped before it ended."""
        return any(a.status is Status.CANCELLED for a in self.attempts)


def tried_ways(report: Report) -> dict[str, Tried]:
    """Key -> the attempts that a player could have made: the plan's and the checks, at the server itself."""
    found: dict[str, list[Attempt]] = {}
    for attempt in report.attempts:
        if attempt.purpose in _OWN and attempt.experiment is None:
            found.setdefault(attempt.endpoint.key, []).append(attempt)
    return {key: Tried(tuple(attempts)) for key, attempts in found.items()}


def compared_rows(first: Report, second: Report, *, comparable: bool) -> tuple[ComparedRow, ...]:
    """A row for each key, in the order of the first report; `comparable`: both are about the same server."""
    here, there = tried_ways(first), tried_ways(second)
    return tuple(_row(key, here.get(key), there.get(key), comparable) for key in {**here, **there})


def by_key(attempts: Iterable[Attempt]) -> Mapping[str, Attempt]:
    """The last attempt of each key."""
    return {attempt.endpoint.key: attempt for attempt in attempts}


def route_of(attempt: Attempt) -> Route:
    """The way that an attempt took, as messages name it."""
    endpoint = attempt.endpoint
    return Route(endpoint.transport, endpoint.port, endpoint.proxy is not None, endpoint.family)


def _row(key: str, here: Tried | None, there: Tried | None, comparable: bool) -> ComparedRow:
    tried = here or there
    assert tried is not None  # the key is from one of them
    both = (*(here.attempts if here else ()), *(there.attempts if there else ()))
    first, second = (side.decided if side is not None else None for side in (here, there))
    reading = _reading(here, there) if comparable else RowReading.NOT_COMPARABLE
    planned = any(a.purpose is Purpose.FALLBACK for a in both)
    return ComparedRow(
        one_line(key, 80), route_of(tried.attempts[0]), reading, _outcome(first), _outcome(second), planned
    )


def _reading(here: Tried | None, there: Tried | None) -> RowReading:
    first, second = (side.decided if side is not None else None for side in (here, there))
    if first is None or second is None:
        if any(side is not None and side.decided is None and side.was_started for side in (here, there)):
            return RowReading.NOT_FINISHED
        if first is None and second is None:
            return RowReading.NOT_FINISHED
        return RowReading.ONLY_FIRST_TESTED if first is not None else RowReading.ONLY_SECOND_TESTED
    match first.status is Status.CONNECTED, second.status is Status.CONNECTED:
        case True, True:
            return RowReading.BOTH_CONNECT
        case True, False:
            is_rejected = second.status is Status.REJECTED
            return RowReading.SECOND_REJECTED if is_rejected else RowReading.ONLY_FIRST_CONNECTS
        case False, True:
            is_rejected = first.status is Status.REJECTED
            return RowReading.FIRST_REJECTED if is_rejected else RowReading.ONLY_SECOND_CONNECTS
    return RowReading.BOTH_FAIL_ALIKE if _end(first) == _end(second) else RowReading.BOTH_FAIL_DIFFERENTLY


def _end(attempt: Attempt) -> tuple[object, ...]:
    """At which step and how an attempt ended."""
    step = attempt.failed_step
    failure = step.told_failure if step is not None else None
    return attempt.status, step.step if step is not None else None, failure.kind if failure else None


def _outcome(attempt: Attempt | None) -> Outcome | None:
    """Without addresses: a pseudonym of one report means nothing in the other."""
    if attempt is None:
        return None
    step = attempt.failed_step
    failure = step.told_failure if step is not None and attempt.status is not Status.CONNECTED else None
    looks_like = one_line(failure.looks_like, 80) if failure is not None and failure.looks_like else None
    return Outcome(
        max(0.0, attempt.duration_s or 0.0),
        failure.kind if failure is not None else None,
        looks_like=looks_like,
    )
