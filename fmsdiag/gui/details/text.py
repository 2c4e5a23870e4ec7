"""The transcript and the JSON of a row. Pure."""

from __future__ import annotations

import msgspec

from fmsdiag.gui.details.pane import Span, Style
from fmsdiag.gui.timeline.nodes import AttemptNode, Node, StepNode
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.messages.visible import visible
from fmsdiag.model import Direction, Report
from fmsdiag.report.words import observed_label


class PageTexts(Table, of="gui.pages"):
    """What stands where there is nothing to show, and the directions of messages."""

    NOTHING = text("Nothing was observed here yet.")
    NO_REPORT = text("The whole report is available after the test.")
    NO_TRANSCRIPT = text("No protocol message was exchanged in this attempt.")
    ENDED_BEFORE = text(
        "No protocol message was exchanged in this attempt. It ended before that, at the step {step:quote}."
    )
    LATER = text("The messages appear here when the attempt has ended.")
    SENT = text("sent")
    RECEIVED = text("received")


_ARROWS = {Direction.OUT: ("→", PageTexts.SENT), Direction.IN: ("←", PageTexts.RECEIVED)}


def attempt_of(node: Node | None) -> AttemptNode | None:
    """The attempt that a row is or belongs to."""
    found = node.parent if isinstance(node, StepNode) else node
    return found if isinstance(found, AttemptNode) else None


def transcript_spans(node: Node | None) -> list[Span]:
    """The attempt's protocol messages: time since the run began, direction, words."""
    owner = attempt_of(node)
    attempt = owner.attempt if owner is not None else None
    if owner is not None and owner.running:
        return [Span(say(PageTexts.LATER), Style.MUTED)]
    if attempt is None or not attempt.transcript:
        failed = attempt.failed_step if attempt is not None else None
        if failed is None:
            return [Span(say(PageTexts.NO_TRANSCRIPT), Style.MUTED)]
        return [Span(say(PageTexts.ENDED_BEFORE, step=observed_label(failed)), Style.MUTED)]
    ways = {way: f"{arrow} {say(said)}" for way, (arrow, said) in _ARROWS.items()}
    width = max(map(len, ways.values()))
    spans = []
    for line in attempt.transcript:
        spans.append(Span(f"{line.at_s:8.3f} s  {ways[line.direction]:{width}}  ", Style.MUTED))
        spans.append(Span(f"{visible(line.text)}\n"))
    return spans


def json_spans(node: Node | None, report: Report | None, whole: bool) -> list[Span]:
    """The row, or the whole report, as the JSON file has it."""
    if whole:
        return [Span(pretty(report))] if report is not None else [Span(say(PageTexts.NO_REPORT), Style.MUTED)]
    thing: object | None = None
    if isinstance(node, AttemptNode):
        thing = node.attempt
    elif isinstance(node, StepNode):
        thing = node.observation
    return [Span(pretty(thing))] if thing is not None else [Span(say(PageTexts.NOTHING), Style.MUTED)]


def pretty(thing: object) -> str:
    """Indented JSON with everything in it visible."""
    indented = msgspec.json.format(msgspec.json.encode(thing), indent=2).decode()
    return visible(indented, keep_newlines=True)
