"""A report as the parts of a page, in words: what the template of html.py lays out.

Text stays as it is here; html.py makes everything visible and escapes it when it is written.
"""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from fmsdiag.model import (
    Actor,
    Attempt,
    Direction,
    EvidenceLine,
    Finding,
    Note,
    Observation,
    Purpose,
    Report,
)
from fmsdiag.report import svg
from fmsdiag.report.fact_rows import Fact, facts_of
from fmsdiag.report.hex_dump import hex_lines
from fmsdiag.report.mark_icons import icon_name, verdict_icon_name
from fmsdiag.report.outcomes import describe_outcome, describe_step
from fmsdiag.report.players import PlayerRow, player_rows, recommended_lines
from fmsdiag.report.redact import INCLUDED
from fmsdiag.report.request_text import request_lines
from fmsdiag.report.view import shown
from fmsdiag.report.words import (
    Mark,
    confidence_word,
    describe_identity,
    describe_method,
    duration_of,
    format_duration,
    mark_of,
    mark_of_verdict,
    observed_label,
    readers_of,
)

SHOWN_BYTES = 64
"""Of each direction of a step; the JSON in the page has all that were kept."""
_KINDS = {"fallback": "Attempt", "check": "Check", "control": "Control", "follow-up": "Follow-up"}


@dataclass(frozen=True)
class Line:
    """A line of evidence, and the step that shows it."""

    text: str
    anchor: str = ""
    where: str = ""


@dataclass(frozen=True)
class FindingPart:
    headline: str
    cause: str
    confidence: str
    reason: str
    explanation: str
    decisive_test: str
    seen: list[Line]
    against: list[Line]
    rules_out: tuple[str, ...]


@dataclass(frozen=True)
class Reader:
    """One of the three, what to do, and whether this one can mend it."""

    name: str
    advice: str
    can_mend: bool


@dataclass(frozen=True)
class StepPart:
    anchor: str
    key: Markup
    label: str
    outcome: str
    ok: bool
    began: str
    took: str
    facts: list[Fact]
    dumps: list[tuple[str, list[str]]]


@dataclass(frozen=True)
class AttemptPart:
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
    transcript: list[tuple[str, str, str]]
    """Time, direction, message."""


