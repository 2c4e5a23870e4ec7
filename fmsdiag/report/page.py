"""What the page adds to the view of a report: anchors, drawings, and the details of each step.

Text from outside stays as it is here; html.py makes everything visible and escapes it when it is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from fmsdiag.messages.host_names import as_typed
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Text
from fmsdiag.model import Attempt, Direction, Observation, Purpose, Report, UnfinishedStep
from fmsdiag.report import path_map_svg, svg
from fmsdiag.report.fact_rows import Fact, facts_of
from fmsdiag.report.hex_dump import hex_lines
from fmsdiag.report.mark_icons import icon_name, verdict_icon_name
from fmsdiag.report.outcomes import describe_outcome, describe_step_outcome
from fmsdiag.report.page_texts import PageTexts
from fmsdiag.report.rows import method_names
from fmsdiag.report.view import Line, ReportView, ViewTexts
from fmsdiag.report.words import (
    Mark,
    MarkWords,
    Tone,
    format_duration,
    mark_of,
    observed_label,
    step_label,
    tone_of_failure,
)

SHOWN_BYTES = 64
"""Of each direction of a step; the JSON in the page has all that were kept."""
_KINDS = {
    Purpose.FALLBACK: PageTexts.ATTEMPT,
    Purpose.CHECK: PageTexts.CHECK,
    Purpose.CONTROL: PageTexts.CONTROL,
    Purpose.FOLLOW_UP: PageTexts.FOLLOW_UP,
}
_SENT = (PageTexts.BYTES_SENT, PageTexts.FIRST_SENT)
_RECEIVED = (PageTexts.BYTES_RECEIVED, PageTexts.FIRST_RECEIVED)


@dataclass(frozen=True)
class Link:
    """A place in the page, and what to call it."""

    anchor: str
    words: str


@dataclass(frozen=True)
class StepPart:
    """One step of an attempt."""

    anchor: str
    key: Markup
    label: str
    outcome: str
    is_bad: bool
    times: str
    facts: list[Fact]
    dumps: list[tuple[str, list[str]]]


@dataclass(frozen=True)
class TranscriptPart:
    """One protocol message."""

    at: str
    is_sent: bool
    direction: str
    message: str


@dataclass(frozen=True)
class AttemptPart:
    """One attempt with all its steps."""

    anchor: str
    title: str
    method: str
    mark: Mark
    icon: str
    outcome: str
    took: str
    is_open: bool
    key: str
    host: str
    asked_by: str
    steps: list[StepPart]
    transcript: list[TranscriptPart]


class Page:
    """The page of one report; the template asks for its parts by name."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.view = ReportView(report)
        self.icon = verdict_icon_name(report.verdict.status, report.verdict.impaired)
        self._links = _links(report)

    @property
    def host(self) -> str:
        """The server, as people type it."""
        return as_typed(self.report.target.host)

    def link(self, line: Line) -> Link | None:
        """Where the page shows what a line rests on; none where it shows nothing of that."""
        return self._links.get(line.observation)

    @property
    def timelines(self) -> list[tuple[str, Markup]]:
        """The same drawing for wide and for narrow pages, "" without attempts."""
        layouts = (("wide", svg.WIDE), ("narrow", svg.NARROW))
        return [(name, svg.timeline(self.report, layout, name)) for name, layout in layouts]

    @cached_property
    def path_drawings(self) -> list[tuple[str, Markup]]:
        """The network path for wide and for narrow pages; empty where nothing ends on it."""
        shown, title = self.view.path_map, say(ViewTexts.PATH)
        if shown is None:
            return []
        widths = (("wide", path_map_svg.WIDE), ("narrow", path_map_svg.NARROW))
        return [
            (name, path_map_svg.path_drawing(shown, width, title, _path_ids(name))) for name, width in widths
        ]

    @property
    def legend(self) -> list[tuple[str, Markup]]:
        """The kinds of steps that the drawing shows."""
        return svg.legend(self.report)

    @cached_property
    def attempts(self) -> list[AttemptPart]:
        """All attempts; those that the first finding rests on stand open."""
        finding = self.view.finding
        lines = (*finding.seen, *finding.against) if finding is not None else ()
        pointed_at = {link.anchor for line in lines if (link := self.link(line)) is not None}
        names = method_names(self.report.attempts)
        return [
            _attempt(number, attempt, name, pointed_at)
            for number, (attempt, name) in enumerate(zip(self.report.attempts, names, strict=True), 1)
        ]


