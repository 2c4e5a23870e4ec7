from __future__ import annotations

from fmsdiag.diagnosis.evidence.other_ports import (
    ask_other_ports,
    ask_ways_beside,
    first_failure,
    found_beside,
    found_elsewhere,
    named_ways,
    refused_attempts,
)
from fmsdiag.model import Transport
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


_SECURE = "rtmps://fms.example.com/live"


def test_ways_beside_the_urls_are_asked_of_what_was_not_tried_and_is_not_shut() -> None:
    told = run_view(("fallback rtmps 443: tcp refused", "check rtmp 1936: tcp refused"), url=_SECURE)
    first = first_failure(told)
    assert first is not None
    asked = [(q.endpoint.transport, q.endpoint.port) for q in ask_ways_beside(told, first)]
    assert asked == [(Transport.RTMPS, 19350), (Transport.RTMPS, 8443), (Transport.RTMP, 1935)]


def test_only_a_urls_own_port_or_scheme_can_have_missed_the_server() -> None:
    assert first_failure(run_view(("fallback rtmp 1935: tcp refused",))) is None
    assert (
        first_failure(run_view(("fallback rtmp 1935: tcp refused",), url="rtmp://fms.example.com:1935/live"))
        is None
    )
    assert first_failure(run_view(("fallback rtmps 443: tcp ok; tls tls-alert",), url=_SECURE)) is None
    unusual = "rtmp://fms.example.com:1999/live"
    assert first_failure(run_view(("fallback rtmp 1999: tcp timed-out",), url=unusual)) is not None
    assert first_failure(run_view(("fallback rtmp 1999: tcp no-route",), url=unusual)) is None


def test_a_page_names_ways_of_this_host_alone_and_few() -> None:
    named = ",".join(f"rtmp://fms.example.com:{port}" for port in range(3000, 3010))
    page = f"follow-up web-page http:80: tcp ok; http ok media=rtmp://other.example.com:1,rtmps://fms.example.com,{named}"
    told = run_view(("fallback rtmp 80: tcp ok; handshake unexpected-reply http=400", page))
    assert named_ways(told) == [
        (Transport.RTMPS, 443),
        (Transport.RTMP, 3000),
        (Transport.RTMP, 3001),
        (Transport.RTMP, 3002),
    ]


def test_plain_rtmp_is_no_substitute_where_encryption_was_wanted() -> None:
    plain = "follow-up server-port 1935: tcp ok; handshake ok; connect ok"
    told = run_view(("fallback rtmps 443: tcp refused", plain), url=_SECURE)
    first = first_failure(told)
    assert first is not None
    assert found_beside(told, first) is None
