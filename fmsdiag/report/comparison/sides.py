"""What two reports show together, and whose side that points to. Pure.

The difference alone tells little: what fails here and connects there may be the network here, an allow-list at the server,
or a server that has changed meanwhile. What each report found itself decides between them, where it is sure enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from fmsdiag.model import (
    Actor,
    Confidence,
    FailureKind,
    Finding,
    Report,
    VerdictStatus,
)
from fmsdiag.model import Side as PathSide
from fmsdiag.report.comparison.result import ComparedRow, NamedSide, Reading, RowReading

_WORSE_FIRST = (RowReading.ONLY_SECOND_CONNECTS, RowReading.FIRST_REJECTED)
_WORSE_SECOND = (RowReading.ONLY_FIRST_CONNECTS, RowReading.SECOND_REJECTED)
_BOTH_FAIL = (RowReading.BOTH_FAIL_ALIKE, RowReading.BOTH_FAIL_DIFFERENTLY)
_DECIDED = (*_WORSE_FIRST, *_WORSE_SECOND, *_BOTH_FAIL, RowReading.BOTH_CONNECT)
_AS_AN_ALLOW_LIST_DOES = (
    FailureKind.TIMED_OUT,
    FailureKind.REFUSED,
    FailureKind.RESET,
    FailureKind.CLOSED,
    FailureKind.UNREACHABLE,
)
"""How a connection ends that a server's allow-list does not admit."""
_CONNECTED = (
    VerdictStatus.CONNECTED,
    VerdictStatus.CONNECTED_BY_FALLBACK,
    VerdictStatus.CONNECTED_THROUGH_PROXY,
)


class _Points(Enum):
    """To whom a report's own finding points."""

    OWN = auto()  # the computer or network that it was made on
    PROVIDER = auto()
    SERVER = auto()
    NOBODY = auto()


@dataclass(frozen=True)
class Conclusion:
    """A reading, the side it points to, and the rows that it rests on."""

    reading: Reading
    side: NamedSide | None = None
    rows: tuple[ComparedRow, ...] = ()


def conclude(first: Report, second: Report, rows: Sequence[ComparedRow]) -> Conclusion:
    """What both show of one server, from `rows` (see rows.py)."""
    planned = [row for row in rows if row.is_planned and row.reading in _DECIDED]
    decided = planned or [row for row in rows if row.reading in _DECIDED]
    if not decided:
        return Conclusion(Reading.NOTHING_COMMON)
    worse = tuple(row for row in decided if row.reading in _WORSE_FIRST)
    better = tuple(row for row in decided if row.reading in _WORSE_SECOND)
    if worse and better:
        return Conclusion(Reading.MIXED, NamedSide.OPEN, (*worse, *better))
    if worse:
        return _first_fails(first, worse)
    if better:
        return _second_fails(second, better)
    if any(row.reading is RowReading.BOTH_CONNECT for row in decided):
        return _both_connect(first, second, decided)
    return _both_fail(first, second, tuple(decided))


def points_to(report: Report) -> _Points:
    """To whom a report points; nobody where it found nothing or is not sure."""
    if report.verdict.status is VerdictStatus.REJECTED:
        return _Points.SERVER  # the server itself said no
    finding = report.findings[0] if report.findings else None
    if finding is None or finding.confidence is Confidence.POSSIBLE:
        return _Points.NOBODY
    return _by_place(finding) or _by_actors(finding)


def _by_place(finding: Finding) -> _Points | None:
    match finding.place.side if finding.place is not None else PathSide.UNKNOWN:
        case PathSide.COMPUTER | PathSide.LOCAL:
            return _Points.OWN
        case PathSide.TRANSIT:
            return _Points.PROVIDER
        case PathSide.REMOTE:
            return _Points.SERVER
    return None


def _by_actors(finding: Finding) -> _Points:
    """Whoever can fix it. Where the user and the operator can, it is what the user was given: the server's side."""
    if not finding.acts:
        return _Points.NOBODY
    if finding.acts[0] is Actor.OPERATOR or (
        Actor.OPERATOR in finding.acts and Actor.ADMINISTRATOR not in finding.acts
    ):
        return _Points.SERVER
    return _Points.OWN


