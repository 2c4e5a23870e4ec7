"""What the card says of each verdict, and the summary."""

import msgspec
import pytest

from fmsdiag.diagnosis.rules import RULES
from fmsdiag.gui.verdict.card_text import SEEN_LINES, Other, card_text, summary_text
from fmsdiag.model import Advice, EvidenceLine, Recommendation, VerdictStatus
from fmsdiag.report.words import mark_of_verdict
from tests.gui.rich_reports import several
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
    assert text.notes == (EvidenceLine("This server does not offer RTMPS on port 443.", "4.tcp"),)
    assert text.address == "rtmp://media.example.com/live"
    assert text.ports == ""
    assert text.confidence == text.firewall_request == ""
    assert not any(advice for _, advice in text.advice)


@pytest.mark.parametrize("status", list(VerdictStatus))
def test_every_verdict_has_words(status: VerdictStatus) -> None:
    report = samples.healthy()
    verdict = msgspec.structs.replace(report.verdict, status=status)
    text = card_text(msgspec.structs.replace(report, verdict=verdict))
    assert text.word == mark_of_verdict(status).word
    assert text.paragraph


def test_all_of_a_finding_is_told() -> None:
    text = card_text(several())
    assert text.decides.startswith("Repeat the test on a mobile phone's network")
    assert text.explains == (
        "a server that accepts connections and says nothing and an HTTP tunnel that is not offered"
    )
    assert [line.observation for line in text.against] == ["4.tcp"]
    assert text.notes[0].observation == "4.tcp"
    assert "fmsdiag could not judge “server-hung” (diagnosis/engine.py:41):" in text.notes[1].text
    assert text.address == "rtmp://media.example.com:80/live"
    assert text.ports == "RTMP on port 80 connects from here. Ports, best first: RTMP 80, then RTMPT 80."


def test_one_finding_leads_to_the_other_and_back() -> None:
    report = several()
    first, second = card_text(report), card_text(report, 1)
    assert first.others == (Other("Secure traffic seems to be opened for checking", 1),)
    assert second.others == (Other(f"Back to: {report.findings[0].headline}", 0),)
    assert second.word == "Connected by fallback · also noticed"
    assert second.headline == "Secure traffic seems to be opened for checking"
    assert second.confidence.startswith("Possible: ")
    assert second.firewall_request == ""


def test_every_cause_that_can_be_folded_has_words() -> None:
    folded = {cause for rule in RULES for cause in rule.explains}
    finding = samples.port_blocked_finding()
    for cause in folded:
        shown = msgspec.structs.replace(finding, explains=(cause,))
        text = card_text(msgspec.structs.replace(samples.port_blocked(), findings=(shown,)))
        assert " " in text.explains
        assert text.explains != cause.replace("-", " ")


def test_hostile_words_are_made_visible_everywhere() -> None:
    evil = "\x1b[31m\u202e"
    report = samples.port_blocked()
    finding = msgspec.structs.replace(
        report.findings[0],
        headline=evil,
        explanation=evil,
        confidence_reason=evil,
        evidence=(EvidenceLine(evil),),
        counter_evidence=(EvidenceLine(evil),),
        rules_out=(evil,),
        explains=(evil,),
        decisive_test=evil,
        advice=Advice(evil, evil, evil, evil),
    )
    verdict = msgspec.structs.replace(report.verdict, headline=evil)
    report = msgspec.structs.replace(
        report,
        verdict=verdict,
        findings=(finding, finding),
        recommendation=Recommendation(evil, (evil,), evil),
    )
    for shown in (0, 1):
        assert "\x1b" not in "".join(_texts(card_text(report, shown)))
        assert "\u202e" not in "".join(_texts(card_text(report, shown)))


def _texts(thing: object) -> list[str]:
    if isinstance(thing, str):
        return [thing]
    if isinstance(thing, tuple):
        return [text for part in thing for text in _texts(part)]
    fields = (
        msgspec.structs.asdict(thing) if isinstance(thing, msgspec.Struct) else getattr(thing, "__dict__", {})
    )
    return [text for part in fields.values() for text in _texts(part)]


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
    assert "This connects: rtmp://media.example.com:80/live" in lines
    assert "report ab12cd34ef56" in lines[-1]
    assert len(lines) < 22
