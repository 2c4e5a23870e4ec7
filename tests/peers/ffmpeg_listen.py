"""`ffmpeg -listen 1`: an RTMP server for exactly one connection, which takes what is published to it."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.peers.listening import TABLE, is_listening

START_S = 10.0
RUN_S = 20

needs_ffmpeg_server = pytest.mark.skipif(
    shutil.which("ffmpeg") is None or shutil.which("timeout") is None or not TABLE.exists(),
    reason="ffmpeg or timeout is not installed, or this is not Linux",
)


@asynccontextmanager
async def ffmpeg_listen(path: str = "live/a") -> AsyncIterator[int]:
    """The port of a running one; ffmpeg is ended with the block."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = int(held.getsockname()[1])
    process = await asyncio.create_subprocess_exec(
        *("timeout", "-k", "1", str(RUN_S), "ffmpeg", "-loglevel", "quiet", "-listen", "1"),
        *("-i", f"rtmp://127.0.0.1:{port}/{path}", "-f", "null", "-"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    ended = asyncio.create_task(process.wait())
    try:
        async with asyncio.timeout(START_S):
            # a trial connection would take its only place, so the system's table is looked at
            while not is_listening(port):
                await asyncio.wait({ended}, timeout=0.01)
                assert not ended.done(), "ffmpeg ended"
        yield port
    finally:
        if process.returncode is None:
            process.terminate()  # which `timeout` passes on, and follows up with SIGKILL
        await ended
