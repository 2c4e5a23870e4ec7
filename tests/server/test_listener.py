from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from fmsdiag.server.certificate import tls_context
from fmsdiag.server.connection import Connection
from fmsdiag.server.events import EventKind
from fmsdiag.server.limits import Limits
from fmsdiag.server.listener import Handler, Listener, bind_socket, format_peer
from tests.server.clients import HOST, EventLog, raw_client


@asynccontextmanager
async def listening(handler: Handler, log: EventLog, limits: Limits | None = None) -> AsyncIterator[Listener]:
    listener = Listener("test", await bind_socket(HOST, 0), handler, limits=limits or Limits(), on_event=log)
    try:
        yield listener
    finally:
        await listener.aclose()


async def hold(connection: Connection) -> None:
    await connection.hold()


async def test_more_connections_than_allowed_are_closed_at_once() -> None:
    log = EventLog()
    async with (
        listening(hold, log, Limits(connections=2)) as listener,
        raw_client(listener.port) as one,
        raw_client(listener.port) as two,
    ):
        await log.wait_for(EventKind.OPENED, 2)
        async with raw_client(listener.port) as three:
            assert await three.read() == b""
        await log.wait_for(EventKind.REFUSED)
        assert listener.connection_count == 2
        assert await one.hears_nothing()
        two.writer.close()
        await log.wait_for(EventKind.CLOSED)
        async with raw_client(listener.port) as four:
            assert await four.hears_nothing()


async def test_a_handler_that_crashes_takes_only_its_connection_with_it() -> None:
    async def crash(connection: Connection) -> None:
        raise LookupError("a bug\nin two lines")

    log = EventLog()
    async with listening(crash, log) as listener:
        for _ in range(2):
            async with raw_client(listener.port) as client:
                assert await client.read() == b""
    assert [event.detail for event in log.of(EventKind.FAILED)] == ["LookupError: a bug�in two lines"] * 2


async def test_closing_drops_connections_and_leaves_no_task() -> None:
    log = EventLog()
    before = asyncio.all_tasks()
    async with listening(hold, log) as listener, raw_client(listener.port) as client:
        await log.wait_for(EventKind.OPENED)
        await listener.aclose()
        assert await client.read() == b""
        with pytest.raises(ConnectionRefusedError):
            async with raw_client(listener.port):
                pass
    assert asyncio.all_tasks() == before


async def test_a_tls_client_that_says_nothing_is_dropped() -> None:
    log = EventLog()
    bound = await bind_socket(HOST, 0)
    listener = Listener("tls", bound, hold, limits=Limits(handshake_s=0.05), tls=tls_context(), on_event=log)
    async with raw_client(listener.port) as client:
        assert await client.read_all() == b""
    await log.wait_for(EventKind.CLOSED)
    await listener.aclose()


async def test_small_answers_are_not_held_back() -> None:
    seen: list[int] = []

    async def look(connection: Connection) -> None:
        raw = connection._writer.get_extra_info("socket")
        seen.append(raw.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))

    log = EventLog()
    async with listening(look, log) as listener, raw_client(listener.port):
        await log.wait_for(EventKind.CLOSED)
    assert seen[0] != 0


async def test_a_port_that_is_taken_is_an_os_error() -> None:
    with socket.create_server((HOST, 0)) as taken, pytest.raises(OSError):
        await bind_socket(HOST, taken.getsockname()[1])


def test_peers_are_written_like_urls() -> None:
    assert format_peer(("127.0.0.1", 5)) == "127.0.0.1:5"
    assert format_peer(("::1", 5, 0, 0)) == "[::1]:5"
