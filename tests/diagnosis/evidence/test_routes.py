"""Which measured attempts count as a player's, how long they took, and what follows for those not made."""

import pytest

from fmsdiag.diagnosis.evidence.routes import (
    address_to_use,
    best_route,
    lookup_s,
    outcome_of,
    proxy_of,
    ways_seen,
)
from fmsdiag.model import Endpoint, Transport
from tests.diagnosis.situations import run_view

HOST = "fms.example.com"
OPEN = "tcp ok; handshake ok; connect ok"


def test_a_way_is_known_by_its_key_and_timed_from_the_known_name() -> None:
    seen = run_view(["fallback rtmp 1935: dns ok 0.5; tcp ok 0.1; handshake ok 0.2; connect ok 0.3"])
    way = ways_seen(seen)["tcp/1935/rtmp"]
    assert (way.connected, way.silent, way.refused) == (True, False, False)
    assert way.took_s == pytest.approx(0.6)
    assert lookup_s(seen) == pytest.approx(0.5)


def test_an_address_is_not_looked_up() -> None:
    assert lookup_s(run_view([f"fallback rtmp 1935: {OPEN}"], "rtmp://203.0.113.10/live")) == 0


@pytest.mark.parametrize(
    ("line", "silent", "refused"),
    [
        ("tcp timed-out", True, False),
        ("tcp ok; handshake stalled", True, False),
        ("tcp refused", False, False),
        ("tcp ok; handshake ok; connect rejected", False, True),
        ("tcp ok; handshake ok; connect closed", False, False),
    ],
)
def test_silence_and_refusal(line: str, silent: bool, refused: bool) -> None:
    way = ways_seen(run_view([f"fallback rtmp 1935: {line}"]))["tcp/1935/rtmp"]
    assert (way.connected, way.silent, way.refused) == (False, silent, refused)


def test_what_a_player_does_not_do_is_no_way() -> None:
    lines = [
        "fallback rtmp 1935: cancelled",
        f"check rtmp 1935 @203.0.113.11: {OPEN}",
        "check http 80: tcp ok; http ok",
        "control control-port 1935: tcp ok",
        "follow-up tls-on-port rtmp:1935: tcp timed-out",
    ]
    assert ways_seen(run_view(lines, control="ctl.example.net")) == {}


def test_a_further_port_that_a_rule_asked_for_is_one_and_the_plan_goes_first() -> None:
    lines = [
        f"follow-up server-port rtmp:443: {OPEN}",
        f"check rtmp 1935: {OPEN}",
        "fallback rtmp 1935: tcp refused",
    ]
    ways = ways_seen(run_view(lines))
    assert {key: way.connected for key, way in ways.items()} == {"tcp/1935/rtmp": False, "tcp/443/rtmp": True}


@pytest.mark.parametrize(
    ("line", "transport", "port", "known"),
    [
        ("check rtmps 443: tcp timed-out", Transport.RTMP, 443, True),
        ("check rtmps 443: tcp timed-out", Transport.RTMP, 80, False),
        ("check rtmps 443: tcp ok; tls reset", Transport.RTMP, 443, False),
        ("fallback rtmp 1935: tcp refused", Transport.RTMFP, 1935, False),
        ("check rtmfp 1935: udp timed-out", Transport.RTMP, 1935, False),
        ("fallback rtmp 1935: dns name-not-found", Transport.RTMFP, 1935, True),
        ("fallback rtmp 1935: dns name-not-found", Transport.RTMPT, 80, True),
    ],
)
def test_a_closed_port_is_closed_to_every_transport(
    line: str, transport: Transport, port: int, known: bool
) -> None:
    ways = ways_seen(run_view([line]))
    assert (outcome_of(Endpoint(transport, HOST, port), ways) is not None) is known
    assert outcome_of(Endpoint(transport, HOST, port, proxy="connect"), ways) is None


@pytest.mark.parametrize(
    ("line", "url"),
    [
        ("check rtmps 443: tcp refused", "rtmp://fms.example.com:443/live?key=***"),
        (f"check rtmps 8443: {OPEN}", "rtmps://fms.example.com:8443/live?key=***"),
        (
            f"check rtmpt 80 through=http://10.0.0.1:3128: proxy ok; tunnel ok; {OPEN.partition('; ')[2]}",
            "rtmp://fms.example.com:443/live?key=***",
        ),
    ],
)
def test_the_address_to_use_is_the_best_routes_where_something_connects_without_a_proxy(
    line: str, url: str
) -> None:
    run = run_view(["fallback rtmps 443: tcp ok; tls closed", line], url="rtmps://fms.example.com/live?key=x")
    assert address_to_use(run, Transport.RTMP, 443) == url


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("http://proxy.example:3128", "proxy.example", 3128),
        ("socks5://[2001:db8::1]:1080", "2001:db8::1", 1080),
        ("http://proxy.example:\u00b2", "proxy.example", 0),
        ("http://proxy.example:" + "9" * 5_000, "proxy.example", 0),
    ],
)
def test_a_proxys_url_is_a_host_and_a_port_that_can_be(url: str, host: str, port: int) -> None:
    assert (proxy_of(url).host, proxy_of(url).port) == (host, port)


SLOW = 'upload ok taken=48064 in=4.0 end="too slow"'


@pytest.mark.parametrize(
    ("uploads", "port"),
    [
        ([f"follow-up upload 1935: {SLOW}"], 8080),
        ([f"follow-up upload 1935: {SLOW}", f"follow-up upload rtmp:80: {SLOW}"], 1935),
    ],
)
def test_a_slow_line_makes_no_other_port_better(uploads: list[str], port: int) -> None:
    best = best_route(run_view([f"fallback rtmp 1935: {OPEN}", f"check rtmp 8080: {OPEN}", *uploads]))
    assert best is not None
    assert best.endpoint.port == port
