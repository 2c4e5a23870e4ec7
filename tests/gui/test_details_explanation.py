"""A row in plain words."""

import pytest

from fmsdiag.gui.details_explanation import NO_ROW, explanation
from fmsdiag.gui.details_pane import plain
from fmsdiag.gui.timeline_model import TimelineModel
from fmsdiag.model import AttemptStarted, Purpose, Report, StepName, StepStarted
from tests.gui.rich_reports import hostile
from tests.report import samples


def text_of(report: Report, row: str) -> str:
    model = TimelineModel()
    model.show_report(report)
    return plain(explanation(model.node(model.index_of(row))))


def test_an_attempt_that_failed() -> None:
    text = text_of(samples.port_blocked(), "1")
    assert text.startswith("RTMP, port 1935 on media.example.com\n✗ No answer after 5.0 s\n")
    assert "What was done\nOne attempt of the plan" in text
    assert "What it means\nNothing came back." in text
    assert "TCP connection: No answer after 5.0 s\n" in text
    assert "Took: 12 ms\n" in text


@pytest.mark.parametrize(
    ("report", "row", "said"),
    [
        (samples.port_blocked(), "2", "This way works"),
        (samples.port_blocked(), "5", "The same port was opened on control.example.net"),
        (samples.port_blocked(), "6", "so this question has one"),
        (samples.rejected(), "1", "The network works: RTMP reached the server"),
        (samples.healthy(), "5", "The reason: RTMFP cannot be tested by this version."),
        (samples.stopped(), "2", "Nothing follows from that. The reason: you stopped the test."),
        (samples.stopped(), "3", "It was not tried"),
        (samples.port_blocked(), "2.tcp", "The port is open: something accepts connections there."),
        (samples.port_blocked(), "6.hop", "It worked."),
        (samples.unreachable(), "4.tls", "Its owner has to renew it"),
    ],
)
def test_what_it_means(report: Report, row: str, said: str) -> None:
    assert said in text_of(report, row)


def test_what_is_going_on() -> None:
    model = TimelineModel()
    model.apply(
        [
            AttemptStarted(1, samples.endpoint(), Purpose.FALLBACK, 0.0),
            StepStarted(1, StepName.TCP, 0.1, 5.0),
        ]
    )
    attempt = model.attempts()[0]
    assert "It is still going on." in plain(explanation(attempt))
    assert "Waiting for an answer" in plain(explanation(attempt.steps[0]))


def test_no_row() -> None:
    assert plain(explanation(None)) == NO_ROW


def test_a_servers_words_are_harmless() -> None:
    text = text_of(hostile(), "1.connect")
    assert "\\x1b[31m" in text
    assert "\x1b" not in text
    assert "\u202e" not in text
