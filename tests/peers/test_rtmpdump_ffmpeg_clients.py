"""ffmpeg and rtmpdump, as they come with Debian, as clients of our server: connect, publish and play."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from fmsdiag.server.events import EventKind
from fmsdiag.server.service import Server, ServerOptions
from tests.server.clients import EventLog

pytestmark = [pytest.mark.peer]

LIMIT_S = 8  # of a client's run; rtmpdump can ignore SIGTERM, so `timeout -k` kills it
TRANSPORTS = ["rtmp", "rtmps", "rtmpt", "rtmpts"]
ENCRYPTED = ["rtmpe", "rtmpte"]
"""Of the two clients, only rtmpdump speaks RTMPE."""
LISTENERS = {"rtmpts": "rtmps", "rtmpe": "rtmp", "rtmpte": "rtmpt"}
"""Where a transport is spoken that has no listener of its own."""

needs_ffmpeg = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
needs_rtmpdump = pytest.mark.skipif(shutil.which("rtmpdump") is None, reason="rtmpdump is not installed")
needs_timeout = pytest.mark.skipif(shutil.which("timeout") is None, reason="timeout (coreutils) is missing")


async def start(*command: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *("timeout", "-k", "1", str(LIMIT_S), *command),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )


async def output_of(process: asyncio.subprocess.Process) -> str:
    _, error = await process.communicate()
    return error.decode(errors="replace")


async def start_publishing(url: str, seconds: float) -> asyncio.subprocess.Process:
    """A small test picture in real time."""
    source = "testsrc=size=64x48:rate=10"
    return await start(
        *("ffmpeg", "-hide_banner", "-loglevel", "error", "-re", "-f", "lavfi", "-i", source),
        *("-t", str(seconds), "-c:v", "flv1", "-g", "5", "-f", "flv", url),
    )


@asynccontextmanager
async def serving() -> AsyncIterator[tuple[dict[str, str], EventLog]]:
    """URLs of stream "a" by transport, and what the server tells."""
    log = EventLog()
    async with Server(ServerOptions(rtmp=0, rtmps=0, rtmpt=0), log) as server:
        ports = {
            **server.ports,
            **{transport: server.ports[listener] for transport, listener in LISTENERS.items()},
        }
        yield {name: f"{name}://127.0.0.1:{port}/live/a" for name, port in ports.items()}, log
    assert log.of(EventKind.FAILED) == []
    assert log.of(EventKind.PROTOCOL_ERROR) == []


@needs_timeout
@needs_ffmpeg
@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_ffmpeg_publishes(transport: str) -> None:
    async with serving() as (urls, log):
        process = await start_publishing(urls[transport], 0.5)
        complaints = await output_of(process)
        assert process.returncode == 0, complaints
        listener = LISTENERS.get(transport, transport)
        assert [(e.listener, e.detail) for e in log.of(EventKind.ACCEPTED)] == [(listener, "live")]
        assert [e.detail for e in log.of(EventKind.PUBLISH)] == ["live/a"]
        assert [e.detail for e in log.of(EventKind.HANDSHAKE)] == ["digest"]


@needs_timeout
@needs_rtmpdump
@pytest.mark.parametrize("transport", [*TRANSPORTS, *ENCRYPTED])
async def test_rtmpdump_connects_and_asks_to_play(transport: str) -> None:
    async with serving() as (urls, log):
        process = await start("rtmpdump", "--verbose", "--live", "--rtmp", urls[transport], "-o", "/dev/null")
        event = await log.wait_for(EventKind.PLAY)
        process.terminate()
        said = await output_of(process)
        assert (event.listener, event.detail) == (LISTENERS.get(transport, transport), "live/a")
        assert "Connected..." in said
        handshake = "rtmpe" if transport in ENCRYPTED else "simple"
        assert [e.detail for e in log.of(EventKind.HANDSHAKE)] == [handshake]


@needs_timeout
@needs_ffmpeg
@needs_rtmpdump
@pytest.mark.parametrize("transport", [*TRANSPORTS, *ENCRYPTED])
async def test_rtmpdump_plays_what_ffmpeg_publishes(transport: str, tmp_path: Path) -> None:
    async with serving() as (urls, log):
        file = tmp_path / "a.flv"
        player = await start("rtmpdump", "--live", "--rtmp", urls[transport], "-o", str(file))
        await log.wait_for(EventKind.PLAY)
        publisher = await start_publishing(urls["rtmp"], 0.5)
        said = await output_of(player)  # ends by itself when the stream is unpublished
        await output_of(publisher)
        assert "encoder" in said, said  # of the metadata
        assert file.read_bytes().startswith(b"FLV\1")
        assert file.stat().st_size > 1000


@needs_timeout
@needs_ffmpeg
@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_ffmpeg_is_told_that_the_application_is_wrong(transport: str) -> None:
    async with serving() as (urls, log):
        process = await start_publishing(urls[transport].replace("/live/", "/none/"), 0.5)
        said = await output_of(process)
        assert process.returncode != 0
        assert "Application (none) is not defined." in said
        assert len(log.of(EventKind.REJECTED)) == 1
