"""What real servers are taken for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fmsdiag.diagnosis.server_software import AMS, FFMPEG, NGINX, RTMPSRV
from fmsdiag.model import Options, Report, VerdictStatus
from fmsdiag.run import diagnose
from fmsdiag.server.service import Server, ServerOptions
from fmsdiag.target import parse_target
from tests.peers.ffmpeg_listen import ffmpeg_listen, needs_ffmpeg_server
from tests.peers.nginx import needs_nginx_rtmp, nginx_rtmp
from tests.peers.rtmpsrv import needs_rtmpsrv, rtmpsrv
from tests.probe.fake_computer import FakeComputer

pytestmark = [pytest.mark.peer]


async def diagnosis(port: int, application: str = "live") -> Report:
    return await diagnose(
        parse_target(f"rtmp://127.0.0.1:{port}/{application}"),
        Options(checks=()),
        lambda _: None,
        computer=FakeComputer(),
    )


def software(report: Report, at_least: float) -> str:
    assert report.identity is not None
    assert report.identity.probability >= at_least
    return report.identity.software


@needs_nginx_rtmp
@pytest.mark.parametrize("application", ["live", "nothing-here"])
async def test_nginx_rtmp(tmp_path: Path, application: str) -> None:
    async with nginx_rtmp(tmp_path) as nginx:
        assert software(await diagnosis(nginx.port, application), 0.95) == NGINX


@needs_ffmpeg_server
async def test_ffmpeg() -> None:
    async with ffmpeg_listen() as port:
        assert software(await diagnosis(port), 0.75) == FFMPEG


@needs_rtmpsrv
async def test_rtmpsrv() -> None:
    async with rtmpsrv() as server:
        code, said, complaints = await server.run(
            *("-m", "fmsdiag", "test", "rtmp://127.0.0.1:1935/live", "--json", "-", "--quiet")
        )
    assert code == 0, complaints
    assert json.loads(said)["identity"]["software"] == RTMPSRV


async def test_our_own_server_passes_for_the_one_that_it_imitates() -> None:
    async with Server(ServerOptions(rtmp=0)) as server:
        report = await diagnosis(server.ports["rtmp"])
    assert report.verdict.status is VerdictStatus.CONNECTED
    assert software(report, 0.9) == AMS