def _path_ids(layout: str) -> str:
    """Apart from those of the timeline."""
    return f"path-{layout}"


def _attempt(number: int, attempt: Attempt, method: str, pointed_at: set[str]) -> AttemptPart:
    anchor = f"attempt-{number}"
    steps = [
        _step(f"step-{number}-{n}", seen, attempt.purpose) for n, seen in enumerate(attempt.observations, 1)
    ]
    steps += [
        _unfinished_step(f"unfinished-{number}-{n}", step, attempt)
        for n, step in enumerate(attempt.unfinished, 1)
    ]
    mark = mark_of(attempt)
    return AttemptPart(
        anchor=anchor,
        title=_title(attempt),
        method=method,
        mark=mark,
        icon=icon_name(mark),
        outcome=describe_outcome(attempt),
        took=format_duration(attempt.duration_s),
        is_open=anchor in pointed_at or any(step.anchor in pointed_at for step in steps),
        key=attempt.key,
        host=attempt.endpoint.host,
        asked_by=attempt.asked_by or "",
        steps=steps,
        transcript=[
            _transcript(line.at_s, line.direction is Direction.OUT, line.text) for line in attempt.transcript
        ],
    )


def _title(attempt: Attempt) -> str:
    return say(_KINDS[attempt.purpose], number=str(attempt.id))


def _links(report: Report) -> dict[str, Link]:
    """Observation or attempt id -> where it is in the page."""
    found: dict[str, Link] = {}
    for number, attempt in enumerate(report.attempts, 1):
        title = _title(attempt)
        found.setdefault(str(attempt.id), Link(f"attempt-{number}", title))
        for n, seen in enumerate(attempt.observations, 1):
            words = say(PageTexts.STEP_OF, attempt=title, step=observed_label(seen))
            found.setdefault(seen.id, Link(f"step-{number}-{n}", words))
    return found


def _transcript(at_s: float, is_sent: bool, message: str) -> TranscriptPart:
    direction = say(PageTexts.SENT if is_sent else PageTexts.RECEIVED)
    return TranscriptPart(format_duration(at_s), is_sent, direction, message)


def _step(anchor: str, seen: Observation, purpose: Purpose) -> StepPart:
    kept = ((_SENT, seen.first_out, seen.bytes_out), (_RECEIVED, seen.first_in, seen.bytes_in))
    return StepPart(
        anchor=anchor,
        key=svg.key(seen.step),
        label=observed_label(seen),
        outcome=describe_step_outcome(seen),
        is_bad=seen.told_failure is not None and tone_of_failure(purpose, seen.told_failure) is Tone.BAD,
        times=say(PageTexts.STEP_TIMES, began=seen.started_s, took=seen.elapsed_s),
        facts=facts_of(seen),
        dumps=[
            (_dump_title(said, data, count), hex_lines(data, SHOWN_BYTES))
            for said, data, count in kept
            if data
        ],
    )


def _unfinished_step(anchor: str, step: UnfinishedStep, attempt: Attempt) -> StepPart:
    """What the attempt waited for when it was stopped."""
    took_s = max(0.0, (attempt.ended_s or 0.0) - step.started_s)
    return StepPart(
        anchor=anchor,
        key=svg.key(step.step),
        label=step_label(step.step, attempt.endpoint.transport),
        outcome=say(MarkWords.NOT_FINISHED),
        is_bad=False,
        times=say(PageTexts.STEP_TIMES, began=step.started_s, took=took_s),
        facts=[],
        dumps=[],
    )


def _dump_title(said: tuple[Text, Text], data: bytes, count: int) -> str:
    """ "First 64 of 3,073 bytes received" """
    whole, first = said
    shown, all_of_them = min(len(data), SHOWN_BYTES), max(count, len(data))
    if shown == all_of_them:
        return say(whole, count=shown)
    return say(first, shown=shown, count=all_of_them)
