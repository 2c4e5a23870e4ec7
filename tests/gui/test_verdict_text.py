"""What the card says of each verdict, and the summary."""

import msgspec
import pytest

from fmsdiag.gui.verdict_text import SEEN_LINES, card_text, summary_text
from fmsdiag.model import VerdictStatus
from fmsdiag.report.words import mark_of_verdict
from tests.report import samples


def test_a_finding_speaks_for_the_run() -> None:
    text = card_text(samples.port_blocked())
    assert text.word == "Connected by fallback"
    assert text.headline == "Port 1935 gives no answer, but port 80 connects"
    assert text.confidence.startswith("Likely: port 80 of the same address answers")
    assert [e.observation for e in text.seen] == ["1.tcp", "2.tcp", "5.tcp"]
    assert text.advice[text.acts][0] == "Your network administrator"
    assert "port 1935" in text.firewall_request


def test_without_a_finding_the_attempts_are_what_was_seen() -> None:
    text = card_text(samples.healthy())
    assert text.paragraph.startswith("The first attempt of the plan was accepted.")
    assert [e.observation for e in text.seen] == ["1", "2", "3"]
    assert text.also == ("This server does not offer RTMPS on port 443.",)
    assert text.confidence == text.firewall_request == ""
    assert not any(advice for _, advice in text.advice)


@pytest.mark.parametrize("status", list(VerdictStatus))
def test_every_verdict_has_words(status: VerdictStatus) -> None:
    report = samples.healthy()
    verdict = msgspec.structs.replace(report.verdict, status=status)
    text = card_text(msgspec.structs.replace(report, verdict=verdict))
    assert text.word == mark_of_verdict(status).word
    assert text.paragraph


def test_the_deciding_test_is_told() -> None:
    report = samples.port_blocked()
    finding = msgspec.structs.replace(report.findings[0], decisive_test="try another network")
    text = card_text(msgspec.structs.replace(report, findings=(finding,)))
    assert text.paragraph.endswith("This test would decide: try another network")


def test_what_was_seen_is_bounded() -> None:
    report = samples.unreachable()
    assert len(card_text(msgspec.structs.replace(report, findings=())).seen) <= SEEN_LINES


def test_the_summary_is_short_and_complete() -> None:
    text = summary_text(samples.port_blocked())
    lines = text.splitlines()
    assert lines[0] == "Connected by fallback: Port 1935 gives no answer, but port 80 connects"
    assert "- RTMP, port 1935: No answer after 5.0 s" in lines
    assert "- RTMP, port 80: Connected (103 ms)" in lines
    assert any(line.startswith("Your network administrator: ") for line in lines)
    assert "report ab12cd34ef56" in lines[-1]
    assert len(lines) < 20
