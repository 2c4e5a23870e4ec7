"""The rows of a report: what was tried and how it ended, repeats of the same in one row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fmsdiag.messages.reader import current_language, say
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Attempt, NotApplicable, Report, Status
from fmsdiag.report.outcomes import describe_outcome
from fmsdiag.report.sections import Section, sectioned
from fmsdiag.report.words import Mark, Tone, describe_method, format_duration, mark_of


class RowTexts(Table, of="rows"):
    """Repeats."""

    ALL_ALIKE = text("{count} of {tried:count}: {outcome:name}")
    NONE_WORKED = text("none of {tried:count} worked; one of them: {outcome:name}")
    SOME_WORKED = text("{worked:count} of {tried:count} worked; otherwise: {outcome:name}")
    # translators: the second of three repeats, behind what was tried
    NUMBERED = text("{method:name} ({number:count} of {tried:count})")
    # translators: behind what was tried; its later tries have a row of their own
    FIRST_TRY = text("{method:name}, first try")


@dataclass(frozen=True)
class Row:
    """What was tried, once or several times."""

    number: str  # "4", "4, 7, and 9"
    method: str
    mark: Mark
    outcome: str
    took: str
    """How long the last one took, "–" where that was not measured."""
    attempts: tuple[Attempt, ...]


def rows_of(report: Report) -> list[tuple[Section, list[Row]]]:
    """The rows by section, in the order of the first of each; no two have the same name."""
    return [
        (section, [_row(method, alike) for method, alike in _alike(group).items()])
        for section, group in sectioned(report.attempts)
    ]


def method_names(attempts: Iterable[Attempt]) -> list[str]:
    """What each attempt is called where each has a row of its own: repeats are numbered."""
    kept = list(attempts)
    names = [describe_method(attempt) for attempt in kept]
    seen: dict[str, int] = {}
    found = []
    for name in names:
        tried = names.count(name)
        seen[name] = seen.get(name, 0) + 1
        found.append(
            say(RowTexts.NUMBERED, method=name, number=seen[name], tried=tried) if tried > 1 else name
        )
    return found


def _alike(attempts: list[Attempt]) -> dict[str, list[Attempt]]:
    found: dict[str, list[Attempt]] = {}
    for attempt in attempts:
        method = describe_method(attempt)
        if _is_crowded_out(attempt) and any(
            describe_method(other) == method and not _is_crowded_out(other) for other in attempts
        ):
            method = say(RowTexts.FIRST_TRY, method=method)  # it shows nothing: its repeats do
        found.setdefault(method, []).append(attempt)
    return found


def _is_crowded_out(attempt: Attempt) -> bool:
    return attempt.not_applicable is NotApplicable.CROWDED_OUT


def _row(method: str, alike: list[Attempt]) -> Row:
    worst = next((a for a in alike if a.status is not Status.CONNECTED), alike[-1])
    numbers = current_language().list([str(attempt.id) for attempt in alike])
    took = format_duration(alike[-1].duration_s)
    return Row(numbers, method, mark_of(worst), _outcome(alike, worst), took, tuple(alike))


def _outcome(alike: list[Attempt], worst: Attempt) -> str:
    outcome, tried = describe_outcome(worst), len(alike)
    if tried == 1:
        return outcome
    if all(describe_outcome(attempt) == outcome for attempt in alike):
        return say(RowTexts.ALL_ALIKE, count=tried, tried=tried, outcome=outcome)
    worked = sum(mark_of(attempt).tone in (Tone.GOOD, Tone.NEUTRAL) for attempt in alike)
    if not worked:
        return say(RowTexts.NONE_WORKED, tried=tried, outcome=outcome)
    return say(RowTexts.SOME_WORKED, worked=worked, tried=tried, outcome=outcome)
