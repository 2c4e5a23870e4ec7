from __future__ import annotations

import pytest

from fmsdiag.diagnosis.evidence import proxies as proxies_seen
from fmsdiag.model import Transport
from tests.diagnosis.situations import run_view

PROXY = "http://10.0.0.1:3128"
DIRECT = "fallback rtmp 1935: tcp timed-out"
REFUSED = f"fallback rtmp 1935 through={PROXY}: tcp ok; proxy proxy-refused status=403"


def test_ways_through_a_proxy_are_the_plans_and_those_asked_for() -> None:
    seen = run_view([DIRECT, REFUSED, "follow-up through-proxy rtmpt:80 through=http://x:1: tcp refused"])
    assert [a.id for a in proxies_seen.proxied(seen)] == [2, 3]
    assert proxies_seen.proxies(seen) == (PROXY, "http://x:1")


@pytest.mark.parametrize(
    ("words", "status", "denied"),
    [
        ("proxy-refused status=403", 403, True),
        ("proxy-refused status=503", 503, False),
        ("proxy-refused status=500", 500, False),  # tinyproxy's "Unable to connect"
        ("proxy-refused status=501", 501, True),  # it knows no CONNECT
        ("proxy-refused method=SOCKS5 status=2", 2, True),
        ("proxy-refused method=SOCKS5 status=5", 5, False),
        ("proxy-auth-required status=407", None, False),
        ("ok status=200", None, False),
    ],
)
def test_a_denial_is_not_that_the_server_is_out_of_reach(
    words: str, status: int | None, denied: bool
) -> None:
    attempt = run_view([f"fallback rtmp 1935 through={PROXY}: tcp ok; proxy {words}"]).own[0]
    assert proxies_seen.refused_with(attempt) == status
    assert proxies_seen.denied(attempt) is denied
    assert proxies_seen.allowed(attempt) is (status is not None and not denied)
    assert proxies_seen.wants_password(attempt) is ("auth" in words)
    assert proxies_seen.passed_proxy(attempt) is words.startswith("ok")


def test_what_the_networks_script_names() -> None:
    seen = run_view([DIRECT, "control wpad 80: tcp ok; http ok proxies=http://a:1,socks5://b:2"])
    assert proxies_seen.announced(seen) == ("http://a:1", "socks5://b:2")
    found = proxies_seen.announcement(seen)
    assert found is not None
    assert found.id == "2.http"
    assert proxies_seen.announced(run_view([DIRECT, "control wpad 80: dns name-not-found"])) == ()


def test_ways_that_are_worth_a_question() -> None:
    seen = run_view([DIRECT, REFUSED])
    asked = [(q.endpoint.transport, q.endpoint.port) for q in proxies_seen.ask_ways_through(seen, PROXY)]
    assert asked == [(Transport.RTMPT, 80), (Transport.RTMPS, 443)]
    by_socks = proxies_seen.ask_ways_through(seen, "socks5://b:2")
    assert [q.endpoint.port for q in by_socks] == [1935]
    elsewhere = run_view([DIRECT], url="rtmps://fms.example.com:8443/live")
    asked = [(q.endpoint.transport, q.endpoint.port) for q in proxies_seen.ask_ways_through(elsewhere, PROXY)]
    assert asked[0] == (Transport.RTMPS, 8443)


def test_what_connects_without_a_proxy() -> None:
    assert proxies_seen.directly_open(run_view([DIRECT, REFUSED])) is None
    found = proxies_seen.directly_open(run_view([DIRECT, "control control-port 1935: tcp ok"]))
    assert found is not None
    assert found.id == "2.tcp"


def test_questions_name_the_proxy() -> None:
    assert proxies_seen.ask_control_through(run_view([DIRECT]), PROXY) == ()
    seen = run_view([DIRECT], control="ctl.example.net")
    (control,) = proxies_seen.ask_control_through(seen, PROXY)
    (server,) = proxies_seen.ask_server_through(seen, PROXY)
    assert (control.endpoint.host, control.endpoint.proxy) == ("ctl.example.net", PROXY)
    assert (server.endpoint.host, server.endpoint.proxy) == ("fms.example.com", PROXY)
