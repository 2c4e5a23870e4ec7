"""Real runs on this computer whose traffic is recorded, and the packet file of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fmsdiag.model import NO_CREDENTIALS, Credentials, Options, Report
from fmsdiag.port_list import parse_ports
from fmsdiag.probe.sockets.network import Network
from fmsdiag.probe.sockets.recording import TrafficRecorder
from fmsdiag.report.packets.packet_file import packet_file
from fmsdiag.report.sensitive import Identity
from fmsdiag.run import diagnose
from fmsdiag.target import parse_target
from tests.probe.fake_computer import FakeComputer


@dataclass
class Recorded:
    """A run's report and what kept its traffic."""

    report: Report
    recorder: TrafficRecorder

    def file(self, **options: Any) -> bytes:
        return packet_file(
            self.report, self.recorder.traffic, self.recorder.secrets, identity=Identity(), **options
        )


async def record(
    url: str,
    ports: str = "",
    *,
    credentials: Credentials = NO_CREDENTIALS,
    net: Network | None = None,
    **options: Any,
) -> Recorded:
    """Diagnose without checks and third parties."""
    recorder = TrafficRecorder()
    asked = Options(
        checks=(), control=None, resolver=None, ports=parse_ports(ports) or None, interval_ms=1, **options
    )
    report = await diagnose(
        parse_target(url),
        asked,
        lambda _: None,
        net=net,
        credentials=credentials,
        computer=FakeComputer(),
        recorder=recorder,
    )
    return Recorded(report, recorder)
