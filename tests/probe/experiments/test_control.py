from __future__ import annotations

import pytest

from fmsdiag.model import (
    Endpoint,
    Experiment,
    HttpFacts,
    Status,
    StepName,
    Transport,
)
from fmsdiag.probe.experiments import TIMEOUT_S
from tests.probe.experiments.asking import CONTROL, PAGE, E, ask
from tests.probe.fake_network import (
    SILENCE,
    FakeNetwork,
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
