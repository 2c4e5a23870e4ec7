"""A row in another version of the report, and as text."""

import msgspec

from fmsdiag.gui.timeline.model import TimelineModel
from fmsdiag.gui.timeline.nodes import HeadingNode, Node
from fmsdiag.gui.timeline.same_row import all_rows_text, row_text, same_row
from fmsdiag.model import Failure, FailureKind, Report, Status, StepName
from fmsdiag.report.redact import redact
from fmsdiag.report.sections import CHECKS
from tests.report import samples


def node_of(report: Report, observation: str) -> Node:
    model = TimelineModel()
    model.show_report(report)
    node = model.node(model.index_of(observation))
    assert node is not None
    return node


def test_attempts_and_steps_are_found_again() -> None:
    report = samples.port_blocked()
    for name in ("1", "1.tcp", "2.connect"):
        row = same_row(node_of(report, name), report)
        assert row is not None
        assert row.text(0, 0.0) == node_of(report, name).text(0, 0.0)  # type: ignore[arg-type]


def test_what_is_no_row_is_not_found() -> None:
    report = samples.port_blocked()
    assert same_row(None, report) is None
    assert same_row(HeadingNode(Node(), CHECKS), report) is None
    assert same_row(node_of(report, "6"), samples.healthy()) is None
    assert row_text(HeadingNode(Node(), CHECKS), report) == ""


def test_a_row_is_text_between_tabs() -> None:
    report = samples.port_blocked()
    assert row_text(node_of(report, "1"), report) == "Attempt 1\tRTMP on port 1935\tNo answer\t5.0 s"
    assert row_text(node_of(report, "1.tcp"), report) == (
        "Attempt 1\tRTMP on port 1935\tTCP connection\t203.0.113.10:1935\tNo answer\t5.0 s"
    )


def test_a_secret_that_a_server_repeats_is_not_copied() -> None:
    failure = Failure(FailureKind.UNEXPECTED_REPLY, looks_like=f"HTTP 400 from {samples.STREAM_KEY}")
    seen = samples.observed(1, StepName.TCP, 0.0, 1.0, failure=failure)
    attempt = samples.attempt(1, samples.endpoint(), Status.FAILED, seen)
    report = msgspec.structs.replace(samples.healthy(), attempts=(attempt,))
    report = msgspec.structs.replace(
        report, target=msgspec.structs.replace(report.target, stream=samples.STREAM_KEY)
    )
    assert samples.STREAM_KEY in row_text(node_of(report, "1"), report)
    assert samples.STREAM_KEY not in row_text(node_of(report, "1"), redact(report))


def test_all_rows_are_lines() -> None:
    lines = all_rows_text(samples.port_blocked()).splitlines()
    assert lines[0].split("\t") == ["Attempt 1", "RTMP on port 1935", "No answer", "5.0 s"]
    assert lines[1].startswith("\tName lookup\t")
    assert "Also checked" in lines
    attempts = [line for line in lines if "\t" in line and not line.startswith("\t")]
    assert len(attempts) == len(samples.port_blocked().attempts)
