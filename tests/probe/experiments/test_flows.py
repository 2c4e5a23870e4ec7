from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Callable

import pytest

from fmsdiag.model import (
    Endpoint,
    FirstBytes,
    FlowFacts,
    NotApplicable,
    Status,
    StepName,
    Transport,
    deciding_modulus,
)
from fmsdiag.probe.deep_limits import FLOWS, FLOWS_AT_FIRST
from fmsdiag.probe.experiments.flows import AGAIN, AGAIN_ALIVE, ENOUGH
from fmsdiag.probe.sockets.tcp_options import NO_TCP_OPTIONS, TcpOptions
from tests.probe.experiments.asking import E, ask
from tests.probe.fake_network import FakeNetwork, FakeStream, icmp_error, refused
from tests.probe.virtual_time import now, virtual_time
from tests.systems import ON_WINDOWS

HERE = Endpoint(Transport.RTMP, "192.0.2.99", 1935)


class ByPort(FakeNetwork):
    """Connections whose fate `of` decides by local port and number: "ok", "refused", "silent", "lost" or "taken"."""

    def __init__(self, of: Callable[[int, int], str]) -> None:
        super().__init__()
        self._of = of
        self.ports: list[int] = []

    async def open_tcp(self, address: str, port: int, options: TcpOptions = NO_TCP_OPTIONS) -> FakeStream:
        assert options.source_port is not None
        self.ports.append(options.source_port)
        fate = self._of(options.source_port, len(self.ports) - 1)
        if fate == "taken":
            raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))
        if fate == "prohibited":
            raise icmp_error(errno.EACCES, 3, 13, "192.0.2.1")
        if fate == "refused":
            raise refused()
        if fate == "lost":
            await asyncio.Event().wait()
        stream = FakeStream(address, port, [] if fate == "silent" else [b"\x03"])
        stream.local_port = options.source_port
        self.streams.append(stream)
        self.most_at_once = max(self.most_at_once, self.open_streams)
        return stream


async def repeated(net: ByPort) -> FlowFacts:
    attempt = await ask(net, E.FLOWS, HERE)
    assert attempt.status is Status.CONNECTED
    step = attempt.step(StepName.FLOWS)
    assert step is not None
    assert isinstance(step.facts, FlowFacts)
    return step.facts


@virtual_time
async def test_where_all_work_a_few_are_enough_and_one_is_open_at_a_time() -> None:
    net = ByPort(lambda port, number: "ok")
    facts = await repeated(net)
    assert [one.outcome for one in facts.tries] == ["answered"] * FLOWS_AT_FIRST
    assert facts.content is FirstBytes.RTMP
    assert facts.again == ()
    assert net.most_at_once == 1
    assert net.ports == list(range(net.ports[0], net.ports[0] + FLOWS_AT_FIRST))  # odd and even ones


@pytest.mark.parametrize("modulus", [2, 4, 8])
@virtual_time
async def test_ports_that_decide_are_found_and_tried_again(modulus: int) -> None:
    facts = await repeated(ByPort(lambda port, number: "refused" if port % modulus == 1 else "ok"))
    assert len(facts.tries) == ENOUGH
    assert deciding_modulus(facts.tries) == modulus
    assert all(one.works is (one.local_port % modulus != 1) for one in facts.again)
    assert sum(one.works for one in facts.again) == AGAIN_ALIVE
    assert 1 <= sum(not one.works for one in facts.again) <= AGAIN


@virtual_time
async def test_silent_ports_are_tried_again_with_time_for_a_second_syn() -> None:
    begun = now()
    facts = await repeated(ByPort(lambda port, number: "lost" if port % 4 == 3 else "ok"))
    dead = [one for one in facts.again if one.local_port % 4 == 3]
    assert all(one.vanished and one.elapsed_s > 3 for one in dead)
    assert 1 <= len(dead) <= AGAIN
    assert sum(one.works for one in facts.again) == AGAIN_ALIVE
    assert now() - begun < 6


