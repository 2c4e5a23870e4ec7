"""The row in plain words: what was done, what it means, what was measured. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from fmsdiag.gui.details.pane import Span, Style
from fmsdiag.gui.details.words import (
    ANSWERED,
    ENDED,
    HANDSHAKES,
    KEYS_EXCHANGED,
    KEYS_UNANSWERED,
    STEP_DONE,
    STEP_FAILED,
    STEP_WORKED,
    UNVERIFIED,
    VERIFICATION_SKIPPED,
    WHY_ASKED,
    WHY_TRIED,
)
from fmsdiag.gui.timeline.nodes import AttemptNode, Column, Node, StepNode
from fmsdiag.model import FailureKind, KeyingFacts, Observation, Status, StepName, TlsFacts
from fmsdiag.report.fact_rows import facts_of
from fmsdiag.report.outcomes import describe_failure, describe_step
from fmsdiag.report.visible import one_line, visible
from fmsdiag.report.words import Tone, describe_method, format_duration

NO_ROW = "Select a row of the timeline to see what was done, what came back and what it means."
_TONES = {Tone.GOOD: Style.GOOD, Tone.CAUTION: Style.WARN, Tone.BAD: Style.BAD, Tone.NEUTRAL: Style.MUTED}


def explanation(node: Node | None, now_s: float = 0.0) -> list[Span]:
    """What support reads first about a row."""
    if isinstance(node, AttemptNode):
        return list(_attempt(node, now_s))
    if isinstance(node, StepNode):
        return list(_step(node))
    return [Span(NO_ROW, Style.MUTED)]


def _attempt(node: AttemptNode, now_s: float) -> Iterator[Span]:
    on = "" if node.experiment is not None else f" on {one_line(node.endpoint.host, 80)}"
    yield Span(f"{describe_method(node)}{on}\n", Style.TITLE)
    mark = node.mark
    yield Span(f"{mark.icon} {node.text(Column.STATUS, now_s)}\n", _TONES[mark.tone])
    yield from _section("What was done", _done(node))
    yield from _section("What it means", _means(node))
    if node.steps:
        yield Span("\nSteps\n", Style.HEAD)
        for step in node.steps:
            outcome, took = step.text(Column.STATUS, now_s), step.text(Column.TOTAL, now_s)
            told = outcome if outcome.endswith(took) else f"{outcome} ({took})"
            yield Span(f"{step.label}: {told}\n")
    for step in node.steps:
        seen = step.observation
        if seen is not None:
            yield Span(f"\n{step.label}\n", Style.HEAD)
            yield from _facts(seen)


def _done(node: AttemptNode) -> str:
    if node.experiment is None:
        return WHY_TRIED[node.purpose]
    host = one_line(node.endpoint.host, 80)
    return WHY_ASKED[node.experiment].format(host=host, port=node.endpoint.port)


def _means(node: AttemptNode) -> str:
    status = node.status
    if status is None:
        return "It is still going on."
    if node.attempt is not None and status is Status.FAILED:
        failed = node.attempt.failed_step
        return _step_means(failed) if failed is not None else "It did not work; no step tells why."
    if status is Status.CONNECTED and node.mark.word == "Answered":
        return ANSWERED
    told = f" The reason: {node.reason}." if node.reason else ""
    return ENDED.get(status, "") + told


def _step(node: StepNode) -> Iterator[Span]:
    seen = node.observation
    if seen is None:
        yield Span(f"{node.label}\n", Style.TITLE)
        yield Span("… Waiting for an answer\n", Style.MUTED)
        yield from _section("What is done", _step_done(node))
        return
    yield Span(f"{node.label}\n", Style.TITLE)
    if seen.ok:
        yield Span(f"✓ {describe_step(seen).partition(': ')[2]}\n", Style.GOOD)
    else:
        yield Span(f"✗ {describe_failure(seen)}\n", Style.BAD)
    yield from _section("What was done", _step_done(node))
    yield from _section("What it means", _step_means(seen))
    yield Span("\nMeasured\n", Style.HEAD)
    yield from _facts(seen)


def _step_means(seen: Observation) -> str:
    if seen.failure is not None:
        if isinstance(seen.facts, KeyingFacts) and seen.failure.kind is FailureKind.TIMED_OUT:
            return KEYS_UNANSWERED
        return STEP_FAILED[seen.failure.kind]
    if isinstance(seen.facts, KeyingFacts):
        return KEYS_EXCHANGED
    if isinstance(seen.facts, TlsFacts) and seen.facts.verification_skipped:
        return UNVERIFIED
    return STEP_WORKED.get(seen.step, "It worked.")


def _step_done(node: StepNode) -> str:
    parent, seen = node.parent, node.observation
    if isinstance(parent, AttemptNode) and node.step is StepName.HANDSHAKE:
        return HANDSHAKES.get(parent.endpoint.transport, STEP_DONE[node.step])
    if seen is not None and isinstance(seen.facts, TlsFacts) and seen.facts.verification_skipped:
        return VERIFICATION_SKIPPED
    return STEP_DONE[node.step]


def _section(title: str, text: str) -> Iterator[Span]:
    if text:
        yield Span(f"\n{title}\n", Style.HEAD)
        yield Span(f"{text}\n")


def _facts(seen: Observation) -> Iterator[Span]:
    """The times, then whatever else is known, one fact a line."""
    yield Span("Began after: ", Style.MUTED)
    yield Span(f"{format_duration(seen.started_s)}\n")
    yield Span("Took: ", Style.MUTED)
    yield Span(f"{format_duration(seen.elapsed_s)}\n")
    for label, lines in facts_of(seen):
        yield Span(f"{label}: ", Style.MUTED)
        shown = [visible(line) for line in lines]
        if len(shown) == 1:
            yield Span(f"{shown[0]}\n")
        else:
            yield Span("".join(["\n", *(f"    {line}\n" for line in shown)]))
