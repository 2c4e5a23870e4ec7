from __future__ import annotations

import asyncio
import itertools

from fmsdiag.model import (
    Endpoint,
    HandshakeFacts,
    Options,
    Status,
    StepName,
    Transport,
)
from fmsdiag.probe.experiments.small_segments import SEGMENT_BYTES, SmallSegments
from fmsdiag.probe.sockets.network import SystemNetwork
from tests.probe.experiments.asking import E, ask
from tests.probe.fake_network import SILENCE, FakeNetwork, rtmp_server
from tests.probe.virtual_time import virtual_time

HERE = Endpoint(Transport.RTMP, "192.0.2.1", 1935)


@virtual_time
async def test_an_attempt_in_small_segments_says_so_to_the_system_and_sends_small_pieces() -> None:
    net = FakeNetwork({1935: rtmp_server()})
    pieces: list[int] = []
    attempt = await ask(net, E.SMALL_SEGMENTS, HERE)
    assert attempt.status is Status.CONNECTED
    assert [o.step for o in attempt.observations] == [StepName.TCP, StepName.HANDSHAKE, StepName.CONNECT]
    assert net.segments == [SEGMENT_BYTES]
    assert pieces == []


async def test_no_segment_is_longer_than_asked_for_and_all_of_it_arrives() -> None:
    arrived: asyncio.Queue[bytes] = asyncio.Queue()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        arrived.put_nowait(await reader.readexactly(3000))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        stream = await SmallSegments(SystemNetwork()).open_tcp("127.0.0.1", port)
        data = bytes(itertools.islice(itertools.cycle(range(256)), 3000))
        await stream.send(data)
        assert await arrived.get() == data
        assert stream.tcp.mss is None or stream.tcp.mss <= SEGMENT_BYTES
        assert await stream.receive() == b""
        assert stream.tcp.unacknowledged in (None, 0)
        await stream.close()


@virtual_time
async def test_what_silence_left_behind_is_in_the_handshakes_facts() -> None:
    net = FakeNetwork({1935: [SILENCE]})
    attempt = await ask(net, E.SMALL_SEGMENTS, HERE)
    facts = attempt.observations[-1].facts
    assert isinstance(facts, HandshakeFacts)
    assert facts.unacknowledged is None
    assert Options().idle_s == 10.0
