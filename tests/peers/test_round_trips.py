"""How many round trips it takes to connect, counted on a path that is long beside everything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from fmsdiag.model import Options, Report, StepName, VerdictStatus
from fmsdiag.run import diagnose
from fmsdiag.server.faults import parse_fault
from fmsdiag.server.service import Server, ServerOptions
from fmsdiag.target import parse_target
from tests.peers.delay_relay import delay_relay
from tests.peers.nginx import needs_nginx_rtmp, nginx_rtmp
from tests.probe.fake_computer import FakeComputer

pytestmark = [pytest.mark.peer]
ROUND_TRIP_S = 0.2
TCP_HANDSHAKE = 1.0  # the relay cannot delay it


async def round_trips_to(port: int, scheme: str = "rtmp") -> float:
    """From SYN to NetConnection.Connect.Success, in round trips."""
    async with delay_relay(port, ROUND_TRIP_S) as late:
        url = f"{scheme}://127.0.0.1:{late}/live"
        report = await diagnose(
            parse_target(url), Options(checks=()), lambda _: None, computer=FakeComputer()
        )
    assert report.verdict.status is VerdictStatus.CONNECTED
    return TCP_HANDSHAKE + _after_tcp_s(report) / ROUND_TRIP_S


def _after_tcp_s(report: Report) -> float:
    tcp, connect = (report.attempts[0].step(name) for name in (StepName.TCP, StepName.CONNECT))
    assert tcp is not None
    assert connect is not None
    return connect.ended_s - tcp.ended_s


async def test_our_server_needs_three() -> None:
    async with Server(ServerOptions(rtmp=0)) as server:
        count = await round_trips_to(server.ports["rtmp"])
    assert 2.9 <= count <= 3.3


async def test_the_tunnel_needs_one_more_and_ident2_costs_nothing() -> None:
    async with Server(ServerOptions(rtmpt=0, faults=(parse_fault("ident2:10.0.0.1"),))) as server:
        count = await round_trips_to(server.ports["rtmpt"], "rtmpt")
    assert 3.9 <= count <= 4.3


@needs_nginx_rtmp
async def test_nginx_needs_four_at_most(tmp_path: Path) -> None:
    async with nginx_rtmp(tmp_path) as nginx:
        count = await round_trips_to(nginx.port)
    assert 2.9 <= count <= 4.3
