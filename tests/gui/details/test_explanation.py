"""A row in plain words."""

import msgspec
import pytest

from fmsdiag.gui.details.explanation import ExplanationTexts, explanation
from fmsdiag.gui.details.pane import plain
from fmsdiag.gui.timeline.model import TimelineModel
from fmsdiag.messages.reader import say
from fmsdiag.model import AttemptStarted, Purpose, Report, Status, StepName, StepStarted, TlsFacts
from tests.gui.rich_reports import hostile
from tests.report import samples, transport_samples


def text_of(report: Report, row: str) -> str:
    model = TimelineModel()
    model.show_report(report)
    return plain(explanation(model.node(model.index_of(row))))


def test_an_attempt_that_failed() -> None:
    text = text_of(samples.port_blocked(), "1")
    assert text.startswith("RTMP on port 1935 on media.example.com\n✗ No answer\n")
    assert "What was done\nAn attempt of the plan" in text
    assert "What it means\nNothing came back." in text
    assert "TCP connection: No answer (5.0 s)\n" in text
    assert "Duration: 12 ms\n" in text


@pytest.mark.parametrize(
    ("report", "row", "said"),
    [
        (samples.port_blocked(), "2", "This works: a player"),
        (samples.port_blocked(), "5", "Shows whether the port is blocked for other servers, too."),
        (samples.port_blocked(), "6", "Answered."),
        (samples.rejected(), "1", "RTMP reached the server"),
        (samples.healthy(), "5", "Reason: RTMFP cannot be tested by this version."),
        (samples.stopped(), "2", "so it has no result. Reason: you stopped the test."),
        (samples.stopped(), "3", "Not tested."),
        (samples.interrupted(), "2", "so it has no result. Reason: stopped before it finished."),
        (samples.port_blocked(), "2.tcp", "The port is open: something accepts connections there."),
        (samples.port_blocked(), "6.hop", "It worked."),
        (samples.unreachable(), "4.tls", "Its owner must renew it"),
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
    assert "It is still running." in plain(explanation(attempt))
    assert "Waiting for an answer" in plain(explanation(attempt.steps[0]))


def test_a_step_that_was_cut_off() -> None:
    model = TimelineModel()
    model.show_report(samples.interrupted())
    said = plain(explanation(model.attempts()[1].steps[-1]))
    assert said.startswith("TCP connection\n■ Not finished\n")
    assert "Nothing is concluded from this step." in said


def test_no_row() -> None:
    assert plain(explanation(None)) == say(ExplanationTexts.NO_ROW)


def test_a_servers_words_are_harmless() -> None:
    text = text_of(hostile(), "1.connect")
    assert "\\x1b[31m" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


@pytest.mark.parametrize(
    ("report", "row", "words"),
    [
        (transport_samples.rtmfp(), "1.udp", "UDP works in both directions"),
        (transport_samples.rtmfp(), "1.handshake", "Both sides exchanged keys over UDP"),
        (transport_samples.rtmfp(), "2.handshake", "The greeting was answered, the key was not."),
        (transport_samples.proxied(), "1.proxy", "requires a user name and password"),
        (transport_samples.proxied(), "2.proxy", "the attempt did not reach the server"),
        (transport_samples.encrypted(), "1.handshake", "The encrypted RTMP handshake"),
        (transport_samples.published(), "2.publish", "The server accepted the stream"),
    ],
)
def test_the_rarer_ways_have_their_own_words(report: Report, row: str, words: str) -> None:
    assert words in text_of(report, row)
    assert "{" not in text_of(report, row)


def test_a_connection_without_a_verified_certificate_says_so() -> None:
    report = samples.healthy()
    facts = TlsFacts("h", "TLSv1.3", verification_skipped=True)
    tried = samples.attempt(
        1, samples.endpoint(), Status.CONNECTED, samples.observed(1, StepName.TLS, 0, 1, facts)
    )
    text = text_of(msgspec.structs.replace(report, attempts=(tried,)), "1.tls")
    assert "without checking the certificate" in text
    assert "do not trust it" in text
