from __future__ import annotations

import asyncio

import msgspec
import pytest

from fmsdiag.model import (
    ConnectFacts,
    Endpoint,
    Experiment,
    FailureKind,
    Family,
    HandshakeFacts,
    Options,
    Purpose,
    Question,
    Status,
    StepName,
    Transport,
)
from fmsdiag.probe.attempt_recorder import Clock, RunningAttempt
from fmsdiag.probe.attempts import ProbeContext
from fmsdiag.probe.experiments import TIMEOUT_S, purpose_of
from fmsdiag.probe.experiments.perform import perform
from fmsdiag.probe.sockets.network import SystemNetwork
from fmsdiag.probe.transports.connection import LookupCache
from fmsdiag.server.service import Server, ServerOptions
from tests.probe.experiments.asking import CONTROL, TARGET, E, ask
from tests.probe.fake_computer import FakeComputer
from tests.probe.fake_network import (
    SILENCE,
    FakeNetwork,
    Item,
    rtmp_server,
)
from tests.probe.tunnel_peer import tunnel_server
from tests.probe.virtual_time import now, virtual_time


@pytest.mark.parametrize(
    ("experiment", "purpose"),
    [
        (E.CONTROL_PORT, Purpose.CONTROL),
        (E.CONTROL_HTTP, Purpose.CONTROL),
        (E.SECOND_RESOLVER, Purpose.CONTROL),
        (E.HTTP_ON_PORT, Purpose.FOLLOW_UP),
        (E.PLAIN_ON_TLS_PORT, Purpose.FOLLOW_UP),
        (E.TLS_ON_PORT, Purpose.FOLLOW_UP),
        (E.MADE_UP_APPLICATION, Purpose.FOLLOW_UP),
        (E.HOPS, Purpose.FOLLOW_UP),
    ],
)
def test_third_parties_are_controls(experiment: Experiment, purpose: Purpose) -> None:
    assert purpose_of(Question(experiment, Endpoint(Transport.RTMP, "h", 1))) is purpose


@pytest.mark.parametrize("experiment", [E.CONTROL_PORT, E.HTTP_ON_PORT, E.HOPS])
@virtual_time
async def test_a_name_that_has_no_address_of_the_family_does_not_apply(experiment: Experiment) -> None:
    net = FakeNetwork(names={"control.example": ["192.0.2.1"]})
    attempt = await ask(net, experiment, Endpoint(Transport.RTMP, "control.example", 1935, Family.IPV6))
    assert attempt.status is Status.NOT_APPLICABLE


@pytest.mark.parametrize("transport", [Transport.RTMP, Transport.RTMPT])
@virtual_time
async def test_a_knock_in_clear_proves_rtmp_and_tells_nothing(transport: Transport) -> None:
    net = FakeNetwork({443: rtmp_server() if transport is Transport.RTMP else tunnel_server()})
    attempt = await ask(net, E.PLAIN_ON_TLS_PORT, Endpoint(transport, "192.0.2.1", 443))
    assert attempt.status is Status.CONNECTED
    steps = [StepName.TCP, *((StepName.TUNNEL,) if transport.is_tunnel else ()), StepName.HANDSHAKE]
    assert [o.step for o in attempt.observations] == steps
    facts = attempt.observations[-1].facts
    assert isinstance(facts, HandshakeFacts)
    assert facts.s0_version == 3
    written = b"".join(bytes(stream.written) for stream in net.streams)
    assert not any(word in written for word in (b"connect", b"tcUrl", b"token"))


