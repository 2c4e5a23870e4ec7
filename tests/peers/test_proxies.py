"""The real proxies between fmsdiag and its own server: each way through, and each way to be refused."""

from __future__ import annotations

from collections.abc import AsyncIterator

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
from fmsdiag.probe.attempts import Surroundings, run_attempt
from fmsdiag.probe.connection import Names
from fmsdiag.probe.network import SystemNetwork
from fmsdiag.probe.proxy import Proxy
from fmsdiag.probe.step import Clock, RunningAttempt
from fmsdiag.server.service import Server, ServerOptions
from tests.peers import dante as dante_peer
from tests.peers import squid as squid_peer
from tests.peers import tinyproxy as tinyproxy_peer
from tests.peers.dante import dante, needs_dante, needs_own_passwords
from tests.peers.squid import needs_squid, squid
from tests.peers.tinyproxy import needs_tinyproxy, tinyproxy

pytestmark = pytest.mark.peer
HOST = "127.0.0.1"
NAME = "live.example"


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with Server(ServerOptions(rtmp=0, rtmpt=0)) as running:
        yield running


async def through(
    proxy: Proxy, transport: Transport, port: int, host: str = HOST, timeout_s: float = 8.0
) -> Attempt:
    """One attempt through the proxy; whatever comes of it, no secret of the proxy's is in it."""
    net = SystemNetwork()
    names = Names(net, ())
    events: list[Event] = []
    attempt = RunningAttempt(
        1,
        Endpoint(transport, host, port, proxy=proxy.url),
        Purpose.FALLBACK,
        Clock(),
        events.append,
        timeout_s,
    )
    around = Surroundings(net, names, Target(host, "live"), Options(), proxies=(proxy,))
    try:
        ended = await run_attempt(attempt, around)
    finally:
        names.close()
    if proxy.credentials is not None:
        told = (
            msgspec.json.encode(events)
            + msgspec.json.encode(ended)
            + repr(events).encode()
            + repr(proxy).encode()
        )
        assert proxy.credentials[1].encode() not in told
    return ended


def answer_of(attempt: Attempt) -> ProxyFacts:
    step = attempt.step(StepName.PROXY)
    assert step is not None
    assert isinstance(step.facts, ProxyFacts)
    return step.facts


def kind_of(attempt: Attempt) -> tuple[StepName, FailureKind]:
    ended = attempt.failed_step
    assert ended is not None, attempt.status
    assert ended.failure is not None
    return ended.step, ended.failure.kind


REFUSED = (StepName.PROXY, FailureKind.PROXY_REFUSED)
WHO_ARE_YOU = (StepName.PROXY, FailureKind.PROXY_AUTH_REQUIRED)


@needs_squid
async def test_squid_lets_through(server: Server) -> None:
    async with squid(names=f"{HOST} {NAME}\n") as port:
        proxy = Proxy(f"http://{HOST}:{port}", "given")
        rtmp = await through(proxy, Transport.RTMP, server.ports["rtmp"], NAME)
        assert [o.id for o in rtmp.observations] == ["1.tcp", "1.proxy", "1.handshake", "1.connect"]
        assert rtmp.status is Status.CONNECTED
        facts = answer_of(rtmp)
        assert (facts.method, facts.status, facts.source, facts.credentials_sent) == (
            "CONNECT",
            200,
            "given",
            False,
        )
        tunnel = await through(proxy, Transport.RTMPT, server.ports["rtmpt"], NAME)
        assert tunnel.status is Status.CONNECTED
        facts = answer_of(tunnel)
        assert (facts.method, facts.status, facts.looks_like) == ("HTTP", 200, "squid proxy")


@needs_squid
async def test_squid_refuses_a_port_and_a_host(server: Server) -> None:
    rules = (
        "acl denied dstdomain bad.example",
        "http_access deny denied",
        "acl tls port 443",
        "http_access deny CONNECT !tls",
    )
    async with squid(*rules, names=f"{HOST} {NAME} bad.example\n") as port:
        proxy = Proxy(f"http://{HOST}:{port}", "given")
        by_port = await through(proxy, Transport.RTMP, server.ports["rtmp"], NAME)
        assert kind_of(by_port) == REFUSED
        facts = answer_of(by_port)
        assert (facts.status, facts.reason, facts.looks_like) == (403, "Forbidden", "squid proxy")
        assert "ERR_ACCESS_DENIED" in dict(facts.headers)["x-squid-error"]
        assert (await through(proxy, Transport.RTMPT, server.ports["rtmpt"], NAME)).status is Status.CONNECTED
        by_host = await through(proxy, Transport.RTMPT, server.ports["rtmpt"], "bad.example")
        assert kind_of(by_host) == REFUSED
        assert answer_of(by_host).status == 403


