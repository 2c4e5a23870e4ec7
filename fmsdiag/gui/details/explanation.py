"""The row in plain words: what was done, what it means, what was measured. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fmsdiag.gui.details.pane import Span, Style
from fmsdiag.gui.details.words import (
    ENDED,
    HANDSHAKES,
    STEP_DONE,
    STEP_FAILED,
    STEP_WORKED,
    WHY_TRIED,
    Ended,
    StepDone,
    StepFailed,
    StepWorked,
)
from fmsdiag.gui.timeline.nodes import AttemptNode, Column, Node, StepNode
from fmsdiag.messages.experiments import EXPERIMENTS
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.messages.visible import one_line, visible
from fmsdiag.model import FailureKind, KeyingFacts, Observation, Status, StepName, TlsFacts
from fmsdiag.report.fact_rows import facts_of
from fmsdiag.report.outcomes import describe_failure, describe_step_outcome
from fmsdiag.report.words import Tone, describe_method, format_duration, opens_netconnection, tone_of_failure


class ExplanationTexts(Table, of="gui.explanation"):
    """Headings and labels."""

    NO_ROW = text("Select a row of the timeline to see what was done, what came back, and what it means.")
    ON_HOST = text("{method:name} on {host}")
    DONE = text("What was done")
    BEING_DONE = text("What is being done")
    MEANS = text("What it means")
    STEPS = text("Steps")
    MEASURED = text("Measured")
    WAITING = text("Waiting for an answer")
    STOPPED = text("No answer had come when the test was stopped. Nothing is concluded from this step.")
    # translators: {step} is the name of a step, {outcome} what came of it, {took} the time that it took
    STEP = text("{step:name}: {outcome:name} ({took:name})")
    STARTED = text("Started after")
    TOOK = text("Duration")


_TONES = {Tone.GOOD: Style.GOOD, Tone.CAUTION: Style.WARN, Tone.BAD: Style.BAD, Tone.NEUTRAL: Style.MUTED}


def explanation(node: Node | None, now_s: float = 0.0) -> list[Span]:
    """What support reads first about a row."""
    if isinstance(node, AttemptNode):
        return list(_attempt(node, now_s))
    if isinstance(node, StepNode):
        return list(_step(node))
    return [Span(say(ExplanationTexts.NO_ROW), Style.MUTED)]


def _attempt(node: AttemptNode, now_s: float) -> Iterator[Span]:
    title = describe_method(node)
    if node.experiment is None:
        title = say(ExplanationTexts.ON_HOST, method=title, host=one_line(node.endpoint.host, 80))
    yield Span(f"{title}\n", Style.TITLE)
    mark = node.mark
    yield Span(f"{mark.icon} {node.text(Column.STATUS, now_s)}\n", _TONES[mark.tone])
    why = WHY_TRIED[node.purpose] if node.experiment is None else EXPERIMENTS[node.experiment].why
    yield from _section(ExplanationTexts.DONE, say(why))
    yield from _section(ExplanationTexts.MEANS, _means(node))
    if node.steps:
        yield Span(f"\n{say(ExplanationTexts.STEPS)}\n", Style.HEAD)
        for step in node.steps:
            outcome, took = step.text(Column.STATUS, now_s), step.text(Column.TOTAL, now_s)
            yield Span(f"{say(ExplanationTexts.STEP, step=step.label, outcome=outcome, took=took)}\n")
    for step in node.steps:
        seen = step.observation
        if seen is not None:
            yield Span(f"\n{step.label}\n", Style.HEAD)
            yield from _facts(seen)


def _means(node: AttemptNode) -> str:
    status = node.status
    if status is None:
        return say(Ended.RUNNING)
    if node.attempt is not None and status is Status.FAILED and node.attempt.failed_step is not None:
        return _step_means(node.attempt.failed_step)
    is_answer = node.attempt is not None and not opens_netconnection(node.attempt)
    ended = say(Ended.ANSWERED if status is Status.CONNECTED and is_answer else ENDED[status])
    return say(Ended.WITH_REASON, ended=ended, reason=node.reason) if node.reason else ended


def _step(node: StepNode) -> Iterator[Span]:
    seen = node.observation
    yield Span(f"{node.label}\n", Style.TITLE)
    if node.stopped_s is not None:
        yield Span(f"■ {node.text(Column.STATUS, 0.0)}\n", Style.MUTED)
        yield from _section(ExplanationTexts.DONE, say(_step_done(node)))
        yield from _section(ExplanationTexts.MEANS, say(ExplanationTexts.STOPPED))
        return
    if seen is None:
        yield Span(f"… {say(ExplanationTexts.WAITING)}\n", Style.MUTED)
        yield from _section(ExplanationTexts.BEING_DONE, say(_step_done(node)))
        return
    if (failure := seen.told_failure) is None:
        yield Span(f"✓ {describe_step_outcome(seen)}\n", Style.GOOD)
    else:
        yield Span(f"✗ {describe_failure(seen)}\n", _TONES[tone_of_failure(node.purpose, failure)])
    yield from _section(ExplanationTexts.DONE, say(_step_done(node)))
    yield from _section(ExplanationTexts.MEANS, _step_means(seen))
    yield Span(f"\n{say(ExplanationTexts.MEASURED)}\n", Style.HEAD)
    yield from _facts(seen)


def _step_means(seen: Observation) -> str:
    if (told := seen.told_failure) is not None:
        if told.offline:
            return say(StepFailed.NO_NETWORK)
        if isinstance(seen.facts, KeyingFacts) and told.kind is FailureKind.TIMED_OUT:
            return say(StepFailed.KEYS_UNANSWERED)
        return say(STEP_FAILED[told.kind])
    if isinstance(seen.facts, KeyingFacts):
        return say(StepWorked.KEYS)
    if isinstance(seen.facts, TlsFacts) and seen.facts.verification_skipped:
        return say(StepWorked.UNVERIFIED)
    return say(STEP_WORKED[seen.step])


def _step_done(node: StepNode) -> Text:
    parent, seen = node.parent, node.observation
    if isinstance(parent, AttemptNode) and node.step is StepName.HANDSHAKE:
        return HANDSHAKES.get(parent.endpoint.transport, STEP_DONE[node.step])
    if seen is not None and isinstance(seen.facts, TlsFacts) and seen.facts.verification_skipped:
        return StepDone.UNVERIFIED
    return STEP_DONE[node.step]


def _section(title: Text, words: str) -> Iterator[Span]:
    yield Span(f"\n{say(title)}\n", Style.HEAD)
    yield Span(f"{words}\n")


def _facts(seen: Observation) -> Iterator[Span]:
    """The times, then whatever else is known, one fact a line."""
    yield from fact_lines(say(ExplanationTexts.STARTED), (format_duration(seen.started_s),))
    yield from fact_lines(say(ExplanationTexts.TOOK), (format_duration(seen.elapsed_s),))
    for label, lines in facts_of(seen):
        yield from fact_lines(label, lines)


def fact_lines(label: str, lines: Sequence[str]) -> Iterator[Span]:
    """A label and its value: behind it, or where it has several lines, below it."""
    yield Span(f"{label}: ", Style.MUTED)
    if len(lines) == 1:
        yield Span(f"{visible(lines[0])}\n")
    else:
        yield Span("".join(["\n", *(f"    {visible(line)}\n" for line in lines)]))
