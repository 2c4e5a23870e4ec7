from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from fmsdiag.server.connection import Connection
from fmsdiag.server.faults import Fault, parse_fault
from fmsdiag.server.limits import Limits
from fmsdiag.server.listener import Listener, bind_socket
from tests.server.clients import HOST, RawClient, raw_client


@asynccontextmanager
async def served(
    handler: Callable[[Connection], Awaitable[None]], fault: Fault | None = None, limits: Limits | None = None
) -> AsyncIterator[RawClient]:
    """A client whose connection `handler` serves."""
    bound = await bind_socket(HOST, 0)
    listener = Listener("test", bound, handler, limits=limits or Limits(), fault=fault)
    try:
        async with raw_client(listener.port) as client:
            yield client
    finally:
        await listener.aclose()


async def test_what_was_unread_is_received_again() -> None:
    async def handler(connection: Connection) -> None:
        first = await connection.receive(5)
        connection.unread(first)
        await connection.send(await connection.receive(5))
        await connection.finish()

    async with served(handler) as client:
        await client.send(b"again")
        assert await client.read_all() == b"again"


async def test_an_orderly_end_delivers_the_last_answer_though_bytes_are_unread() -> None:
    async def handler(connection: Connection) -> None:
        await connection.receive(5)
        await connection.send(b"x" * 200_000)
        await connection.finish()

    async with served(handler) as client:
        await client.send(b"a")
        await client.send(b"b" * 100_000)
        assert len(await client.read_all()) == 200_000


async def test_reset_is_seen_as_reset() -> None:
    async def handler(connection: Connection) -> None:
        connection.reset()

    async with served(handler) as client:
        with pytest.raises(ConnectionResetError):
            await client.read()


async def test_a_flood_ends_when_the_peer_has_gone() -> None:
    ended = asyncio.Event()

    async def handler(connection: Connection) -> None:
        try:
            await connection.flood(b"abc")
        finally:
            ended.set()

    async with served(handler) as client:
        assert (await client.read_exactly(1_000_000)).startswith(b"abcabc")
    async with asyncio.timeout(5):
        await ended.wait()


async def test_a_peer_that_takes_nothing_is_given_up() -> None:
    outcome: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def handler(connection: Connection) -> None:
        try:
            await connection.flood(b"x")
        except TimeoutError:
            outcome.set_result("given up")

    async with served(handler, limits=Limits(send_s=0.05)):
        async with asyncio.timeout(5):
            assert await outcome == "given up"


async def test_a_peer_that_lags_behind_is_dropped_by_push() -> None:
    async def handler(connection: Connection) -> None:
        connection.push(b"x" * 5_000)
        connection.push(b"x" * 10_000)
        assert await connection.receive(5) == b""

    async with served(handler, limits=Limits(outgoing_bytes=9_999)) as client:
        assert len(await client.read_all()) <= 5_000


async def test_slow_delays_the_first_answer_only() -> None:
    loop = asyncio.get_running_loop()
    moments: list[float] = []

    async def handler(connection: Connection) -> None:
        for answer in (b"first", b"second", b""):
            moments.append(loop.time())
            await connection.send(answer)
        await connection.finish()

    async with served(handler, parse_fault("slow:0.1")) as client:
        assert await client.read_all() == b"firstsecond"
    first, second, end = moments
    assert second - first >= 0.09  # timers may fire a little early
    assert end - second < 0.09


async def test_drip_sends_byte_by_byte_and_keeps_the_order_of_what_is_pushed() -> None:
    async def handler(connection: Connection) -> None:
        asyncio.get_running_loop().call_soon(connection.push, b"pushed")
        await connection.send(b"dripping")
        await connection.finish()

    async with served(handler, parse_fault("drip:0.001")) as client:
        assert await client.read() == b"d"
        assert await client.read_all() == b"rippingpushed"
