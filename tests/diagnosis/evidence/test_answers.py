from __future__ import annotations

import pytest

from fmsdiag.diagnosis.evidence import answers
from tests.diagnosis.situations import run_view

SILENT = "fallback rtmp 1935: tcp timed-out 5.0"


@pytest.mark.parametrize(
    "line",
    [
        "follow-up server-port rtmp:8080: tcp ok; handshake ok; connect ok",
        "follow-up http-on-port http:80: tcp ok; http ok http=404",
        "check rtmps 443: tcp ok; tls timed-out",
        "check rtmfp 1935: udp ok; handshake timed-out",
    ],
)
def test_an_answer_anywhere_in_the_run_is_the_servers(line: str) -> None:
    assert answers.answer(run_view([SILENT])) is None
    assert answers.answer(run_view([SILENT, line])) is not None


@pytest.mark.parametrize(
    "line",
    [
        "control control-port 80: tcp ok",
        "fallback rtmp 1935 through=http://10.0.0.1:3128: tcp ok; proxy ok; handshake ok; connect ok",
        "check rtmfp 1935: udp timed-out",
        "follow-up server-port rtmp:8080: tcp refused",
    ],
)
def test_what_others_answer_or_may_answer_is_not(line: str) -> None:
    assert answers.answer(run_view([SILENT, line])) is None


def test_a_box_opens_connections_for_every_server_but_speaks_no_rtmp() -> None:
    opened = run_view(["fallback rtmp 1935: tcp ok; handshake timed-out"])
    assert answers.genuine_answer(opened) is None
    spoken = run_view(["fallback rtmp 1935: tcp ok; handshake ok; connect timed-out"])
    assert answers.genuine_answer(spoken) is not None


def test_the_open_port_that_spoke_rtmp_is_named_first() -> None:
    run = run_view(
        [
            "follow-up http-on-port http:80: tcp ok; http ok http=404",
            "follow-up server-port rtmp:8080: tcp ok; handshake ok; connect ok",
        ]
    )
    found = answers.open_port(run)
    assert found is not None
    assert found.port == 8080


def test_a_refusal_is_the_servers_unless_another_signs_it() -> None:
    assert answers.refused_port(run_view(["fallback rtmp 1935: tcp refused"])) is not None
    by_router = run_view(["fallback rtmp 1935: tcp refused icmp=3.13/192.168.1.1"])
    assert answers.refused_port(by_router) is None


def test_every_port_fails_alike_only_where_all_of_the_run_does() -> None:
    silent = [SILENT, "check rtmps 443: tcp timed-out 5.0"]
    assert answers.all_fail_alike(run_view(silent))
    assert not answers.all_fail_alike(run_view(silent[:1]))
    assert not answers.all_fail_alike(run_view([*silent, "follow-up server-port rtmp:8080: tcp refused"]))
    connected = "follow-up server-port rtmp:8080: tcp ok; handshake ok; connect ok"
    assert not answers.all_fail_alike(run_view([*silent, connected]))
    assert not answers.all_fail_alike(run_view([*silent, "check rtmfp 1935: udp ok; handshake timed-out"]))


def test_another_service_that_answers_by_udp_was_reached() -> None:
    lines = [
        "fallback rtmp 1935: tcp ok; handshake timed-out",
        "check rtmfp 1935: udp unexpected-reply like=echo",
    ]
    assert answers.genuine_answer(run_view(lines)) is not None
