from __future__ import annotations

import asyncio
import errno
import socket
import sys

import psutil
import pytest

from fmsdiag.server.silent_port import open_silent_port
from tests.server.clients import HOST, QUIET_S


@pytest.mark.skipif(sys.platform == "win32", reason="Windows answers with RST when the queue is full")
async def test_connection_requests_are_swallowed() -> None:
    port = await open_silent_port()
    try:
        assert port.silent
        for _ in range(3):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(QUIET_S):
                    await asyncio.open_connection(HOST, port.port)
    finally:
        port.close()


async def test_where_that_cannot_be_the_port_is_closed_and_kept() -> None:
    port = await open_silent_port(most_fillers=0)
    try:
        assert not port.silent
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(HOST, port.port)
        with socket.socket() as other, pytest.raises(OSError) as caught:
            other.bind((HOST, port.port))
        assert caught.value.errno == errno.EADDRINUSE
    finally:
        port.close()


async def test_closing_leaves_nothing_behind() -> None:
    port = await open_silent_port()
    port.close()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection(HOST, port.port)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows answers with RST when the queue is full")
async def test_an_opening_that_is_cancelled_leaves_nothing_behind() -> None:
    before = psutil.Process().num_fds()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(QUIET_S):  # the proof of silence takes longer
            await open_silent_port()
    assert psutil.Process().num_fds() == before
