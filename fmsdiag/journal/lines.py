"""A run's journal as lines of JSON, each a struct with a tag: how it began, what it saw, the whole report at its end.

What is written is redacted already; what is read comes from a file and is bounded like any report.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import msgspec

from fmsdiag.diagnosis.conclusions import verdict
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.model import Attempt, NotApplicable, Report, Status
from fmsdiag.report.english import with_english
from fmsdiag.report.plausible import ImplausibleReport, bounded

VERSION = "fmsdiag-journal/1"


class Began(msgspec.Struct, frozen=True, tag="began"):
    """First of all lines: the report as it was before anything was tried, and the process that makes it."""

    report: Report
    process: int
    process_began_s: float  # seconds since 1970: a process id comes again, and not with the same second
    version: str = VERSION


class Saw(msgspec.Struct, frozen=True, tag="saw", omit_defaults=True):
    """An attempt: whole where it has ended, else with the observations that are new."""

    attempt: Attempt
    has_ended: bool = False
    redaction: tuple[str, ...] = ()  # codes of what was hidden in it


class Ended(msgspec.Struct, frozen=True, tag="ended"):
    """The finished report, alone in its file."""

    report: Report


Line: TypeAlias = Began | Saw | Ended


class JournalError(ValueError):
    """A file that is no journal, or one of which nothing can be read."""


def encode(line: Line) -> bytes:
    """One line, with its newline."""
    return msgspec.json.encode(line) + b"\n"


def header_of(data: bytes) -> Began | Ended:
    """The first line. Raises JournalError."""
    first, _, _ = data.partition(b"\n")
    line = _decoded(first)
    if isinstance(line, Saw) or line is None:
        raise JournalError("the first line is damaged")
    return line


def report_in(data: bytes) -> tuple[Report, bool, int]:
    """The report in a journal, whether its run had ended, and how many of its lines are damaged.

    A last line that was cut off counts as none: it was being written. Raises JournalError where nothing can be read.
    """
    header = header_of(data)
    whole, newline, _ = data.rpartition(b"\n")
    lines = [_decoded(line) for line in whole.split(b"\n")[1:]] if newline else []
    ended = [line for line in (header, *lines) if isinstance(line, Ended)]
    damaged = sum(line is None for line in lines)
    try:
        if ended:
            return bounded(ended[-1].report), True, damaged
        seen = [line for line in lines if isinstance(line, Saw)]
        return bounded(_interrupted(header.report, seen)), False, damaged
    except ImplausibleReport as error:
        raise JournalError(str(error)) from None


def _decoded(line: bytes) -> Line | None:
    try:
        read = msgspec.json.decode(line, type=Line)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None
    return None if isinstance(read, Began) and read.version != VERSION else read


def _interrupted(began: Report, seen: Iterable[Saw]) -> Report:
    """The report of a run that nobody ended: what it saw, and no conclusions."""
    attempts: dict[int, Attempt] = {}
    codes = dict.fromkeys(began.redaction)
    for line in seen:
        codes |= dict.fromkeys(line.redaction)
        before = attempts.get(line.attempt.id)
        attempts[line.attempt.id] = line.attempt if line.has_ended else _joined(before, line.attempt)
    ended = tuple(_closed(attempts[number]) for number in sorted(attempts))
    run = RunView(began.target, began.options, began.environment, ended, began.started_at, began.report_id)
    times = [o.ended_s for a in ended for o in a.observations]
    times += [a.ended_s for a in ended if a.ended_s is not None]
    report = msgspec.structs.replace(
        began,
        attempts=ended,
        duration_s=max(times, default=0.0),
        verdict=verdict.judge(run, (), stopped=True),
        redaction=tuple(codes),
    )
    return with_english(report)


def _joined(before: Attempt | None, now: Attempt) -> Attempt:
    """An attempt under way with what is new of it."""
    if before is None:
        return now
    known = {o.id: o for o in (*before.observations, *now.observations)}
    return msgspec.structs.replace(
        now, started_s=_first(before.started_s, now.started_s), observations=tuple(known.values())
    )


def _first(one: float | None, other: float | None) -> float | None:
    return one if one is not None else other


def _closed(attempt: Attempt) -> Attempt:
    """An attempt as it stands in a report: one that was under way ends with the last that is known of it."""
    if attempt.status is not Status.CANCELLED or attempt.ended_s is not None or attempt.started_s is None:
        return attempt
    ended_s = max((o.ended_s for o in attempt.observations), default=attempt.started_s)
    return msgspec.structs.replace(
        attempt, ended_s=max(ended_s, attempt.started_s), not_applicable=NotApplicable.STOPPED
    )
