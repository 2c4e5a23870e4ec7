"""The bounds, met from outside: what a hostile or a broken client gets."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import asdict

import pytest

from fmsdiag.protocol.events import ConnectAnswered, S1Received
from fmsdiag.protocol.message import Video
from fmsdiag.server.events import EventKind
from fmsdiag.server.limits import Limits
from fmsdiag.server.service import Server, ServerOptions
from tests.server.clients import EventLog, connect_over, http_client, raw_client, request_for, rtmp_client
from tests.server.listeners import options_for


def test_every_bound_is_a_bound() -> None:
    assert all(value > 0 for value in asdict(Limits()).values())


@pytest.mark.parametrize("listener", ["rtmp", "rtmpt", "http", "admin"])
@pytest.mark.parametrize("sent", [b"", b"\3", b"GET / HTTP/1.1\r\n"])
async def test_a_client_that_does_not_get_on_with_it_is_closed(listener: str, sent: bytes) -> None:
    server = Server(options_for(listener, limits=Limits(handshake_s=0.05)))
    async with server, raw_client(server.ports[listener]) as client:
        await client.send(sent)
        await client.read_all()  # ends, perhaps after an error page


async def test_a_byte_now_and_then_does_not_prolong_the_handshake() -> None:
    server = Server(ServerOptions(rtmp=0, limits=Limits(handshake_s=0.1)))
    async with server, raw_client(server.ports["rtmp"]) as client:
        await client.send(b"\3")
        answer = asyncio.create_task(client.read_all())
        while not answer.done():
            client.writer.write(b"\0")
            await asyncio.wait((answer,), timeout=0.02)
        with contextlib.suppress(
            ConnectionResetError
        ):  # a byte that crosses the close is answered by a reset
            assert await answer == b""


async def test_a_connected_client_may_be_idle_longer_than_the_handshake() -> None:
    server = Server(ServerOptions(rtmp=0, limits=Limits(handshake_s=0.2, idle_s=0.4)))
    async with server, rtmp_client(server.ports["rtmp"]) as client:
        loop = asyncio.get_running_loop()
        started = loop.time()
        await client.connect()
        await client.raw.read_all()
        assert loop.time() - started >= 0.35


async def test_a_message_that_is_too_long_closes() -> None:
    log = EventLog()
    async with Server(ServerOptions(rtmp=0, limits=Limits(message_bytes=1000)), log) as server:
        async with rtmp_client(server.ports["rtmp"]) as client:
            await client.connect()
            client.session.send_message(Video(bytes(1001)), 1)
            await client.raw.send(client.session.take_output())
            await client.raw.read_all()
        await log.wait_for(EventKind.PROTOCOL_ERROR)


async def test_a_server_under_fire_still_serves() -> None:
    """Garbage of many kinds on many connections, and then an honest client."""
    garbage = (
        b"\3" + bytes(3072) + b"\xff" * 1000,
        b"\x16\x03\x01\x02\x00" + bytes(512),
        b"SSH-2.0-x\r\n",
        b"POST /send/../0 HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\n" + bytes(10_000),
        b"\0" * 10_000,
    )
    log = EventLog()
    async with Server(ServerOptions(rtmp=0, rtmpt=0, limits=Limits(linger_s=0.05)), log) as server:
        for port in server.ports.values():
            for sent in garbage:
                async with raw_client(port) as client:
                    await client.send(sent)
        await log.wait_for(EventKind.CLOSED, 2 * len(garbage))
        assert (await connect_over(server.ports["rtmp"])).accepted
        async with http_client(server.ports["rtmpt"]) as client:
            assert (await client.request("POST", "/open/1", b"\0")).status == 200
    assert log.of(EventKind.FAILED) == []


async def test_commands_without_end_are_answered_within_bounds() -> None:
    """A client that asks and never reads: the server stops reading, and lets go of it in the end."""
    log = EventLog()
    async with Server(ServerOptions(rtmp=0, limits=Limits(send_s=0.1)), log) as server:
        async with rtmp_client(server.ports["rtmp"]) as client:
            await client.until(S1Received)
            client.session.connect(request_for())
            await client.until(ConnectAnswered)
            for _ in range(2000):
                client.session.call("unknown")
            batch = client.session.take_output()
            transport = client.raw.writer.transport
            assert isinstance(transport, asyncio.Transport)
            transport.pause_reading()
            with contextlib.suppress(ConnectionError):
                while True:
                    await client.raw.send(batch)
        await log.wait_for(EventKind.CLOSED)
