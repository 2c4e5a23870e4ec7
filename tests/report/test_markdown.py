import re
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.messages.reader import use_language
from fmsdiag.model import (
    Advice,
    Contact,
    EvidenceLine,
    Experiment,
    Recommendation,
    Report,
    RuleError,
    Step,
    VerdictStatus,
)
from fmsdiag.report import json
from fmsdiag.report.markdown import MAX_LINES, code, escape, render, utc_moment
from fmsdiag.report.redact import redact
from fmsdiag.report.sensitive import Identity
from fmsdiag.report.view import ReportView
from tests.diagnosis.findings import plain
from tests.report import samples
from tests.report.hostile import SEEN, hostile, hostile_values
from tests.report.path_samples import two_places
from tests.report.pseudo_locales import ACCENTED, RIGHT_TO_LEFT, is_plain
from tests.report.write_golden import SAMPLES

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("name", SAMPLES)
def test_golden(name: str) -> None:
    text = render(redact(SAMPLES[name](), identity=Identity()))
    assert len(text.splitlines()) <= MAX_LINES
    assert text == (GOLDEN / f"{name}.md").read_text(encoding="utf-8")


def crowded(text: str, attempts: int) -> Report:
    """A report in which everything that can be there is there, filled with `text`."""
    report = samples.port_blocked()
    replace = msgspec.structs.replace
    said = plain(text)
    steps = (Step(said),) * 3
    request = report.findings[0].request
    assert request is not None
    finding = replace(
        report.findings[0],
        headline=said,
        explanation=said,
        advice=Advice(steps, steps, steps),
        evidence=(EvidenceLine(said, text),) * 20,
        counter_evidence=(EvidenceLine(said),) * 20,
        rules_out=(said,) * 20,
        explains=(text,) * 5,
        decisive_test=said,
        request=replace(request, host=text, seen=(said,) * 40),
    )
    tried = replace(report.attempts[0], reason=text, endpoint=replace(report.attempts[0].endpoint, host=text))
    return replace(
        report,
        verdict=replace(report.verdict, headline=said, explanation=said),
        target=replace(report.target, host=text, application=text),
        attempts=(tried, report.attempts[4]) * (attempts // 2),
        findings=(finding,) * 20,
        recommendation=Recommendation(text, message=said, settings=(said,) * 9),
        contacts=(Contact(text, Experiment.CONTROL_PORT),) * 20,
        redaction=(text,) * 20,
        rule_errors=(RuleError(text, text, text),) * 20,
        report_id=text,
        started_at=text,
    )


def test_the_fullest_report_stays_under_sixty_lines() -> None:
    lines = render(crowded("some words", 60)).splitlines()
    assert len(lines) == MAX_LINES < 60
    assert sum("left out" in line for line in lines) >= 3


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
    rows = [line for line in text.splitlines() if line.startswith("| 1")]
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


def test_a_fault_of_fmsdiag_names_its_place() -> None:
    fault = RuleError("port-blocked", "KeyError", "diagnosis/engine.py:41")
    text = render(msgspec.structs.replace(samples.healthy(), rule_errors=(fault,)))
    assert "Internal error while checking “port-blocked” (diagnosis/engine.py:41)." in text
    assert "This is a bug in fmsdiag, not a problem with your network." in text


def test_inconclusive_is_not_called_fine() -> None:
    report = samples.healthy()
    verdict = msgspec.structs.replace(report.verdict, status=VerdictStatus.INCONCLUSIVE)
    assert "no problems found" not in render(msgspec.structs.replace(report, verdict=verdict))


def test_included_data_marks_the_report() -> None:
    text = render(redact(samples.healthy(), include_sensitive=True, identity=Identity()))
    assert "**Keep private**: Sensitive data is included" in text


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


def test_players_have_a_table_where_there_is_room() -> None:
    text = render(samples.healthy())
    assert "| RTMPS only | does not connect |  |" in text.splitlines()
    assert "left out" not in text
    assert re.search(
        r"(?m)^- \*\*Which players connect\*\*: \d+ lines? left out$", render(samples.port_blocked())
    )


@pytest.mark.parametrize("name", samples.RECORDED)
def test_recorded_runs_fit_and_count_what_they_leave_out(name: str) -> None:
    report = samples.recorded(name)
    lines = render(report).splitlines()
    assert lines[0].startswith("## fmsdiag: ")
    assert len(lines) <= MAX_LINES
    start = next(n for n, line in enumerate(lines) if line.startswith("| No. |"))
    rows = [line for line in lines[start + 2 :] if re.match(r"\| \d", line)]
    left_out = next(
        (
            re.search(r"(\d+) (?:more|lines?) left out|(\d+) left out", line)
            for line in lines[start:]
            if line.startswith("|  |")
        ),
        None,
    )
    hidden = int(left_out[1] or left_out[2]) if left_out else 0
    known = sum(len(group) for _, group in ReportView(report).rows)  # repeats share a row
    assert len([row for row in rows if row.count(" | ") == 3]) + hidden == known


@pytest.mark.parametrize("make", [hostile, hostile_values])
def test_hostile_reports_are_text(make: Callable[[], Report]) -> None:
    text = render(make())
    assert SEEN.replace("\\", "\\\\") in text or SEEN in text
    assert "\x1b" not in text
    outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", re.sub(r"(?ms)^(`{3,})text$.*?^\1$", "", text))
    assert not re.search(r"(?<!\\)<(script|img)", outside)


@pytest.mark.parametrize("name", ["port_blocked", "stopped", "proxied", "published"])
def test_every_text_goes_through_the_catalog(name: str, english: None) -> None:
    use_language(ACCENTED)
    report = SAMPLES[name]()
    text = render(report).replace("\\", "")
    assert [line for line in text.splitlines() if is_plain(line, report)] == []


def test_right_to_left_texts_keep_their_marks(english: None) -> None:
    use_language(RIGHT_TO_LEFT)
    text = render(samples.port_blocked())
    assert "\u2068" in text
    assert "u202e" not in text
    assert "u2068" not in text


def test_an_international_name_is_encoded_in_commands_only() -> None:
    data = json.encode(samples.port_blocked()).replace(b"media.example.com", b"xn--mller-kva.example")
    lines = [line for line in render(json.decode(data)).splitlines() if "xn--" in line]
    assert len(lines) == 1
    assert lines[0].startswith("To check: ")


def test_where_something_ends_on_the_path_is_a_line() -> None:
    lines = [line for line in render(two_places()).splitlines() if line.startswith("- **Network path**")]
    assert lines == [
        "- **Network path**: This computer ✓ 10.66.0.1 ✗ RTMP on port 1935 is reset here",
        "- **Network path**: This computer ✓ 10.66.0.1 ✓ 192.0.2.1 ✗ TCP port 80 stops here",
    ]
    assert "Network path**" not in render(samples.healthy())


def test_a_ticket_has_the_step_and_the_request_of_a_further_finding() -> None:
    """What a network blocks stands second to what the server rejects: its request is there, as the log of the hidden says."""
    text = render(redact(samples.blocked_behind_another_finding(), identity=Identity()))
    assert "Allow: TCP 1935, outgoing, with replies" in text
    assert re.search(
        r"\*\*Also found\*\*.*\*\*Your network administrator\*\*: 1\. Allow outgoing TCP port 1935", text
    )
    assert "except in the request" not in text or "### Request to copy" in text
