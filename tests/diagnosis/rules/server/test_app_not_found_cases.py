from __future__ import annotations

from fmsdiag.diagnosis.rule import Ask, Found
from fmsdiag.diagnosis.rules.server.app_not_found import RULE
from fmsdiag.diagnosis.rules.server.app_not_found_cases import HangsUp, HangsUpOnPort, Unknown, UnknownOnPort
from tests.diagnosis.situations import run_view

REJECTED = 'handshake ok; connect rejected text="Application (live) is not defined."'


def found(*lines: str) -> Found:
    answer = RULE.judge(run_view(lines))
    said = answer.provisional if isinstance(answer, Ask) else answer
    assert isinstance(said, Found)
    return said


def test_what_another_port_says_is_told_of_that_port_alone() -> None:
    for shut in ("timed-out", "refused"):
        said = found(f"fallback rtmp 1935: tcp {shut}", f"fallback rtmp 80: tcp ok; {REJECTED}")
        assert said.case is UnknownOnPort
        assert (said.values["port"], said.values["first"]) == (80, 1935)
        assert said.rules_out == ()
    closed = found(
        "fallback rtmp 1935: tcp timed-out", "fallback rtmp 80: tcp ok; handshake ok; connect closed"
    )
    assert closed.case is HangsUpOnPort


def test_what_the_first_port_says_is_told_of_the_server() -> None:
    assert found(f"fallback rtmp 1935: tcp ok; {REJECTED}").case is Unknown
    assert found(f"fallback rtmp 1935: tcp ok; {REJECTED}", "fallback rtmp 80: tcp timed-out").case is Unknown
    assert found("fallback rtmp 1935: tcp ok; handshake ok; connect closed").case is HangsUp


def test_a_first_port_that_opened_later_is_not_shut() -> None:
    again = "follow-up hops 1935: 1 time-exceeded 192.168.1.1, 2 open"
    said = found("fallback rtmp 1935: tcp timed-out", f"fallback rtmp 80: tcp ok; {REJECTED}", again)
    assert said.case is Unknown
