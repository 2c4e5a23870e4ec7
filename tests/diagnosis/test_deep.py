from __future__ import annotations

from fmsdiag.diagnosis.deep import deep_questions
from fmsdiag.model import Experiment
from tests.diagnosis.situations import run_view

E = Experiment


def asked(*lines: str) -> list[tuple[Experiment, int]]:
    return [(q.experiment, q.endpoint.port) for q in deep_questions(run_view(lines))]


def test_the_port_that_connected_is_tested() -> None:
    found = asked("fallback rtmp 1935: tcp timed-out", "fallback rtmp 80: tcp ok; handshake ok; connect ok")
    assert found == [(E.IDLE, 80), (E.FLOWS, 80), (E.BURST, 80), (E.HOLD, 80), (E.UPLOAD, 80)]


def test_where_some_connections_fail_their_number_is_not_tested() -> None:
    connects = "fallback rtmp 1935: tcp ok; handshake ok; connect ok"
    mixed = "follow-up flows 1935: 4 answered, 4 timed-out, 4 answered, 4 timed-out; again 2 timed-out"
    assert asked(connects, mixed) == [(E.IDLE, 1935), (E.FLOWS, 1935), (E.UPLOAD, 1935)]


def test_else_the_first_that_opened() -> None:
    assert {
        port
        for _, port in asked(
            "fallback rtmp 1935: tcp timed-out", "fallback rtmp 80: tcp ok; handshake closed"
        )
    } == {80}


def test_nothing_where_nothing_opened() -> None:
    assert (
        asked("fallback rtmp 1935: tcp timed-out", "check rtmfp 1935: udp ok; handshake ok; connect ok") == []
    )


def test_nothing_behind_a_sign_in_page() -> None:
    assert (
        asked(
            "fallback rtmp 80: tcp ok; handshake unexpected-reply http=400",
            "control control-http 80: tcp ok; http ok http=511",
        )
        == []
    )


def test_an_address_that_is_dead_is_not_tested_once_more() -> None:
    attempts = [
        "fallback rtmp 1935: tcp timed-out @2001:db8::10; tcp ok @203.0.113.10; handshake ok; connect ok"
    ]
    questions = deep_questions(run_view(attempts))
    assert {q.endpoint.address for q in questions} == {"203.0.113.10"}
    usual = deep_questions(run_view(["fallback rtmp 1935: tcp ok; handshake ok; connect ok"]))
    assert {q.endpoint.address for q in usual} == {None}
