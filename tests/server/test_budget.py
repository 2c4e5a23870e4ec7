"""What all peers together cost is bounded, whoever they are; a peer that behaves is served beside them."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc
from contextlib import AsyncExitStack

import pytest

from fmsdiag.protocol.handshake import MESSAGE_SIZE
from fmsdiag.server.budget import Budget, OverBudget
from fmsdiag.server.events import EventKind
from fmsdiag.server.limits import Limits
from fmsdiag.server.service import Server, ServerOptions
from tests.server.clients import EventLog, RawClient, raw_client, rtmp_client
from tests.systems import ON_WINDOWS

MEGABYTE = 1 << 20
SET_CHUNK_SIZE = b"\x02\x00\x00\x00\x00\x00\x04\x01\x00\x00\x00\x00" + (4 * MEGABYTE).to_bytes(4, "big")


def unfinished(size: int) -> bytes:
    """The beginning of a message of 3 MB, as a hostile peer leaves it."""
    return b"\x03\x00\x00\x00" + (3 * MEGABYTE).to_bytes(3, "big") + b"\x14\x00\x00\x00\x00" + bytes(size)


async def shake_hands(client: RawClient) -> None:
    await client.send(b"\x03" + bytes(MESSAGE_SIZE))
    answer = await client.read_exactly(1 + 2 * MESSAGE_SIZE)
    await client.send(answer[1 : 1 + MESSAGE_SIZE])


def test_holders_are_counted_until_they_are_released() -> None:
    budget = Budget(Limits(all_bytes=100))
    budget.keep("a", 60)
    budget.keep("b", 40)
    assert (budget.total_bytes, budget.why_full) == (100, "100 bytes are kept for all peers")
    with pytest.raises(OverBudget):
        budget.keep("b", 41)
    budget.keep("b", 10)
    assert (budget.total_bytes, budget.why_full) == (70, "")
    budget.release("a")
    budget.release("a")
    budget.release("nobody")
    assert budget.total_bytes == 10


def test_connections_are_counted() -> None:
    budget = Budget(Limits(all_connections=2))
    budget.enter()
    budget.enter()
    assert budget.why_full == "2 connections are open on all ports"
    budget.leave()
    budget.enter()
    assert budget.why_full


async def test_connections_of_all_listeners_are_bounded_together() -> None:
    log = EventLog()
    options = ServerOptions(rtmp=0, http=0, limits=Limits(all_connections=3))
    async with Server(options, log) as server, AsyncExitStack() as stack:
        for name in ("rtmp", "http", "rtmp"):
            await stack.enter_async_context(raw_client(server.ports[name]))
        await log.wait_for(EventKind.OPENED, 3)
        async with raw_client(server.ports["http"]) as fourth:
            assert await fourth.read() == b""  # a FIN, no reset
        assert [e.detail for e in log.of(EventKind.REFUSED)] == ["3 connections are open on all ports"]
    assert server.budget.why_full == ""


async def test_many_hostile_peers_cost_no_more_than_the_budget() -> None:
    """Forty that leave a megabyte of a message each: 40 MB, of which the server keeps 4."""
    log = EventLog()
    limits = Limits(all_bytes=4 * MEGABYTE)
    async with Server(ServerOptions(rtmp=0, limits=limits), log) as server, AsyncExitStack() as stack:
        gc.collect()
        gc.enable()  # as in the program; the tests collect only between them
        tracemalloc.start()
        try:
            sending = []
            for _ in range(40):
                client = await stack.enter_async_context(raw_client(server.ports["rtmp"]))
                sending.append(asyncio.create_task(be_hostile(client)))
            await asyncio.gather(*sending)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
            gc.disable()
        assert server.budget.total_bytes <= limits.all_bytes
        assert len(log.of(EventKind.CLOSED)) >= 30
        assert any("all peers together" in e.detail for e in log.of(EventKind.CLOSED))
        # the test's own copies, and what the connections hold in asyncio, are in it as well
        # (of Windows' loop, pending reads of 64 kB and more for each)
        assert ON_WINDOWS or peak < 40 * MEGABYTE // 2
    assert server.budget.total_bytes == 0


async def be_hostile(client: RawClient) -> None:
    """Leave a message unfinished, slowly enough for all of them to be at it at the same time."""
    try:
        await shake_hands(client)
        await client.send(SET_CHUNK_SIZE + unfinished(0))
        for _ in range(16):
            await client.send(bytes(MEGABYTE // 16))
            await asyncio.sleep(0)
    except (ConnectionError, asyncio.IncompleteReadError, TimeoutError):
        pass


async def test_who_does_not_exceed_it_is_served_beside_those_who_do() -> None:
    log = EventLog()
    limits = Limits(all_bytes=MEGABYTE)
    async with (
        Server(ServerOptions(rtmp=0, limits=limits), log) as server,
        raw_client(server.ports["rtmp"]) as hostile,
        rtmp_client(server.ports["rtmp"]) as client,
    ):
        await shake_hands(hostile)
        await hostile.send(SET_CHUNK_SIZE + unfinished(2 * MEGABYTE))
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await hostile.read_exactly(1)
        assert (await client.connect()).accepted


async def test_a_tunnel_is_counted_and_bounded() -> None:
    log = EventLog()
    async with (
        Server(ServerOptions(rtmpt=0, limits=Limits(all_bytes=100_000)), log) as server,
        raw_client(server.ports["rtmpt"]) as client,
    ):
        session = (await post(client, "/open/1", b"\0")).strip().decode()
        assert session
        handshake = b"\x03" + bytes(MESSAGE_SIZE)
        first = await post(client, f"/send/{session}/0", handshake)
        c2 = first[2 : 2 + MESSAGE_SIZE]
        await post(client, f"/send/{session}/1", c2 + SET_CHUNK_SIZE + unfinished(50_000))
        assert 50_000 <= server.budget.total_bytes <= 100_000
        with pytest.raises(EOFError):
            await post(client, f"/send/{session}/2", bytes(60_000))
        await log.wait_for(EventKind.CLOSED)
        assert 50_000 <= server.budget.total_bytes <= 100_000  # the session is there until it idles out


async def post(client: RawClient, path: str, body: bytes) -> bytes:
    """The body of the answer. Raises EOFError when the server closes instead."""
    head = f"POST {path} HTTP/1.1\r\nHost: h\r\nContent-Length: {len(body)}\r\n\r\n"
    await client.send(head.encode() + body)
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += await more(client)
    top, _, rest = answer.partition(b"\r\n\r\n")
    length = next(
        int(line[15:]) for line in top.split(b"\r\n") if line.lower().startswith(b"content-length:")
    )
    while len(rest) < length:
        rest += await more(client)
    return rest


async def more(client: RawClient) -> bytes:
    data = await client.read()
    if not data:
        raise EOFError
    return data
