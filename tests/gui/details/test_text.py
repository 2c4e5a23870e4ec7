"""Transcript and JSON of a row."""

import json

import msgspec

from fmsdiag.gui.details.pane import plain
from fmsdiag.gui.details.text import (
    PageTexts,
    attempt_of,
    json_spans,
    transcript_spans,
)
from fmsdiag.gui.timeline.nodes import AttemptNode, HeadingNode, Node, StepNode
from fmsdiag.messages.reader import say
from fmsdiag.model import AttemptStarted, Direction, PlannedAttempt, Purpose, Report, TranscriptLine
from fmsdiag.report.sections import CHECKS
from tests.report import samples


def node_of(report: Report, number: int) -> AttemptNode:
    attempt = report.attempts[number - 1]
    node = AttemptNode(Node(), attempt.id, attempt)
    node.finish(attempt)
    node.children.extend(StepNode(node, o) for o in attempt.observations)
    return node


def test_nothing_is_said_to_be_nothing() -> None:
    planned = AttemptNode(Node(), 1, PlannedAttempt(samples.endpoint(), Purpose.FALLBACK))
    heading = HeadingNode(Node(), CHECKS)
    for node in (planned, heading, None):
        assert plain(json_spans(node, None, whole=False)) == say(PageTexts.NOTHING)
        assert plain(transcript_spans(node)) == say(PageTexts.NO_TRANSCRIPT)
    assert plain(json_spans(planned, None, whole=True)) == say(PageTexts.NO_REPORT)


def test_no_transcript_says_how_far_it_came() -> None:
    text = plain(transcript_spans(node_of(samples.port_blocked(), 1)))
    assert text == say(PageTexts.ENDED_BEFORE, step="TCP connection")


def test_a_running_attempts_messages_come_later() -> None:
    node = AttemptNode(Node(), 1, AttemptStarted(1, samples.endpoint(), Purpose.FALLBACK, 0.0))
    node.started_s = 0.0
    assert "when the attempt has ended" in plain(transcript_spans(node))


def test_a_transcript_shows_time_direction_and_harmless_words() -> None:
    node = node_of(samples.port_blocked(), 2)
    assert node.attempt is not None
    lines = (
        TranscriptLine(0.25, Direction.OUT, "connect live"),
        TranscriptLine(0.31, Direction.IN, "onStatus \x1b[31m\u202e"),
    )
    node.attempt = msgspec.structs.replace(node.attempt, transcript=lines)
    text = plain(transcript_spans(node.steps[0]))
    assert text == (
        "   0.250 s  → sent      connect live\n   0.310 s  ← received  onStatus \\x1b[31m\\u202e\n"
    )


def test_json_is_that_of_the_row_or_of_the_report() -> None:
    report = samples.port_blocked()
    node = node_of(report, 1)
    step = json.loads(plain(json_spans(node.steps[1], report, whole=False)))
    assert step["id"] == "1.tcp"
    assert step["failure"]["kind"] == "timed-out"
    assert json.loads(plain(json_spans(node, report, whole=False)))["id"] == 1
    assert json.loads(plain(json_spans(node, report, whole=True)))["report_id"] == report.report_id


def test_the_attempt_of_a_row() -> None:
    node = node_of(samples.port_blocked(), 1)
    assert attempt_of(node) is attempt_of(node.steps[0]) is node
    assert attempt_of(HeadingNode(Node(), CHECKS)) is None
