"""The real proxies between fmsdiag and its own server: each way through, and each way to be refused."""

from __future__ import annotations

import asyncio
import base64
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import msgspec
import pytest

from fmsdiag.model import (
    Attempt,
    Endpoint,
    Event,
    FailureKind,
    Options,
    ProxyFacts,
    ProxySource,
    Purpose,
    Status,
    StepName,
    Target,
    Transport,
    VerdictStatus,
)
from fmsdiag.port_list import parse_ports
from fmsdiag.probe.attempt_recorder import Clock, RunningAttempt
from fmsdiag.probe.attempts import ProbeContext, run_attempt
from fmsdiag.probe.proxy.settings import Proxy, proxy_at, settings_from
from fmsdiag.probe.sockets.network import SystemNetwork
from fmsdiag.probe.transports.connection import LookupCache
from fmsdiag.report import json
from fmsdiag.run import diagnose
from fmsdiag.server.service import Server, ServerOptions
from fmsdiag.typed_proxy import parse_proxy_choice
from tests.peers import dante as dante_peer
from tests.peers import squid as squid_peer
from tests.peers import tinyproxy as tinyproxy_peer
from tests.peers.dante import dante, needs_dante, needs_own_passwords
from tests.peers.squid import needs_squid, squid
from tests.peers.tinyproxy import needs_tinyproxy, tinyproxy
from tests.probe.fake_computer import ONLINE, FakeComputer

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
    names = LookupCache(net, ())
    events: list[Event] = []
    attempt = RunningAttempt(
        1,
        Endpoint(transport, host, port, proxy=proxy.url),
        Purpose.FALLBACK,
        Clock(),
        events.append,
        timeout_s,
    )
    context = ProbeContext(net, names, Target(host, "live"), Options(), FakeComputer(), proxies=(proxy,))
    try:
        ended = await run_attempt(attempt, context)
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
        proxy = proxy_at(f"http://{HOST}:{port}")
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
        assert (facts.method, facts.status, facts.looks_like) == (
            "HTTP",
            200,
            "FlashCom/5.0.15 behind squid proxy",
        )