def _first_fails(first: Report, rows: tuple[ComparedRow, ...]) -> Conclusion:
    side = _side_of_one(first, [row.first for row in rows], NamedSide.FIRST, NamedSide.FIRST_OR_ALLOW_LIST)
    if first.verdict.status in _CONNECTED:
        return Conclusion(Reading.FIRST_FAILS_PARTLY, side, rows)
    if any(row.reading is RowReading.FIRST_REJECTED for row in rows):
        return Conclusion(Reading.FIRST_REJECTED, NamedSide.SERVER_BY_CLIENT, rows)
    return Conclusion(Reading.FIRST_FAILS, side, rows)


def _second_fails(second: Report, rows: tuple[ComparedRow, ...]) -> Conclusion:
    outcomes = [row.second for row in rows]
    side = _side_of_one(second, outcomes, NamedSide.SECOND, NamedSide.SECOND_OR_ALLOW_LIST)
    if second.verdict.status in _CONNECTED:
        return Conclusion(Reading.SECOND_FAILS_PARTLY, side, rows)
    if any(row.reading is RowReading.SECOND_REJECTED for row in rows):
        return Conclusion(Reading.SECOND_REJECTED, NamedSide.SERVER_BY_CLIENT, rows)
    return Conclusion(Reading.SECOND_FAILS, side, rows)


def _side_of_one(
    report: Report, outcomes: Sequence[object], own: NamedSide, own_or_allow_list: NamedSide
) -> NamedSide:
    """Whose side it is where only one of the two fails: `report` is that one's."""
    match points_to(report):
        case _Points.SERVER:
            return NamedSide.SERVER_BY_CLIENT
        case _Points.PROVIDER:
            return NamedSide.PROVIDER
        case _Points.NOBODY:
            return own_or_allow_list
    finding = report.findings[0]
    is_proved = finding.confidence is Confidence.CONFIRMED or _by_place(finding) is _Points.OWN
    admitted = any(getattr(each, "kind", None) not in _AS_AN_ALLOW_LIST_DOES for each in outcomes)
    return own if is_proved or admitted else own_or_allow_list


def _both_fail(first: Report, second: Report, rows: tuple[ComparedRow, ...]) -> Conclusion:
    same_cause = bool(first.findings) and first.verdict.cause == second.verdict.cause
    alike = same_cause or all(row.reading is RowReading.BOTH_FAIL_ALIKE for row in rows)
    reading = Reading.BOTH_FAIL_ALIKE if alike else Reading.BOTH_FAIL_DIFFERENTLY
    return Conclusion(reading, _side_of_both(first, second, alike), rows)


def _side_of_both(first: Report, second: Report, alike: bool) -> NamedSide:
    """Whose side it is where both fail: two networks seldom have the same fault by chance, so it is the server's."""
    points = (points_to(first), points_to(second))
    if points == (_Points.OWN, _Points.OWN):
        return NamedSide.EACH_OWN
    if points == (_Points.PROVIDER, _Points.PROVIDER):
        return NamedSide.PROVIDER
    if _Points.OWN in points or _Points.PROVIDER in points:
        return NamedSide.OPEN
    return NamedSide.SERVER if alike or points == (_Points.SERVER, _Points.SERVER) else NamedSide.OPEN


def _both_connect(first: Report, second: Report, rows: Sequence[ComparedRow]) -> Conclusion:
    """Also where a way fails for both that neither player depends on."""
    failing = tuple(row for row in rows if row.reading in _BOTH_FAIL)
    if failing and VerdictStatus.CONNECTED not in (first.verdict.status, second.verdict.status):
        alike = all(row.reading is RowReading.BOTH_FAIL_ALIKE for row in failing)
        return Conclusion(Reading.BOTH_FAIL_PARTLY, _side_of_both(first, second, alike), failing)
    here, there = {f.cause for f in first.findings}, {f.cause for f in second.findings}
    if here - there and not there - here:
        return Conclusion(Reading.FIRST_IMPAIRED, _side_of_finding(first, NamedSide.FIRST))
    if there - here and not here - there:
        return Conclusion(Reading.SECOND_IMPAIRED, _side_of_finding(second, NamedSide.SECOND))
    return Conclusion(Reading.BOTH_CONNECT)


def _side_of_finding(report: Report, own: NamedSide) -> NamedSide:
    sides = {
        _Points.OWN: own,
        _Points.PROVIDER: NamedSide.PROVIDER,
        _Points.SERVER: NamedSide.SERVER,
        _Points.NOBODY: NamedSide.OPEN,
    }
    return sides[points_to(report)]
