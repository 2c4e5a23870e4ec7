import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.model import Advice, EvidenceLine, Recommendation, Report, RuleError, VerdictStatus
from fmsdiag.report.markdown import MAX_LINES, code, escape, render, utc_moment
from fmsdiag.report.redact import redact
from fmsdiag.report.sensitive import Identity
from tests.report import samples
from tests.report.write_golden import SAMPLES

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("name", SAMPLES)
def test_golden(name: str) -> None:
    text = render(redact(SAMPLES[name](), identity=Identity()))
    assert text == (GOLDEN / f"{name}.md").read_text(encoding="utf-8")


def crowded(text: str, attempts: int) -> Report:
    """A report in which everything that can be there is there, filled with `text`."""
    report = samples.port_blocked()
    replace = msgspec.structs.replace
    advice = Advice(user=text, administrator=text, operator=text, firewall_request=f"{text}\n" * 40)
    finding = replace(
        report.findings[0],
        headline=text,
        explanation=text,
        advice=advice,
        evidence=(EvidenceLine(text, text),) * 20,
        counter_evidence=(EvidenceLine(text),) * 20,
        rules_out=(text,) * 20,
        decisive_test=text,
    )
    tried = replace(report.attempts[0], reason=text, endpoint=replace(report.attempts[0].endpoint, host=text))
    return replace(
        report,
        verdict=replace(report.verdict, headline=text),
        target=replace(report.target, host=text, application=text),
        attempts=(tried, report.attempts[4]) * (attempts // 2),
        findings=(finding,) * 20,
        recommendation=Recommendation(text),
        contacts=(text,) * 20,
        redaction=(text,) * 20,
        rule_errors=(RuleError(text, text, text),) * 20,
        report_id=text,
        started_at=text,
    )


def test_the_fullest_report_stays_under_sixty_lines() -> None:
    lines = render(crowded("some words", 60)).splitlines()
    assert len(lines) == MAX_LINES < 60
    assert any("more in the JSON report" in line for line in lines)


HOSTILE = "` ``` | <img src=x onerror=f()> [a](http://evil.example) @everyone www.evil.example\n# h\n- l\x1b[2J\u202e"


def test_hostile_text_stays_text() -> None:
    text = render(crowded(HOSTILE, 4))
    outside_code = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", re.sub(r"(?ms)^(`{3,})text$.*?^\1$", "", text))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "<img" not in outside_code.replace("\\<", "")
    assert "@everyone" not in outside_code
    assert not re.search(r"(?<!\\)\[a", outside_code)
    assert "http://" not in outside_code
    assert not re.search(r"(?m)^(# h|- l)", outside_code)
    rows = [line for line in text.splitlines() if line.startswith("| 1 |")]
    assert rows
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 5 for row in rows)


def test_a_fence_is_longer_than_any_in_the_request() -> None:
    text = render(crowded("````", 4))
    assert "\n`````text\n" in text


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("plain, (really) plain.", "plain, (really) plain."),
        ("a*b_c", "a\\*b\\_c"),
        ("1. first", "1\\. first"),
        ("12) twelfth", "12\\) twelfth"),
        ("- item", "\\- item"),
        ("a & b <b>", "a &amp; b \\<b\\>"),
        ("https://x www.x rtmp://x", "https:\\//x www\\.x rtmp://x"),
        ("@team", "`@`team"),
    ],
)
def test_escape(text: str, escaped: str) -> None:
    assert escape(text) == escaped


@given(st.text(max_size=50))
def test_code_cannot_be_left(text: str) -> None:
    shown = code(text)
    if shown:
        fence = re.match("`+", shown)
        assert fence
        inner = shown[len(fence[0]) : -len(fence[0])]
        assert fence[0] not in re.findall("`+", inner)


def test_a_fault_of_fmsdiag_says_so() -> None:
    report = msgspec.structs.replace(samples.healthy(), rule_errors=(RuleError("port-blocked", "KeyError"),))
    assert (
        "A fault of fmsdiag: `port-blocked` could not be judged. This says nothing about the network."
        in render(report)
    )


def test_a_fault_of_fmsdiag_names_its_place() -> None:
    fault = RuleError("port-blocked", "KeyError", "diagnosis/engine.py:41")
    report = msgspec.structs.replace(samples.healthy(), rule_errors=(fault,))
    assert "`port-blocked` (`diagnosis/engine.py:41`) could not be judged." in render(report)


def test_inconclusive_is_not_called_fine() -> None:
    report = samples.healthy()
    verdict = msgspec.structs.replace(report.verdict, status=VerdictStatus.INCONCLUSIVE)
    assert "nothing is wrong" not in render(msgspec.structs.replace(report, verdict=verdict))


def test_included_data_marks_the_report() -> None:
    text = render(redact(samples.healthy(), include_sensitive=True, identity=Identity()))
    assert "**Keep private:** sensitive data is included" in text


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        ("2026-05-12T12:02:33.250000Z", "2026-05-12 12:02:33 UTC"),
        ("2026-05-12T12:02:33+00:00", "2026-05-12 12:02:33 UTC"),
        ("yesterday\n", "yesterday"),
    ],
)
def test_moments(moment: str, text: str) -> None:
    assert utc_moment(moment) == text


@pytest.mark.parametrize(("attempts", "shown"), [(2, 4), (20, 0)])
def test_as_many_players_as_there_is_room_for(attempts: int, shown: int) -> None:
    profiles = samples.port_blocked().client_profiles
    text = render(msgspec.structs.replace(crowded("some words", attempts), client_profiles=profiles))
    assert len(text.splitlines()) <= MAX_LINES
    assert len(re.findall(r"\| (connects by|cannot be told|does not connect)", text)) == shown
    assert ("What players would have done" in text) is (shown > 0)


def test_players_have_a_table() -> None:
    assert (
        "| AkamaiConnection | connects by RTMP 80 after 500 ms |  |"
        in render(samples.port_blocked()).splitlines()
    )
