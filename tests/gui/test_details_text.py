"""Facts, transcript, bytes and JSON of a row."""

import json

from fmsdiag.gui.details_text import (
    NO_BYTES,
    NO_TRANSCRIPT,
    NOTHING,
    bytes_text,
    facts_text,
    json_text,
    transcript_text,
)  # fmt: skip
from fmsdiag.gui.timeline_nodes import AttemptNode, HeadingNode, Node, StepNode
from fmsdiag.model import Direction, Observation, PlannedAttempt, Purpose, StepName, TranscriptLine
from tests.report import samples


def node_of(report: samples.Report, number: int) -> AttemptNode:
    attempt = report.attempts[number - 1]
    node = AttemptNode(Node(), attempt.id, attempt)
    node.attempt = attempt
    node.children.extend(StepNode(node, o) for o in attempt.observations)
    return node


def test_facts_of_an_attempt_name_every_step() -> None:
    text = facts_text(node_of(samples.port_blocked(), 2))
    assert text.startswith("RTMP, port 80 on media.example.com\nConnected")
    assert "TCP connection: open to 203.0.113.10" in text
    assert "  code: NetConnection.Connect.Success" in text
    assert "  took: 22 ms" in text


def test_facts_of_a_failure_name_its_kind() -> None:
    assert "kind: timed-out" in facts_text(node_of(samples.port_blocked(), 1).steps[1])


def test_nothing_is_said_to_be_nothing() -> None:
    planned = AttemptNode(Node(), 1, PlannedAttempt(samples.endpoint(), Purpose.FALLBACK))
    assert facts_text(planned) == json_text(planned) == NOTHING
    assert transcript_text(planned) == NO_TRANSCRIPT
    assert bytes_text(planned) == NO_BYTES
    heading = HeadingNode(Node(), "Also checked")
    assert facts_text(heading) == json_text(heading) == NOTHING
    assert transcript_text(heading) == NO_TRANSCRIPT


def test_a_transcript_shows_time_direction_and_harmless_words() -> None:
    node = node_of(samples.port_blocked(), 2)
    assert node.attempt is not None
    lines = (
        TranscriptLine(0.25, Direction.OUT, "connect live"),
        TranscriptLine(0.31, Direction.IN, "onStatus \x1b[31m\u202e"),
    )
    node.attempt = samples.msgspec.structs.replace(node.attempt, transcript=lines)
    text = transcript_text(node.steps[0])
    assert text == "    0.250 s  →  connect live\n    0.310 s  ←  onStatus \\x1b[31m\\u202e"


def test_bytes_are_dumped_with_offsets() -> None:
    node = node_of(samples.port_blocked(), 2)
    seen = Observation(
        "2.tcp", StepName.TCP, 0.0, 1.0, bytes_out=3073, first_out=b"\x03" + bytes(range(64, 84))
    )
    node.children[:] = [StepNode(node, seen)]
    text = bytes_text(node)
    assert text.splitlines()[0] == "TCP connection: 3073 bytes sent, first 21 of them"
    assert text.splitlines()[1] == "0000  03 40 41 42 43 44 45 46  47 48 49 4a 4b 4c 4d 4e  .@ABCDEFGHIJKLMN"
    assert text.splitlines()[2].startswith("0010  4f 50 51 52 53 ")


def test_json_is_what_the_report_has() -> None:
    step = json.loads(json_text(node_of(samples.port_blocked(), 1).steps[1]))
    assert step["id"] == "1.tcp"
    assert step["failure"]["kind"] == "timed-out"
    assert json.loads(json_text(node_of(samples.port_blocked(), 1)))["id"] == 1
