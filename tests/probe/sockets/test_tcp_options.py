from __future__ import annotations

import asyncio
import errno
import socket

import pytest

from fmsdiag.probe.sockets.icmp import FACILITIES
from fmsdiag.probe.sockets.network import Traceable
from fmsdiag.probe.sockets.tcp_options import TcpOptions
from tests.probe.loopback import DEADLINE_S, NET, listening, on_linux


async def hello(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"hello")
    await writer.drain()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_a_local_port_can_be_chosen() -> None:
    async with listening(hello) as port:
        wanted = free_port()
        stream = await NET.open_tcp("127.0.0.1", port, TcpOptions(source_port=wanted))
        assert stream.local_port == wanted
        stream.abort()
        # a reset leaves nothing in TIME-WAIT, so the port can be used again at once
        again = await NET.open_tcp("127.0.0.1", port, TcpOptions(source_port=wanted))
        assert again.local_port == wanted
        await again.close()


async def test_a_local_port_in_use_is_told() -> None:
    async with listening(hello) as port:
        with pytest.raises(OSError) as caught:
            await NET.open_tcp("127.0.0.1", port, TcpOptions(source_port=port))
        assert caught.value.errno in (errno.EADDRINUSE, errno.EACCES)  # the second is what Windows says


@on_linux
async def test_what_comes_from_too_far_away_is_ignored() -> None:
    async with listening(hello) as port:
        near = await NET.open_tcp("127.0.0.1", port, TcpOptions(least_ttl=64))
        assert isinstance(near, Traceable)
        async with asyncio.timeout(DEADLINE_S):
            assert await near.receive() == b"hello"
        near.abort()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await NET.open_tcp("127.0.0.1", port, TcpOptions(least_ttl=65))


async def test_a_system_that_cannot_be_told_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FACILITIES, "least_ttl", False)
    async with listening(hello) as port:
        with pytest.raises(OSError) as caught:
            await NET.open_tcp("127.0.0.1", port, TcpOptions(least_ttl=1))
        assert caught.value.errno == errno.ENOPROTOOPT