@pytest.mark.parametrize(
    ("peer", "kind", "like"),
    [
        ([b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n", b""], FailureKind.UNEXPECTED_REPLY, "HTTP 400 from nginx"),
        ([b"\x15\x03\x01\x00\x02\x02\x46", b""], FailureKind.UNEXPECTED_REPLY, "TLS alert"),
        ([b""], FailureKind.CLOSED, None),
        ([SILENCE], FailureKind.TIMED_OUT, None),
    ],
    ids=["http", "alert", "closed", "silence"],
)  # fmt: skip
@virtual_time
async def test_who_does_not_open_to_a_knock(peer: list[Item], kind: FailureKind, like: str | None) -> None:
    attempt = await ask(
        FakeNetwork({443: peer}), E.PLAIN_ON_TLS_PORT, Endpoint(Transport.RTMP, "192.0.2.1", 443)
    )
    assert attempt.status is Status.FAILED
    assert attempt.failed_step is not None
    assert attempt.failed_step.failure is not None
    assert (attempt.failed_step.failure.kind, attempt.failed_step.failure.looks_like) == (kind, like)
    assert now() - 1000 <= TIMEOUT_S + 0.001


async def test_tls_where_plain_rtmp_was_cut_off_shows_what_is_inside() -> None:
    async with Server(ServerOptions(rtmps=0)) as server:
        endpoint = Endpoint(Transport.RTMPS, "127.0.0.1", server.ports["rtmps"])
        running = RunningAttempt(
            9,
            endpoint,
            Purpose.FOLLOW_UP,
            Clock(),
            lambda _: None,
            TIMEOUT_S,
            E.TLS_ON_PORT,
            "rtmps-expected",
        )
        net = SystemNetwork()
        names = LookupCache(net, ())
        attempt = await perform(
            Question(E.TLS_ON_PORT, endpoint),
            running,
            ProbeContext(net, names, TARGET, Options(), FakeComputer()),
        )
    assert attempt.status is Status.FAILED  # its certificate vouches for itself
    assert [o.step for o in attempt.behind_certificate] == [StepName.TLS, StepName.HANDSHAKE]
    assert all(o.ok for o in attempt.behind_certificate)


@virtual_time
async def test_a_made_up_application_is_nobodys_and_no_secret_goes_along() -> None:
    net = FakeNetwork({1935: rtmp_server()})
    made_up = []
    for _ in range(2):
        attempt = await ask(net, E.MADE_UP_APPLICATION, Endpoint(Transport.RTMP, "192.0.2.1", 1935))
        assert attempt.status is Status.REJECTED
        facts = attempt.observations[-1].facts
        assert isinstance(facts, ConnectFacts)
        made_up.append(facts.application)
    assert made_up[0] != made_up[1]
    assert all(name.startswith("fmsdiag-") for name in made_up)
    assert not any(b"token" in s.written or b"key" in s.written for s in net.streams)


@virtual_time
async def test_the_path_is_cut_elsewhere() -> None:
    target = msgspec.structs.replace(TARGET, application="vod/dir", stream="part/movie.mp4", query=None)
    found = []
    for experiment in (E.SHORTER_APPLICATION, E.LONGER_APPLICATION):
        net = FakeNetwork({1935: rtmp_server()})
        attempt = await ask(net, experiment, Endpoint(Transport.RTMP, "192.0.2.1", 1935), target=target)
        facts = attempt.observations[-1].facts
        assert isinstance(facts, ConnectFacts)
        found.append(facts.application)
        assert not any(b"movie" in s.written for s in net.streams)
    assert found == ["vod", "vod/dir/part"]


@pytest.mark.parametrize("experiment", [E.CONTROL_PORT, E.HTTP_ON_PORT, E.HOPS, E.SECOND_RESOLVER])
@virtual_time
async def test_an_experiment_can_be_stopped(experiment: Experiment) -> None:
    net = FakeNetwork({80: SILENCE})
    task = asyncio.create_task(ask(net, experiment, Endpoint(Transport.HTTP, CONTROL, 80)))
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert net.all_closed


@pytest.mark.parametrize(("port_transport", "query"), [(Transport.RTMP, False), (Transport.RTMPS, True)])
@virtual_time
async def test_what_was_to_be_encrypted_is_not_told_in_clear_on_another_port(
    port_transport: Transport, query: bool
) -> None:
    net = FakeNetwork(names={"live.example.com": ["192.0.2.7"]}, tcp={("192.0.2.7", 1935): rtmp_server()})
    secure = msgspec.structs.replace(TARGET, transport=Transport.RTMPS)
    endpoint = Endpoint(port_transport, "live.example.com", 1935)
    question = Question(E.SERVER_PORT, endpoint)
    running = RunningAttempt(1, endpoint, Purpose.FOLLOW_UP, Clock(), lambda event: None, 3.0, E.SERVER_PORT)
    names = LookupCache(net, ())
    try:
        context = ProbeContext(net, names, secure, Options(), FakeComputer())
        attempt = await perform(question, running, context)
    finally:
        names.close()
    connect = attempt.step(StepName.CONNECT)
    told = connect is not None and isinstance(connect.facts, ConnectFacts) and "token" in connect.facts.tc_url
    assert not told
    assert (connect is not None) is not query  # the fake server has no TLS: nothing is told there either
