"""What rows say, to eyes and to ears."""

import pytest

from fmsdiag.gui.timeline.nodes import AttemptNode, Column, HeadingNode, Node, StepNode, spoken_duration
from fmsdiag.model import (
    AttemptStarted,
    Experiment,
    NotApplicable,
    PlannedAttempt,
    Purpose,
    Status,
    StepName,
    StepStarted,
    Transport,
)
from fmsdiag.report.sections import CHECKS, section_title
from tests.report import samples


def finished(number: int) -> AttemptNode:
    attempt = samples.port_blocked().attempts[number - 1]
    node = AttemptNode(Node(), attempt.id, attempt)
    node.attempt, node.started_s = attempt, attempt.started_s
    node.children.extend(StepNode(node, o) for o in attempt.observations)
    return node


def row(node: Node, now_s: float = 0.0) -> list[str]:
    return [node.text(column, now_s) for column in Column]


def test_a_finished_attempt() -> None:
    assert row(finished(1)) == ["Attempt 1", "RTMP on port 1935", "No answer", "No answer", "5.0 s"]


def test_the_sentence_of_a_row() -> None:
    assert finished(1).spoken(Column.STEP, 0.0) == "Attempt 1, RTMP on port 1935, No answer after 5.0 seconds"
    assert (
        finished(2).spoken(Column.STEP, 0.0) == "Attempt 2, RTMP on port 80, Connected after 103 milliseconds"
    )


def test_the_waterfall_is_told_in_words() -> None:
    assert finished(1).spoken(Column.WATERFALL, 0.0) == (
        "Name lookup, 203.0.113.10 and 2001:db8:10::10, 12 milliseconds; TCP connection, No answer, 5.0 seconds; No answer"
    )


def test_a_planned_attempt_has_not_started() -> None:
    node = AttemptNode(Node(), 1, PlannedAttempt(samples.endpoint(), Purpose.FALLBACK))
    assert node.status is Status.NOT_STARTED
    assert row(node)[2:] == ["Not started", "Not started", "–"]


def test_an_attempt_that_cannot_be_made_says_why() -> None:
    planned = PlannedAttempt(
        samples.endpoint(Transport.RTMFP), Purpose.CHECK, NotApplicable.UDP_THROUGH_PROXY
    )
    node = AttemptNode(Node(), 5, planned)
    assert node.text(Column.STEP, 0.0) == "Check 5"
    assert node.text(Column.STATUS, 0.0) == "Skipped: RTMFP uses UDP, which proxies do not support"


def test_a_running_attempt_names_what_it_waits_for() -> None:
    node = AttemptNode(Node(), 1, PlannedAttempt(samples.endpoint(), Purpose.FALLBACK))
    node.started_s = 0.2
    assert node.running
    node.children.append(StepNode(node, StepStarted(1, StepName.TCP, 0.3, 5.0)))
    assert row(node, 1.7)[2:] == ["Waiting: TCP connection", "", "1.5 s"]
    assert row(node.steps[0], 1.7) == ["TCP connection", "", "Waiting", "", "1.4 s"]
    assert node.ended_s(1.7) == 1.7


def test_a_finished_step() -> None:
    step = finished(2).steps[1]
    assert row(step) == ["TCP connection", "203.0.113.10:80", "open to 203.0.113.10", "", "22 ms"]
    assert step.spoken(Column.STEP, 0.0) == "TCP connection, open to 203.0.113.10, 22 milliseconds"


def test_follow_ups_say_what_they_ask() -> None:
    node = finished(5)
    assert node.text(Column.METHOD, 0.0) == "Port 1935 on reference server control.example.net"
    assert node.hint() == "Port 1935 on reference server control.example.net: No answer"
    assert node.spoken(Column.STEP, 0.0) == (
        "Follow-up 5, Port 1935 on reference server control.example.net, No answer after 5.0 seconds"
    )


def test_headings() -> None:
    heading = HeadingNode(Node(), CHECKS)
    assert row(heading) == [section_title(CHECKS), "", "", "", ""]


def test_rows_are_numbered_below_their_parent() -> None:
    root = Node()
    for number in range(3):
        child = Node(root)
        root.children.append(child)
        assert child.row == number


def test_times_are_spelled_out_for_ears() -> None:
    assert [spoken_duration(s) for s in (0.012, 5.0, 75.0)] == [
        "12 milliseconds",
        "5.0 seconds",
        "1.2 minutes",
    ]


def test_what_the_user_asked_for_is_no_follow_up() -> None:
    begun = AttemptStarted(7, samples.endpoint(), Purpose.FOLLOW_UP, 1.0, Experiment.PUBLISH)
    assert AttemptNode(Node(), 7, begun).text(Column.STEP, 0.0) == "Stream 7"


@pytest.mark.parametrize("experiment", list(Experiment))
def test_every_experiment_has_a_name(experiment: Experiment) -> None:
    begun = AttemptStarted(5, samples.endpoint(), Purpose.FOLLOW_UP, 1.0, experiment)
    question = AttemptNode(Node(), 5, begun).text(Column.METHOD, 0.0)
    assert question
    assert "{" not in question


@pytest.mark.parametrize(
    ("status", "reason", "said"),
    [
        (
            Status.NOT_STARTED,
            "the run ended before its turn came",
            "Not started: the run ended before its turn came",
        ),
        (Status.NOT_APPLICABLE, "no IPv6 here", "Skipped: no IPv6 here"),
        (Status.CANCELLED, "you stopped the test", "Stopped: you stopped the test"),
        (Status.REJECTED, "", "Rejected by server"),
    ],
)
def test_what_did_not_happen_says_why(status: Status, reason: str, said: str) -> None:
    node = AttemptNode(Node(), 1, PlannedAttempt(samples.endpoint(), Purpose.FALLBACK))
    assert node.waiting
    node.finish(samples.attempt(1, samples.endpoint(), status, reason=reason))
    assert node.text(Column.STATUS, 0.0) == said
    assert node.waiting == (status is Status.NOT_STARTED)
    node.finish(samples.connected(1, samples.endpoint(), 0.0))
    assert (node.mark.word, node.text(Column.STATUS, 0.0)) == ("Connected", "Connected")