@virtual_time
async def test_what_was_repeated_is_kept_where_time_runs_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The dead ports' second chance decides, so it must not be lost with the tries that are still to come."""
    monkeypatch.setattr("tests.probe.experiments.asking.limit_s", lambda _: 5.7)
    attempt = await ask(ByPort(lambda port, number: "lost" if port % 3 != 1 else "ok"), E.FLOWS, HERE)
    assert attempt.status is Status.FAILED
    step = attempt.step(StepName.FLOWS)
    assert step is not None
    assert isinstance(step.facts, FlowFacts)
    assert len(step.facts.tries) < FLOWS
    assert {one.works for one in step.facts.again} == {True, False}


@virtual_time
async def test_what_fails_in_turn_does_not_depend_on_the_port() -> None:
    facts = await repeated(ByPort(lambda port, number: "refused" if number % 2 else "ok"))
    assert {one.works for one in facts.again} == {True, False}


@virtual_time
async def test_a_dead_port_is_repeated_and_nothing_more() -> None:
    begun = now()
    net = ByPort(lambda port, number: "lost")
    facts = await repeated(net)
    assert [one.outcome for one in facts.tries] == ["timed-out"] * FLOWS_AT_FIRST
    assert len(net.ports) == FLOWS_AT_FIRST
    assert now() - begun < 3


@virtual_time
async def test_a_connection_that_opens_and_says_nothing_did_not_vanish() -> None:
    facts = await repeated(ByPort(lambda port, number: "silent"))
    assert all(one.opened and not one.works and not one.vanished for one in facts.tries)


@virtual_time
async def test_ports_of_other_programs_are_left_out() -> None:
    facts = await repeated(ByPort(lambda port, number: "taken" if number in (1, 3) else "ok"))
    assert len(facts.tries) == FLOWS_AT_FIRST


@virtual_time
async def test_no_more_than_said_is_tried() -> None:
    net = ByPort(lambda port, number: "refused" if number in (0, 1, 5, 6, 11, 12, 17) else "ok")
    facts = await repeated(net)
    assert len(facts.tries) == FLOWS
    assert len(net.ports) <= FLOWS + AGAIN + AGAIN_ALIVE


@virtual_time
async def test_nothing_is_repeated_through_a_proxy() -> None:
    through = Endpoint(Transport.RTMP, "192.0.2.99", 1935, proxy="http://192.0.2.7:3128")
    attempt = await ask(FakeNetwork(), E.FLOWS, through)
    assert attempt.not_applicable is NotApplicable.PROXY_WOULD_ANSWER


@pytest.mark.skipif(ON_WINDOWS, reason="there, EACCES is said of a port that another program has")
@virtual_time
async def test_what_a_router_prohibits_has_been_tried() -> None:
    """EACCES is what Linux makes of it; only Windows says so of a port that another program has."""
    facts = await repeated(ByPort(lambda port, number: "prohibited"))
    assert [one.outcome for one in facts.tries] == ["unreachable"] * FLOWS_AT_FIRST


@virtual_time
async def test_a_series_without_a_free_port_shows_nothing() -> None:
    attempt = await ask(ByPort(lambda port, number: "taken"), E.FLOWS, HERE)
    assert (attempt.status, attempt.not_applicable) == (Status.NOT_APPLICABLE, NotApplicable.NO_LOCAL_PORT)


@pytest.mark.parametrize("limit_s", [4.6, 5.0, 5.4])
@virtual_time
async def test_a_second_chance_is_over_before_the_time_is(
    monkeypatch: pytest.MonkeyPatch, limit_s: float
) -> None:
    """Half of the ports are dead: their silence counts only once it was tried again."""
    monkeypatch.setattr("tests.probe.experiments.asking.limit_s", lambda _: limit_s)
    attempt = await ask(ByPort(lambda port, number: "lost" if port & 4 else "ok"), E.FLOWS, HERE)
    step = attempt.step(StepName.FLOWS)
    assert step is not None
    assert isinstance(step.facts, FlowFacts)
    dead = [one for one in step.facts.again if one.local_port & 4]
    assert len(dead) == AGAIN
    assert all(one.elapsed_s > 1.5 for one in dead)
