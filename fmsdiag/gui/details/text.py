"""The transcript and the JSON of a row. Pure."""

from __future__ import annotations

import msgspec

from fmsdiag.gui.details.pane import Span, Style
from fmsdiag.gui.timeline.nodes import AttemptNode, Node, StepNode
from fmsdiag.model import Direction, Report
from fmsdiag.report.visible import visible
from fmsdiag.report.words import observed_label

NOTHING = "Nothing was observed here yet."
NO_REPORT = "The whole report is complete as soon as the test has ended."
NO_TRANSCRIPT = "No protocol message was exchanged in this attempt."
_WAYS = {Direction.OUT: "→ sent     ", Direction.IN: "← received "}


def attempt_of(node: Node | None) -> AttemptNode | None:
    """The attempt that a row is or belongs to."""
    found = node.parent if isinstance(node, StepNode) else node
    return found if isinstance(found, AttemptNode) else None


def transcript_spans(node: Node | None) -> list[Span]:
    """The attempt's protocol messages: time since the run began, direction, words."""
    owner = attempt_of(node)
    attempt = owner.attempt if owner is not None else None
    if owner is not None and owner.running:
        return [Span("The messages are shown when the attempt has ended.", Style.MUTED)]
    if attempt is None or not attempt.transcript:
        failed = attempt.failed_step if attempt is not None else None
        why = f" It ended before that, at the step “{observed_label(failed)}”." if failed is not None else ""
        return [Span(NO_TRANSCRIPT + why, Style.MUTED)]
    spans = []
    for line in attempt.transcript:
        spans.append(Span(f"{line.at_s:8.3f} s  {_WAYS[line.direction]} ", Style.MUTED))
        spans.append(Span(f"{visible(line.text)}\n"))
    return spans


def json_spans(node: Node | None, report: Report | None, whole: bool) -> list[Span]:
    """The row, or the whole report, as the JSON file has it."""
    if whole:
        return [Span(pretty(report))] if report is not None else [Span(NO_REPORT, Style.MUTED)]
    thing: object | None = None
    if isinstance(node, AttemptNode):
        thing = node.attempt
    elif isinstance(node, StepNode):
        thing = node.observation
    return [Span(pretty(thing))] if thing is not None else [Span(NOTHING, Style.MUTED)]


def pretty(thing: object) -> str:
    """Indented JSON with everything in it visible."""
    text = msgspec.json.format(msgspec.json.encode(thing), indent=2).decode()
    return visible(text, keep_newlines=True)
