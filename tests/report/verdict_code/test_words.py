"""What a code and a QR code say, line by line."""

import msgspec
import pytest

from fmsdiag.messages.language import ENGLISH
from fmsdiag.messages.reader import use_language
from fmsdiag.model import Endpoint, PlanName, Purpose, Transport
from fmsdiag.report.verdict_code.code import VERSION, code_of, read_code
from fmsdiag.report.verdict_code.numbers import CodedOutcome
from fmsdiag.report.verdict_code.packed import packed_text, read_packed
from fmsdiag.report.verdict_code.words import OUTCOME_TEXTS, told_code, told_outcome
from tests.report import samples
from tests.report.pseudo_locales import ACCENTED, is_plain
from tests.report.verdict_code.runs import ended, run
from tests.report.verdict_code.test_code import made


def test_a_code_in_words() -> None:
    assert told_code(read_code(code_of(samples.port_blocked()))) == [
        "Result: Connected using a fallback",
        "Cause: port-blocked",
        "Meaning: port blocked",
        "Confidence: Likely",
        "Plan: Flash Media Server (ams)",
        "Attempts:",
        "  RTMP on port 1935: No answer",
        "  RTMP on port 80: Connected",
        "  RTMPT on port 80: Connected",
        "  RTMPS on port 443: No answer",
        "More about this cause: fmsdiag explain port-blocked",
    ]


def test_a_run_where_nothing_was_found() -> None:
    lines = told_code(read_code(code_of(samples.healthy())))
    assert lines[:3] == ["Result: Connected", "Cause: none", "Plan: Flash Media Server (ams)"]


def test_a_run_that_was_stopped_before_anything_was_tried() -> None:
    report = msgspec.structs.replace(samples.stopped(), attempts=())
    assert told_code(read_code(code_of(report)))[-1] == "No attempt was finished."


def test_ports_that_are_not_told_and_those_that_are_left_out() -> None:
    where = [Endpoint(Transport.RTMP, samples.HOST, 5000 + n) for n in range(4)]
    lines = told_code(
        read_code(code_of(run(PlanName.CUSTOM, *(ended(n, e) for n, e in enumerate(where, 1)))))
    )
    assert "  RTMP on another port: Connected" in lines
    assert "There were more attempts; the report has them." in lines


def test_what_only_answers_is_not_connected() -> None:
    admin = Endpoint(Transport.ADMIN, samples.HOST, 1111)
    report = run(PlanName.AMS, ended(1, samples.endpoint()), ended(2, admin, purpose=Purpose.CHECK))
    assert any(line.endswith("1111: Answered") for line in told_code(read_code(code_of(report))))


def test_what_a_newer_version_made_is_said_and_never_a_wrong_cause() -> None:
    lines = told_code(read_code(made(VERSION + 1, 1, 8, 23, 3, 0, 0, 1)))
    assert lines[0].startswith("This code was made by a newer version of fmsdiag.")
    assert "Cause: port-blocked" in lines
    lines = told_code(read_code(made(VERSION, 30, 15, 300, 3, 0, 0, 1 << 28)))
    assert "Cause: one that only a newer version of fmsdiag knows (number 300)" in lines
    assert "Result: one that only a newer version of fmsdiag knows (number 15)" in lines
    assert "Plan: one that only a newer version of fmsdiag knows (number 30)" in lines
    assert not any("explain" in line for line in lines)


def test_what_has_no_number_is_said() -> None:
    lines = told_code(read_code(made(VERSION, 31, 8, 511, 3, 0, 0, 0)))
    assert "Cause: one that a code cannot name. Ask for the report." in lines
    assert "Plan: one that a code cannot name" in lines


def test_every_outcome_has_a_word() -> None:
    assert set(OUTCOME_TEXTS) == set(CodedOutcome)


def test_a_qr_code_in_words() -> None:
    lines = told_outcome(read_packed(packed_text(samples.port_blocked())))
    assert lines[:7] == [
        "Server: media.example.com",
        "Result: Connected using a fallback",
        "Cause: port-blocked",
        "Meaning: port blocked",
        "Confidence: Likely",
        "Plan: Flash Media Server (ams)",
        "Attempts:",
    ]
    assert "  RTMP on port 1935: No answer (5.0 s)" in lines
    assert "  Compare a port, RTMP on port 1935: No answer (5.0 s)" in lines
    assert "Tested: 12 May 2026 12:02 UTC" in lines
    assert "Report: ab12cd34ef56, fmsdiag 0.1.0" in lines


@pytest.mark.parametrize("name", samples.RECORDED)
def test_everything_is_in_tables(name: str) -> None:
    report = samples.recorded(name)
    use_language(ACCENTED)
    try:
        lines = [*told_code(read_code(code_of(report))), *told_outcome(read_packed(packed_text(report)))]
    finally:
        use_language(ENGLISH)
    assert [line for line in lines if is_plain(line, report)] == []
