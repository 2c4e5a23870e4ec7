from __future__ import annotations

from fmsdiag.diagnosis.evidence.other_ports import (
    ask_other_ports,
    found_elsewhere,
    refused_attempts,
)
from fmsdiag.players import OTHER_PORTS
from tests.diagnosis.situations import run_view


def test_only_refusals_before_the_first_answer_count() -> None:
    told = run_view(
        (
            "fallback rtmp 1935: tcp refused",
            "fallback rtmp 443: tcp refused icmp=3.3/192.168.1.1",
            "fallback rtmp 80: tcp ok; handshake ok; connect ok",
            "fallback rtmp 8080: tcp refused",
        )
    )
    assert [a.endpoint.port for a in refused_attempts(told)] == [1935]


def test_ports_that_are_known_are_not_asked_again() -> None:
    told = run_view(
        ("fallback rtmp 1935: tcp refused", "fallback rtmp 1936: tcp refused", "check rtmps 443: tcp refused")
    )
    assert [q.endpoint.port for q in ask_other_ports(told)] == [
        p for p in OTHER_PORTS if p not in (1936, 443)
    ]


def test_a_handshake_elsewhere_is_found_whatever_comes_of_connect() -> None:
    told = run_view(
        (
            "fallback rtmp 1935: tcp refused",
            "follow-up server-port 19350: tcp ok; handshake ok; connect closed",
        )
    )
    found = found_elsewhere(told)
    assert found is not None
    assert found.endpoint.port == 19350
    assert (
        found_elsewhere(
            run_view(
                ("fallback rtmp 1935: tcp refused", "follow-up server-port 1936: tcp ok; handshake closed")
            )
        )
        is None
    )
