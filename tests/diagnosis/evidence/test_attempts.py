from __future__ import annotations

from fmsdiag.diagnosis.evidence.attempts import (
    connect_facts,
    failed_with,
    handshake_facts,
    has_whole_greeting,
    last_word,
    met_server,
    opened,
    received_bytes,
    rtmp_behind_certificate,
    rtmp_shown,
    spoke_rtmp,
    was_cut_off,
)
from fmsdiag.diagnosis.evidence.web import http_answer
from fmsdiag.model import FailureKind, StepName
from tests.diagnosis.situations import run_view


def test_facts_of_steps() -> None:
    seen = run_view(
        [
            "fallback rtmp 1935: tcp ok; handshake ok; connect closed",
            "fallback rtmp 80: tcp ok; handshake unexpected-reply http=400",
            "fallback rtmpt 80: tcp refused",
        ]
    )
    connected, web, refused = seen.attempts
    facts = connect_facts(connected)
    assert facts is not None
    assert facts.application == "live"
    assert handshake_facts(connected) is not None
    assert handshake_facts(web) is None
    answer = http_answer(web.failed_step)
    assert answer is not None
    assert answer.status == 400
    assert connect_facts(refused) is None
    assert http_answer(None) is None
    assert failed_with(refused, StepName.TCP, FailureKind.TIMED_OUT, FailureKind.REFUSED)
    assert not failed_with(refused, StepName.HANDSHAKE, FailureKind.REFUSED)
    assert not failed_with(connected, StepName.TCP, FailureKind.CLOSED)


def test_what_came_of_rtmp_has_four_readings() -> None:
    attempts = run_view(
        [
            "fallback rtmp 1935: tcp ok; handshake ok; connect timed-out",
            "fallback rtmp 80: tcp ok; handshake ok; connect rejected",
            "fallback rtmps 443: tcp ok; tls certificate-self-signed; tls ok skipped=yes; handshake ok",
            "check http 8134: tcp ok; http ok http=204",
            "fallback rtmp 8080: tcp ok; handshake reset",
        ]
    ).attempts
    assert [spoke_rtmp(a) for a in attempts] == [True, True, False, False, False]
    assert [rtmp_shown(a) is not None for a in attempts] == [True, True, True, False, False]
    assert [rtmp_behind_certificate(a) is not None for a in attempts] == [False, False, True, False, False]
    assert [a.was_decided for a in attempts] == [False, True, False, True, False]
    assert [met_server(a) for a in attempts] == [True, True, False, True, False]


def test_an_experiment_that_opens_ports_shows_no_rtmp() -> None:
    seen = run_view(["follow-up hops 1935: 1 open", "follow-up burst 1935: 10 open"])
    assert [rtmp_shown(a) for a in seen.attempts] == [None, None]


def test_the_last_word_may_have_been_said_behind_a_certificate() -> None:
    behind, before, none = run_view(
        [
            "fallback rtmps 443: tcp ok; tls certificate-self-signed; tls ok skipped=yes; handshake closed",
            "fallback rtmp 80: tcp ok; handshake reset",
            "fallback rtmp 1935: tcp ok; handshake ok; connect ok",
        ]
    ).attempts
    assert last_word(behind) == behind.observations[-1]
    assert last_word(before) == before.failed_step
    assert last_word(none) is None
    assert [opened(a) for a in (behind, before, none)] == [True, True, True]


def test_a_step_is_cut_off_where_nothing_answered() -> None:
    outcomes = ("timed-out", "reset", "closed", "closed bytes=7", "unexpected-reply", "ok")
    attempts = run_view([f"fallback rtmp 1935: tcp ok; handshake {o}" for o in outcomes]).attempts
    steps = [a.step(StepName.HANDSHAKE) for a in attempts]
    assert [was_cut_off(step) for step in steps] == [True, True, True, False, False, False]
    assert not was_cut_off(None)


def test_what_had_come_when_a_step_failed() -> None:
    part, whole, fine = run_view(
        [
            "fallback rtmp 1935: tcp ok; handshake stalled bytes=1000",
            "fallback rtmp 1935: tcp ok; handshake reset bytes=1537",
            "fallback rtmp 1935: tcp ok",
        ]
    ).attempts
    assert [received_bytes(a.observations[-1]) for a in (part, whole, fine)] == [1000, 1537, 0]
    assert [has_whole_greeting(a.observations[-1]) for a in (part, whole, fine)] == [False, True, False]
    assert received_bytes(None) == 0
