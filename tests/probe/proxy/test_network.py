"""Proxies that misbehave, replayed; the real ones are in tests/peers/test_proxies.py."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace

import msgspec
import pytest

from fmsdiag.model import (
    Attempt,
    Endpoint,
    Event,
    FailureKind,
    Options,
    ProxyFacts,
    Purpose,
    Status,
    StepName,
    Target,
    Transport,
)
from fmsdiag.probe.attempt_recorder import Clock, RunningAttempt
from fmsdiag.probe.attempts import ProbeContext, run_attempt
from fmsdiag.probe.proxy.network import is_own_answer
from fmsdiag.probe.proxy.settings import proxy_at
from fmsdiag.probe.transports.connection import LookupCache
from tests.probe.fake_computer import FakeComputer
from tests.probe.fake_network import SILENCE, Answer, FakeNetwork, Item, Peer, refused, reset, rtmp_server
from tests.probe.virtual_time import virtual_time

PROXY = "proxy.example"
URL = f"http://{PROXY}:3128"
SOCKS = f"socks5://{PROXY}:3128"
SECRET = ("paula", "Ge:heim/9@nis")
K = FailureKind


def network(peer: Peer) -> FakeNetwork:
    """Only the proxy can be reached, and only its name is known."""
    return FakeNetwork({("192.0.2.80", 3128): peer}, {PROXY: ["192.0.2.80"]})


async def attempted(
    net: FakeNetwork,
    transport: Transport = Transport.RTMP,
    url: str = URL,
    credentials: tuple[str, str] | None = None,
) -> tuple[Attempt, list[Event]]:
    names = LookupCache(net, ())
    events: list[Event] = []
    endpoint = Endpoint(transport, "live.example", 1935, proxy=url)
    attempt = RunningAttempt(1, endpoint, Purpose.FALLBACK, Clock(), events.append, 10.0)
    context = ProbeContext(
        net,
        names,
        Target("live.example", "live"),
        Options(),
        FakeComputer(),
        proxies=(replace(proxy_at(url), credentials=credentials),),
    )
    try:
        return await run_attempt(attempt, context), events
    finally:
        names.close()


def proxied(head: bytes, inside: Peer) -> Peer:
    """A proxy that answers the first request with `head`; then `inside` is at the other end."""
    assert callable(inside)

    def begin() -> Answer:
        server = inside()
        opened = False

        def answer(data: bytes) -> Iterable[Item]:
            nonlocal opened
            if opened:
                return server(data)
            opened = True
            return [head]

        return answer

    return begin


@virtual_time
async def test_the_proxy_looks_up_the_servers_name() -> None:
    net = network(proxied(b"HTTP/1.0 200 Connection established\r\n\r\n", rtmp_server()))
    attempt, _ = await attempted(net)
    assert attempt.status is Status.CONNECTED
    assert [o.id for o in attempt.observations] == ["1.dns", "1.tcp", "1.proxy", "1.handshake", "1.connect"]
    assert net.lookups == [PROXY]
    assert attempt.key == "tcp/1935/rtmp/proxy"
    assert attempt.observations[1].port == 3128
    assert net.streams[0].written.startswith(
        b"CONNECT live.example:1935 HTTP/1.1\r\nHost: live.example:1935\r\n"
    )
    handshake = attempt.step(StepName.HANDSHAKE)
    assert handshake is not None
    assert (handshake.bytes_in, handshake.bytes_out) == (3073, 3073)  # of what is inside the tunnel alone
    assert net.all_closed


@pytest.mark.parametrize("url", [URL, SOCKS])
@pytest.mark.parametrize("transport", [Transport.RTMP, Transport.RTMPT])
@pytest.mark.parametrize(
    ("peer", "step", "kind"),
    [
        (refused(), StepName.TCP, K.REFUSED),
        (SILENCE, StepName.TCP, K.TIMED_OUT),
        ([SILENCE], StepName.PROXY, K.TIMED_OUT),
        ([reset()], StepName.PROXY, K.RESET),
        ([b""], StepName.PROXY, K.CLOSED),
        ([b"SSH-2.0-OpenSSH_9.2\r\n"], StepName.PROXY, K.UNEXPECTED_REPLY),
        ([bytes(64)] * 4000, StepName.PROXY, K.UNEXPECTED_REPLY),
    ],
    ids=["refused", "silent port", "silent", "reset", "closed", "ssh", "zeros"],
)  # fmt: skip
@virtual_time
async def test_a_proxy_that_is_none(
    peer: Peer, step: StepName, kind: FailureKind, transport: Transport, url: str
) -> None:
    net = network(peer)
    attempt, _ = await attempted(net, transport, url)
    ended = attempt.failed_step
    assert ended is not None
    assert ended.failure is not None
    assert (attempt.status, ended.step, ended.failure.kind) == (Status.FAILED, step, kind)
    assert attempt.ended_s is not None
    assert attempt.ended_s <= 10.001
    assert net.all_closed


ENDLESS_HEAD = [b"HTTP/1.1 403 Forbidden\r\n"] + [b"X-More: " + b"x" * 1000 + b"\r\n"] * 1000
ENDLESS_BODY = [b"HTTP/1.1 403 Forbidden\r\n\r\n"] + [b"x" * 1024] * 4000
HALF_BODY = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 4000\r\n\r\n<h1>no"


@pytest.mark.parametrize("transport", [Transport.RTMP, Transport.RTMPS])
@pytest.mark.parametrize(
    ("peer", "kind", "status"),
    [
        ([b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"], K.PROXY_REFUSED, 403),
        ([b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"], K.PROXY_REFUSED, 503),
        ([b"HTTP/1.1 302 Found\r\nLocation: http://login.example/\r\nContent-Length: 0\r\n\r\n"], K.PROXY_REFUSED, 302),
        ([b"HTTP/1.1 407 Who?\r\nProxy-Authenticate: NTLM\r\nContent-Length: 0\r\n\r\n"], K.PROXY_AUTH_REQUIRED, 407),
        ([HALF_BODY, SILENCE], K.PROXY_REFUSED, 403),
        ([HALF_BODY, b""], K.PROXY_REFUSED, 403),
        ([HALF_BODY, reset()], K.PROXY_REFUSED, 403),
        (ENDLESS_BODY, K.PROXY_REFUSED, 403),
        (ENDLESS_HEAD, K.UNEXPECTED_REPLY, None),
        ([b"HTTP/1.1 100 Continue\r\n\r\n"] * 5000, K.UNEXPECTED_REPLY, None),
        ([b"HTTP/1.1 40", b""], K.CLOSED, None),
        ([b"HTTP/1.1 40", SILENCE], K.STALLED, None),
    ],
)  # fmt: skip
@virtual_time
async def test_what_a_proxy_can_say(
    peer: list[Item], kind: FailureKind, status: int | None, transport: Transport
) -> None:
    net = network(peer)
    attempt, _ = await attempted(net, transport, credentials=SECRET)
    ended = attempt.failed_step
    assert ended is not None
    assert ended.failure is not None
    assert (ended.step, ended.failure.kind) == (StepName.PROXY, kind)
    assert isinstance(ended.facts, ProxyFacts)
    assert (ended.facts.status, ended.facts.credentials_sent) == (status, False)
    assert len(ended.facts.body_start) <= 512
    assert net.streams[0].reads < 200  # what does not end is not read to its end
    assert net.all_closed


ECHO = b"HTTP/1.1 407 %s\r\nProxy-Authenticate: Basic\r\nX-Echo: %s\r\nContent-Length: %d\r\n\r\n%s"


@pytest.mark.parametrize("transport", [Transport.RTMP, Transport.RTMPT])
@virtual_time
async def test_a_proxy_that_repeats_the_password_teaches_nobody(transport: Transport) -> None:
    def begin() -> Answer:
        def answer(data: bytes) -> Iterable[Item]:
            said = data.partition(b"Proxy-Authorization: ")[2].partition(b"\r\n")[0] or b"nobody"
            body = said + b" or " + SECRET[1].encode() + b" " * 470 + SECRET[1].encode()
            return [ECHO % (SECRET[1].encode(), said, len(body), body)]

        return answer

    net = network(begin)
    attempt, events = await attempted(net, transport, credentials=SECRET)
    facts = attempt.observations[-1].facts
    assert isinstance(facts, ProxyFacts)
    assert facts.credentials_sent
    assert (facts.authentication, facts.status) == (("Basic",), 407)
    assert len(net.streams) == 1  # kept alive: asked and answered on one connection
    assert b"Proxy-Authorization: Basic cGF1bGE6R2U6aGVpbS85QG5pcw==" in bytes(net.streams[0].written)
    told = msgspec.json.encode(events) + repr(events).encode() + repr(attempt).encode()
    first = b"".join(o.first_out + o.first_in for o in attempt.observations)
    for secret in (b"heim", b"cGF1bGE6", b"Z2U6"):
        assert secret not in told
        assert secret not in first


@virtual_time
async def test_no_password_goes_to_who_does_not_ask() -> None:
    net = network(proxied(b"HTTP/1.1 200 OK\r\n\r\n", rtmp_server()))
    attempt, _ = await attempted(net, credentials=SECRET)
    assert attempt.status is Status.CONNECTED
    assert b"uthorization" not in net.streams[0].written


@pytest.mark.parametrize("url", [URL, SOCKS])
@virtual_time
async def test_a_silent_proxy_can_be_stopped(url: str) -> None:
    net = network([SILENCE])
    running = asyncio.create_task(attempted(net, url=url))
    await asyncio.sleep(1.0)  # of virtual time: it waits for the proxy's answer now
    assert net.streams[0].reads == 1
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert net.all_closed


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        ((("x-squid-error", "ERR_ACCESS_DENIED 0"),), True),
        ((("server", "tinyproxy/1.11.1"),), True),
        ((("proxy-status", "gate; error=destination_ip_prohibited"),), True),
        ((("server", "nginx"), ("via", "1.1 gate (squid/5.7)")), False),
        ((), False),
    ],
)
def test_whose_answer_it_is(headers: tuple[tuple[str, str], ...], own: bool) -> None:
    assert is_own_answer(headers) is own