class Page:
    """The parts of one report; the template asks for them by name."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.finding: Finding | None = report.findings[0] if report.findings else None
        self._anchors = _anchors(report)
        self.mark = mark_of_verdict(report.verdict.status)
        self.icon = verdict_icon_name(report.verdict.status)
        self.is_private = INCLUDED in report.redaction
        self.hidden = [line for line in report.redaction if line != INCLUDED]
        self.findings = [self._finding(finding) for finding in report.findings]
        self.notes = [self._line(note) for note in report.notes]
        self.attempts = self._attempts()

    @property
    def headline(self) -> str:
        return shown(self.report.verdict.headline)

    @property
    def reason(self) -> str:
        return shown(self.finding.confidence_reason) if self.finding is not None else ""

    @property
    def paragraph(self) -> str:
        return shown(self.report.verdict.explanation)

    @property
    def confidence(self) -> str:
        return confidence_word(self.finding.confidence) if self.finding is not None else ""

    @property
    def player(self) -> str:
        """How and when a player would have connected, if it would."""
        verdict = self.report.verdict
        by = next((a for a in self.report.attempts if a.id == verdict.connected_by), None)
        if by is None:
            return ""
        after = verdict.connected_after_s
        when = f", after {format_duration(after)}" if after is not None else ""
        plan = self.report.plan
        apart = "" if plan.sequential else f", starting an attempt every {format_duration(plan.interval_s)}"
        first = by is next((a for a in self.report.attempts if a.purpose is Purpose.FALLBACK), None)
        return f"would have connected by {describe_method(by)}{when}" + ("" if first else apart)

    @property
    def players(self) -> list[PlayerRow]:
        """What each player would have done."""
        return player_rows(self.report)

    @property
    def recommended(self) -> list[str]:
        """What goes with the recommended address."""
        return recommended_lines(self.report.recommendation)

    @property
    def identity(self) -> str:
        """ "This looks like nginx-rtmp, likely", "" where the server left no mark."""
        identity = self.report.identity
        return describe_identity(identity) if identity is not None else ""

    @property
    def marks(self) -> list[Line]:
        """What speaks for that identity."""
        identity = self.report.identity
        return [self._line(mark) for mark in identity.marks] if identity is not None else []

    @property
    def readers(self) -> list[Reader]:
        """The three readers; nobody where nobody has anything to do."""
        if self.finding is None:
            return []
        actors = (Actor.USER, Actor.ADMINISTRATOR, Actor.OPERATOR)
        return [
            Reader(name, advice, actor in self.finding.acts)
            for actor, (name, advice) in zip(actors, readers_of(self.finding.advice), strict=True)
        ]

    @property
    def request(self) -> list[str]:
        """The firewall request, line by line."""
        return request_lines(self.finding.request) if self.finding is not None else []

    @property
    def timelines(self) -> list[tuple[str, Markup]]:
        """The same drawing for wide and for narrow pages, "" without attempts."""
        layouts = (("wide", svg.WIDE), ("narrow", svg.NARROW))
        return [(name, svg.timeline(self.report, layout, name)) for name, layout in layouts]

    @property
    def legend(self) -> list[tuple[str, Markup]]:
        return svg.legend(self.report)

    def _attempts(self) -> list[AttemptPart]:
        pointed_at = {
            line.anchor for finding in self.findings[:1] for line in (*finding.seen, *finding.against)
        }
        return [self._attempt(n, a, pointed_at) for n, a in enumerate(self.report.attempts, 1)]

    def _attempt(self, number: int, attempt: Attempt, pointed_at: set[str]) -> AttemptPart:
        anchor = f"attempt-{number}"
        steps = [_step(f"step-{number}-{n}", seen) for n, seen in enumerate(attempt.observations, 1)]
        mark = mark_of(attempt)
        return AttemptPart(
            anchor=anchor,
            title=f"{_KINDS[attempt.purpose.value]} {attempt.id}",
            method=describe_method(attempt),
            mark=mark,
            icon=icon_name(mark),
            outcome=describe_outcome(attempt),
            took=format_duration(duration_of(attempt)),
            is_open=anchor in pointed_at or any(step.anchor in pointed_at for step in steps),
            key=attempt.key,
            host=attempt.endpoint.host,
            asked_by=attempt.asked_by or "",
            steps=steps,
            transcript=[
                (
                    format_duration(line.at_s),
                    "sent" if line.direction is Direction.OUT else "received",
                    line.text,
                )
                for line in attempt.transcript
            ],
        )

    def _finding(self, finding: Finding) -> FindingPart:
        return FindingPart(
            headline=shown(finding.headline),
            cause=finding.cause,
            confidence=confidence_word(finding.confidence),
            reason=shown(finding.confidence_reason),
            explanation=shown(finding.explanation),
            decisive_test=shown(finding.decisive_test),
            seen=[self._line(evidence) for evidence in finding.evidence],
            against=[self._line(evidence) for evidence in finding.counter_evidence],
            rules_out=tuple(shown(message) for message in finding.rules_out),
        )

    def _line(self, evidence: EvidenceLine | Note) -> Line:
        anchor, where = self._anchors.get(evidence.observation, ("", ""))
        return Line(shown(evidence.message), anchor, where)


def _anchors(report: Report) -> dict[str, tuple[str, str]]:
    """Observation or attempt id -> where it is in the page, and what to call it."""
    found: dict[str, tuple[str, str]] = {}
    for number, attempt in enumerate(report.attempts, 1):
        name = f"{_KINDS[attempt.purpose.value].lower()} {attempt.id}"
        found.setdefault(str(attempt.id), (f"attempt-{number}", name))
        for n, seen in enumerate(attempt.observations, 1):
            found.setdefault(seen.id, (f"step-{number}-{n}", f"{name}, {observed_label(seen)}"))
    return found


def _step(anchor: str, seen: Observation) -> StepPart:
    kept = (("sent", seen.first_out, seen.bytes_out), ("received", seen.first_in, seen.bytes_in))
    return StepPart(
        anchor=anchor,
        key=svg.key(seen.step),
        label=observed_label(seen),
        outcome=describe_step(seen).partition(": ")[2],
        ok=seen.ok,
        began=format_duration(seen.started_s),
        took=format_duration(seen.elapsed_s),
        facts=facts_of(seen),
        dumps=[
            (_dump_title(direction, data, count), hex_lines(data, SHOWN_BYTES))
            for direction, data, count in kept
            if data
        ],
    )


def _dump_title(direction: str, data: bytes, count: int) -> str:
    """ "First 64 of 3,073 bytes received" """
    shown, all_of_them = min(len(data), SHOWN_BYTES), max(count, len(data))
    if shown == all_of_them:
        return f"{shown} byte{'' if shown == 1 else 's'} {direction}"
    return f"First {shown} of {all_of_them:,} bytes {direction}"
