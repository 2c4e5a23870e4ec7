"""Wireshark's own reading of packet files: RTMP by its names, nothing malformed, no checksum that does not fit."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from fmsdiag.server.service import Server
from tests.probe.loopback import closed_port, needs_ipv6
from tests.report.packets.runs import Recorded, record
from tests.server.listeners import options_for

pytestmark = [
    pytest.mark.peer,
    pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed"),
]
CHECKS = [f"{name}.check_checksum:TRUE" for name in ("ip", "tcp", "udp")]


async def tshark(file: Path, *arguments: str, rtmp_port: int = 0, rtmfp_port: int = 0) -> list[str]:
    """The lines that tshark prints; `rtmp_port` speaks RTMP, which it would look for at 1935 alone.

    What goes to `rtmfp_port` is encrypted: it may begin like anything, and is not to be guessed.
    """
    command = ["tshark", "-n", "-r", str(file), *arguments]
    for check in CHECKS:
        command += ["-o", check]
    if rtmp_port:
        command += ["-d", f"tcp.port=={rtmp_port},rtmpt"]
    if rtmfp_port:
        command += ["-d", f"udp.port=={rtmfp_port},data"]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, timeout=50)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def written(run: Recorded, folder: Path) -> Path:
    path = folder / "run.pcapng"
    path.write_bytes(run.file())
    return path


async def faults(path: Path, rtmp_port: int = 0, rtmfp_port: int = 0) -> list[str]:
    """What Wireshark finds wrong with packets; a reset is none."""
    wrong = "_ws.malformed || ip.checksum.status==0 || tcp.checksum.status==0 || udp.checksum.status==0"
    lost = "tcp.analysis.lost_segment || tcp.analysis.ack_lost_segment || tcp.analysis.retransmission"
    return await tshark(path, "-Y", f"{wrong} || {lost}", rtmp_port=rtmp_port, rtmfp_port=rtmfp_port)


@pytest.mark.parametrize("host", ["127.0.0.1", pytest.param("::1", marks=needs_ipv6)])
async def test_handshake_and_connect_are_named(tmp_path: Path, host: str) -> None:
    async with Server(replace(options_for("rtmp"), listen=host)) as server:
        port = server.ports["rtmp"]
        at = f"[{host}]" if ":" in host else host
        run = await record(f"rtmp://{at}:{port}/live/k7Xq9fPz4471", publish=True)
    path = written(run, tmp_path)
    said = "\n".join(await tshark(path, rtmp_port=port))
    for name in ("Handshake C0+C1", "Handshake S0+S1+S2", "connect('live')", "NetConnection.Connect.Success"):
        assert name in said
    assert "publish('************" in said
    assert await faults(path, port) == []


async def test_every_transport_is_without_fault(tmp_path: Path) -> None:
    async with Server(options_for("rtmp", "rtmpt", "rtmps", "rtmfp")) as server:
        p = server.ports
        ports = f"rtmpe:{p['rtmp']},rtmpt:{p['rtmpt']},rtmps:{p['rtmps']},rtmfp:{p['rtmfp']},{closed_port()}"
        run = await record("rtmp://127.0.0.1/live", ports)
    path = written(run, tmp_path)
    assert await faults(path, p["rtmp"], p["rtmfp"]) == []
    protocols = set(await tshark(path, "-T", "fields", "-e", "_ws.col.Protocol"))
    assert {"HTTP", "UDP"} <= protocols
    assert any(name.startswith("TLS") for name in protocols)


async def test_comments_are_shown_at_their_packets(tmp_path: Path) -> None:
    async with Server(options_for("rtmp", faults=["reset-after-c1"])) as server:
        run = await record(f"rtmp://127.0.0.1:{server.ports['rtmp']}/live")
    path = written(run, tmp_path)
    shown = await tshark(
        path, "-Y", "tcp.flags.reset==1 && frame.comment", "-T", "fields", "-e", "frame.comment"
    )
    cause = run.report.findings[0].cause
    assert any(f"{cause}: the connection is reset here" in line for line in shown)