@needs_squid
async def test_squid_refuses_a_port_and_a_host(server: Server) -> None:
    rules = (
        "acl denied dstdomain bad.example",
        "http_access deny denied",
        "acl tls port 443",
        "http_access deny CONNECT !tls",
    )
    async with squid(*rules, names=f"{HOST} {NAME} bad.example\n") as port:
        proxy = proxy_at(f"http://{HOST}:{port}")
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
        ours = replace(proxy_at(url), credentials=(squid_peer.USER, squid_peer.PASSWORD))
        for transport, service in ((Transport.RTMP, "rtmp"), (Transport.RTMPT, "rtmpt")):
            unknown = await through(proxy_at(url), transport, server.ports[service])
            assert kind_of(unknown) == WHO_ARE_YOU
            facts = answer_of(unknown)
            assert (facts.status, facts.credentials_sent) == (407, False)
            assert [s.lower() for s in facts.authentication] == [scheme]
            wrong = await through(
                replace(proxy_at(url), credentials=(squid_peer.USER, "falsch!")),
                transport,
                server.ports[service],
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
        ours = replace(proxy_at(url), credentials=(tinyproxy_peer.USER, tinyproxy_peer.PASSWORD))
        assert kind_of(await through(proxy_at(url), Transport.RTMP, allowed)) == WHO_ARE_YOU
        assert (await through(ours, Transport.RTMP, allowed)).status is Status.CONNECTED
        tunnel = await through(ours, Transport.RTMPT, server.ports["rtmpt"])
        assert tunnel.status is Status.CONNECTED, tunnel.observations
        # it ends the connection with its demand, so the answer needs another one
        page = await through(ours, Transport.HTTP, server.ports["rtmpt"])
        assert page.status is Status.CONNECTED, page.observations
        for transport in (Transport.RTMP, Transport.RTMPT, Transport.HTTP):
            wrong = await through(
                replace(ours, credentials=(tinyproxy_peer.USER, "falsch!")), transport, allowed
            )
            assert kind_of(wrong) == WHO_ARE_YOU, wrong.observations  # it says 401, not 407 again
            assert (answer_of(wrong).status, answer_of(wrong).credentials_sent) == (401, True)
        other = await through(ours, Transport.RTMPS, server.ports["rtmpt"])
        assert kind_of(other) == REFUSED
        assert answer_of(other).status == 403


@needs_dante
async def test_dante(server: Server) -> None:
    blocked = server.ports["rtmpt"]
    rule = f"socks block {{ from: 0/0 to: 0/0 port = {blocked} }}"
    async with dante(rule) as port:
        proxy = proxy_at(f"socks5://{HOST}:{port}")
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
        assert kind_of(await through(proxy_at(url), Transport.RTMP, server.ports["rtmp"])) == WHO_ARE_YOU
        wrong = await through(
            replace(proxy_at(url), credentials=(dante_peer.USER, "falsch!")),
            Transport.RTMP,
            server.ports["rtmp"],
        )
        assert kind_of(wrong) == WHO_ARE_YOU
        assert answer_of(wrong).credentials_sent
        ours = replace(proxy_at(url), credentials=(dante_peer.USER, dante_peer.PASSWORD))
        for transport, service in ((Transport.RTMP, "rtmp"), (Transport.RTMPT, "rtmpt")):
            known = await through(ours, transport, server.ports[service])
            assert known.status is Status.CONNECTED, known.observations
            assert answer_of(known).authentication == ("username/password",)


# ---- whole runs


class OnlyProxies(SystemNetwork):
    """A network in which the server's name means nothing, so that only a proxy leads there."""

    async def lookup(self, name: str) -> list[str]:
        if name != HOST:
            raise socket.gaierror(socket.EAI_NONAME, "not known")
        return await super().lookup(name)


@needs_squid
async def test_a_run_goes_through_the_configured_proxy(server: Server) -> None:
    rtmp, rtmpt = server.ports["rtmp"], server.ports["rtmpt"]
    rules = (f"acl rtmp port {rtmp}", "http_access deny rtmp")
    async with squid(*rules, authentication="basic", names=f"{HOST} {NAME}\n") as port:
        pair = f"{squid_peer.USER}:{quote(squid_peer.PASSWORD, safe='')}"
        proxies = settings_from({"http": f"http://{pair}@{HOST}:{port}"}, ProxySource.ENVIRONMENT)
        computer = FakeComputer(replace(ONLINE, proxies=proxies))
        options = Options(ports=parse_ports(f"{rtmp},rtmpt:{rtmpt}"), checks=(), interval_ms=1)
        events: list[Event] = []
        report = await diagnose(
            Target(NAME, "live"), options, events.append, net=OnlyProxies(), computer=computer
        )
    assert [(a.endpoint.proxy is not None, a.status) for a in report.attempts[:4]] == [
        (False, Status.FAILED),
        (False, Status.FAILED),
        (True, Status.FAILED),
        (True, Status.CONNECTED),
    ]
    assert report.verdict.status is VerdictStatus.CONNECTED_THROUGH_PROXY
    assert report.verdict.connected_by == 4
    assert answer_of(report.attempts[2]).status == 403
    assert answer_of(report.attempts[3]).source == "environment"
    assert report.environment.proxies == {"http": f"http://{HOST}:{port}"}
    everything = json.encode(report) + msgspec.json.encode(events) + repr((report, events)).encode()
    for secret in (squid_peer.PASSWORD, quote(squid_peer.PASSWORD, safe="")):
        assert secret.encode() not in everything
        assert secret.encode() not in b"".join(
            o.first_out + o.first_in for a in report.attempts for o in a.observations
        )


@needs_squid
@pytest.mark.parametrize("password", [squid_peer.PASSWORD, "falsch-Geheim/1"])
async def test_no_output_of_the_command_line_holds_the_password(
    server: Server, tmp_path: Path, password: str
) -> None:
    kinds = {"json": "r.json", "markdown": "r.md", "html": "r.html"}
    outputs = [part for kind, name in kinds.items() for part in (f"--{kind}", str(tmp_path / name))]
    async with squid(authentication="basic") as port:
        url = f"http://{squid_peer.USER}:{password}@{HOST}:{port}"
        ports = f"{server.ports['rtmp']},rtmpt:{server.ports['rtmpt']}"
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "fmsdiag", "test", f"rtmp://{HOST}/live", "--ports", ports),
            *("--proxy", url, "--proxy-type", "connect-only", "--include-sensitive", *outputs),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        told, _ = await process.communicate()
    connected = password == squid_peer.PASSWORD
    assert (process.returncode == 1) is connected, told.decode()
    written = [(tmp_path / name).read_bytes() for name in kinds.values()]
    token = base64.b64encode(f"{squid_peer.USER}:{password}".encode())
    for output in (told, *written):
        for secret in (password.encode(), quote(password, safe="").encode(), token, token[:-4]):
            assert secret not in output
    report = json.decode(written[0])
    assert report.options.proxy == parse_proxy_choice(f"http://{HOST}:{port}")[0]
    assert all(answer_of(a).credentials_sent for a in report.attempts if a.purpose is Purpose.FALLBACK)
