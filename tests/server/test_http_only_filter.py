from __future__ import annotations

import asyncio
import sys

import pytest

from fmsdiag.server.connection import end_by_reset
from fmsdiag.server.events import EventKind
from fmsdiag.server.faults import parse_fault
from fmsdiag.server.http_only_filter import HttpOnlyFilter
from fmsdiag.server.limits import Limits
from fmsdiag.server.service import Server, ServerOptions
from tests.server.clients import HOST, QUIET_S, EventLog, http_client, raw_client, tunnelled_client


async def test_http_and_the_tunnel_pass() -> None:
    async with (
        Server(ServerOptions(rtmpt=0)) as server,
        HttpOnlyFilter((HOST, server.ports["rtmpt"])) as wall,
    ):
        async with http_client(wall.web_port) as web:
            assert (await web.request("GET", "/")).status == 404
        async with tunnelled_client(wall.web_port) as client:
            assert (await client.connect()).accepted


@pytest.mark.parametrize(
    "sent",
    [
        b"\3" + bytes(1536),
        b"\x16\x03\x01\x02\x00\x01",
        b"GETAWAY",
        b"get / HTTP/1.1\r\n",
        b"P\0",
        b"SSH-2.0-x\r\n",
    ],
)
async def test_everything_else_is_reset(sent: bytes) -> None:
    log = EventLog()
    async with (
        Server(ServerOptions(rtmpt=0)) as server,
        HttpOnlyFilter((HOST, server.ports["rtmpt"]), on_event=log) as wall,
        raw_client(wall.web_port) as client,
    ):
        await client.send(sent)
        with pytest.raises(ConnectionResetError):
            await client.read()
        await log.wait_for(EventKind.FAULT)


async def test_a_request_may_come_byte_by_byte() -> None:
    async with (
        Server(ServerOptions(http=0)) as server,
        HttpOnlyFilter((HOST, server.ports["http"])) as wall,
        raw_client(wall.web_port) as client,
    ):
        for value in b"OPTIONS * HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n":
            await client.send(bytes((value,)))
        assert (await client.read_all()).startswith(b"HTTP/1.1 405 ")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows answers with RST when the queue is full")
async def test_other_ports_swallow() -> None:
    async with HttpOnlyFilter((HOST, 1)) as wall:
        assert wall.blocks_silently
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(QUIET_S):
                await asyncio.open_connection(HOST, wall.blocked_port)


async def test_the_ends_of_both_sides_are_passed_on() -> None:
    options = ServerOptions(http=0, faults=(parse_fault("http=silence"),))
    log = EventLog()
    async with Server(options, log) as server, HttpOnlyFilter((HOST, server.ports["http"])) as wall:
        async with raw_client(wall.web_port) as client:
            await client.send(b"GET / HTTP/1.1\r\n\r\n")
            client.writer.write_eof()
            assert await client.read_all() == b""  # the server, too, ends at FIN
        await log.wait_for(EventKind.CLOSED)


@pytest.mark.parametrize("sent", [b"GET / HTTP/1.1\r\n\r\n", b"POST /x HTTP/1.1\r\n\r\n"])
async def test_a_server_that_is_not_there_resets(sent: bytes) -> None:
    async with Server(ServerOptions(http=0, faults=(parse_fault("http=refuse"),))) as server:
        wall = HttpOnlyFilter((HOST, server.ports["http"]))
        async with wall, raw_client(wall.web_port) as client:
            await client.send(sent)
            with pytest.raises(ConnectionResetError):
                await client.read()


async def test_who_ends_without_a_word_is_answered_by_an_end() -> None:
    async with HttpOnlyFilter((HOST, 1)) as wall, raw_client(wall.web_port) as client:
        client.writer.write_eof()
        assert await client.read_all() == b""


async def test_a_reset_by_the_server_is_passed_on() -> None:
    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        end_by_reset(writer.transport)

    async with await asyncio.start_server(reset, HOST) as target:
        wall = HttpOnlyFilter(target.sockets[0].getsockname())
        async with wall, raw_client(wall.web_port) as client:
            await client.send(b"GET / HTTP/1.1\r\n")
            with pytest.raises(ConnectionResetError):
                await client.read()


async def test_who_says_nothing_is_closed_and_the_end_leaves_no_task() -> None:
    before = asyncio.all_tasks()
    wall = HttpOnlyFilter((HOST, 1), limits=Limits(handshake_s=0.05))
    async with wall, raw_client(wall.web_port) as client:
        await client.send(b"G")
        assert await client.read_all() == b""
    assert asyncio.all_tasks() == before