@needs_squid
@pytest.mark.parametrize("scheme", ["basic", "digest"])
async def test_squid_asks_who_is_there(server: Server, scheme: str) -> None:
    async with squid(authentication=scheme) as port:
        url = f"http://{HOST}:{port}"
        ours = Proxy(url, "given", (squid_peer.USER, squid_peer.PASSWORD))
        for transport, service in ((Transport.RTMP, "rtmp"), (Transport.RTMPT, "rtmpt")):
            unknown = await through(Proxy(url, "given"), transport, server.ports[service])
            assert kind_of(unknown) == WHO_ARE_YOU
            facts = answer_of(unknown)
            assert (facts.status, facts.credentials_sent) == (407, False)
            assert [s.lower() for s in facts.authentication] == [scheme]
            wrong = await through(
                Proxy(url, "given", (squid_peer.USER, "falsch!")), transport, server.ports[service]
            )
            assert kind_of(wrong) == WHO_ARE_YOU
            assert answer_of(wrong).credentials_sent
            known = await through(ours, transport, server.ports[service])
            assert known.status is Status.CONNECTED, known.observations
            assert (answer_of(known).status, answer_of(known).credentials_sent) == (200, True)


@needs_tinyproxy
async def test_tinyproxy(server: Server) -> None:
    allowed = server.ports["rtmp"]
    auth = f"BasicAuth {tinyproxy_peer.USER} {tinyproxy_peer.PASSWORD}"
    async with tinyproxy(auth, f"ConnectPort {allowed}") as port:
        url = f"http://{HOST}:{port}"
        ours = Proxy(url, "given", (tinyproxy_peer.USER, tinyproxy_peer.PASSWORD))
        assert kind_of(await through(Proxy(url, "given"), Transport.RTMP, allowed)) == WHO_ARE_YOU
        assert (await through(ours, Transport.RTMP, allowed)).status is Status.CONNECTED
        tunnel = await through(ours, Transport.RTMPT, server.ports["rtmpt"])
        assert tunnel.status is Status.CONNECTED, tunnel.observations
        other = await through(ours, Transport.RTMPS, server.ports["rtmpt"])
        assert kind_of(other) == REFUSED
        assert answer_of(other).status == 403


@needs_dante
async def test_dante(server: Server) -> None:
    blocked = server.ports["rtmpt"]
    rule = f"socks block {{ from: 0/0 to: 0/0 port = {blocked} }}"
    async with dante(rule) as port:
        proxy = Proxy(f"socks5://{HOST}:{port}", "given")
        attempt = await through(proxy, Transport.RTMP, server.ports["rtmp"])
        assert attempt.status is Status.CONNECTED, attempt.observations
        assert (answer_of(attempt).method, answer_of(attempt).status) == ("SOCKS5", 0)
        refused = await through(proxy, Transport.RTMPT, blocked)
        assert kind_of(refused) == REFUSED
        assert answer_of(refused).status == 2


@needs_own_passwords
async def test_dante_asks_who_is_there(server: Server) -> None:
    async with dante(authentication=True) as port:
        url = f"socks5://{HOST}:{port}"
        assert (
            kind_of(await through(Proxy(url, "given"), Transport.RTMP, server.ports["rtmp"])) == WHO_ARE_YOU
        )
        wrong = await through(
            Proxy(url, "given", (dante_peer.USER, "falsch!")), Transport.RTMP, server.ports["rtmp"]
        )
        assert kind_of(wrong) == WHO_ARE_YOU
        assert answer_of(wrong).credentials_sent
        ours = Proxy(url, "given", (dante_peer.USER, dante_peer.PASSWORD))
        for transport, service in ((Transport.RTMP, "rtmp"), (Transport.RTMPT, "rtmpt")):
            known = await through(ours, transport, server.ports[service])
            assert known.status is Status.CONNECTED, known.observations
            assert answer_of(known).authentication == ("username/password",)
