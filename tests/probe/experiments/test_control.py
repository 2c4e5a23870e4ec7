from __future__ import annotations

import pytest

from fmsdiag.model import (
    Endpoint,
    Experiment,
    FailureKind,
    HttpFacts,
    Status,
    StepName,
    Transport,
)
from fmsdiag.probe.experiments import TIMEOUT_S
from fmsdiag.probe.sockets.tcp_options import NO_TCP_OPTIONS, TcpOptions
from tests.probe.experiments.asking import CONTROL, PAGE, E, ask
from tests.probe.fake_network import (
    SILENCE,
    FakeNetwork,
    FakeStream,
    refused,
)
from tests.probe.virtual_time import now, virtual_time


@virtual_time
async def test_a_control_port_is_connected_to_and_nothing_is_sent() -> None:
    net = FakeNetwork({1935: []})
    attempt = await ask(net, E.CONTROL_PORT, Endpoint(Transport.RTMP, CONTROL, 1935))
    assert attempt.status is Status.CONNECTED
    assert [o.step for o in attempt.observations] == [StepName.TCP]
    assert net.streams[0].written == b""


@pytest.mark.parametrize(("experiment", "path"), [(E.CONTROL_HTTP, b"/generate_204"), (E.HTTP_ON_PORT, b"/")])
@virtual_time
async def test_a_web_request_is_made(experiment: Experiment, path: bytes) -> None:
    net = FakeNetwork({80: [PAGE]})
    attempt = await ask(net, experiment, Endpoint(Transport.HTTP, CONTROL, 80))
    assert attempt.status is Status.CONNECTED
    facts = attempt.observations[-1].facts
    assert isinstance(facts, HttpFacts)
    assert facts.status == 204
    assert net.streams[0].written.startswith(b"GET " + path + b" HTTP/1.1\r\n")


@pytest.mark.parametrize("experiment", [E.CONTROL_PORT, E.CONTROL_HTTP, E.HTTP_ON_PORT, E.HOPS])
@virtual_time
async def test_silence_ends_with_the_experiments_time(experiment: Experiment) -> None:
    net = FakeNetwork({80: SILENCE})
    attempt = await ask(net, experiment, Endpoint(Transport.HTTP, CONTROL, 80))
    assert now() - 1000 <= TIMEOUT_S + 0.001
    assert attempt.status is (Status.CONNECTED if experiment is E.HOPS else Status.FAILED)


PROXY = "http://192.0.2.128:3128"


@pytest.mark.parametrize(("experiment", "path"), [(E.CONTROL_HTTP, "/generate_204"), (E.HTTP_ON_PORT, "/")])
@virtual_time
async def test_a_web_request_through_a_proxy(experiment: Experiment, path: str) -> None:
    net = FakeNetwork({3128: [PAGE]})
    attempt = await ask(net, experiment, Endpoint(Transport.HTTP, "ctl.example.net", 80, proxy=PROXY))
    assert attempt.status is Status.CONNECTED
    assert [o.step for o in attempt.observations] == [StepName.TCP, StepName.PROXY, StepName.HTTP]
    assert net.lookups == []
    assert net.streams[0].written.startswith(f"GET http://ctl.example.net{path} HTTP/1.1\r\n".encode())


@virtual_time
async def test_a_way_through_a_proxy_that_was_found_out_and_refuses() -> None:
    net = FakeNetwork({3128: [b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"]})
    endpoint = Endpoint(Transport.RTMP, "live.example.com", 1935, proxy=PROXY)
    attempt = await ask(net, E.THROUGH_PROXY, endpoint)
    assert attempt.status is Status.FAILED
    ended = attempt.failed_step
    assert ended is not None
    assert ended.failure is not None
    assert (ended.step, ended.failure.kind) == (StepName.PROXY, FailureKind.PROXY_REFUSED)
    assert net.streams[0].written.startswith(b"CONNECT live.example.com:1935 HTTP/1.1\r\n")


@virtual_time
async def test_a_port_that_fails_once_and_opens_the_next_time_is_open() -> None:
    class FirstDead(FakeNetwork):
        async def open_tcp(self, address: str, port: int, options: TcpOptions = NO_TCP_OPTIONS) -> FakeStream:
            self.tcp = {80: [] if self.dialled else refused()}
            return await super().open_tcp(address, port, options)

    attempt = await ask(FirstDead(), E.CONTROL_PORT, Endpoint(Transport.RTMP, CONTROL, 80))
    assert attempt.status is Status.CONNECTED
    assert [o.ok for o in attempt.observations if o.step is StepName.TCP] == [False, True]


@virtual_time
async def test_a_dead_port_of_a_reference_server_is_tried_twice() -> None:
    net = FakeNetwork({80: SILENCE})
    attempt = await ask(net, E.CONTROL_PORT, Endpoint(Transport.RTMP, CONTROL, 80))
    assert attempt.status is Status.FAILED
    assert [o.ok for o in attempt.observations if o.step is StepName.TCP] == [False, False]
