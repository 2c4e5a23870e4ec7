from __future__ import annotations

import asyncio
import itertools

import pytest

from fmsdiag.model import (
    Endpoint,
    ExchangeFacts,
    FailureKind,
    HandshakeFacts,
    Options,
    Status,
    StepName,
    Transport,
)
from fmsdiag.probe.experiments.content import FIRST_BYTE, OTHER_BYTES, SEGMENT_BYTES, WAIT_S, SmallSegments
from fmsdiag.probe.fingerprint import looks_like
from fmsdiag.probe.sockets.network import SystemNetwork
from tests.probe.experiments.asking import E, ask
from tests.probe.fake_network import SILENCE, FakeNetwork, Item, reset, rtmp_server
from tests.probe.virtual_time import now, virtual_time

HERE = Endpoint(Transport.RTMP, "192.0.2.1", 1935)


@pytest.mark.parametrize(
    ("peer", "kind", "came"),
    [
        ([b"\x03what"], None, 5),
        ([b""], FailureKind.CLOSED, 0),
        ([reset()], FailureKind.RESET, 0),
        ([SILENCE], FailureKind.TIMED_OUT, 0),
    ],
    ids=["an answer", "a close", "a reset", "silence"],
)
@virtual_time
async def test_what_comes_of_bytes_that_are_no_protocol(
    peer: list[Item], kind: FailureKind | None, came: int
) -> None:
    net = FakeNetwork({1935: peer})
    attempt = await ask(net, E.OTHER_BYTES, HERE)
    step = attempt.step(StepName.EXCHANGE)
    assert step is not None
    assert (step.failure.kind if step.failure else None, step.bytes_in, step.bytes_out) == (
        kind,
        came,
        OTHER_BYTES,
    )
    assert step.facts == ExchangeFacts(OTHER_BYTES)
    assert attempt.status is (Status.FAILED if kind else Status.CONNECTED)
    (stream,) = net.streams
    assert (stream.written[0], len(stream.written), stream.closed) == (FIRST_BYTE, OTHER_BYTES, 1)
    assert looks_like(bytes(stream.written)) is None
    assert now() - 1000 <= 3.001


@pytest.mark.parametrize(
    ("peer", "kind", "waited_s"),
    [
        ([SILENCE], None, WAIT_S),
        ([b"SSH-2.0-x"], None, 0.0),
        ([b""], FailureKind.CLOSED, 0.0),
        ([reset()], FailureKind.RESET, 0.0),
    ],
    ids=["it stays open", "a greeting", "a close", "a reset"],
)
@virtual_time
async def test_what_comes_of_a_connection_that_says_nothing(
    peer: list[Item], kind: FailureKind | None, waited_s: float
) -> None:
    net = FakeNetwork({1935: peer})
    attempt = await ask(net, E.NO_BYTES, HERE)
    step = attempt.step(StepName.EXCHANGE)
    assert step is not None
    assert (step.failure.kind if step.failure else None) == kind
    assert step.facts == ExchangeFacts(0)
    assert step.elapsed_s == pytest.approx(waited_s, abs=0.01)
    (stream,) = net.streams
    assert (len(stream.written), stream.closed) == (0, 1)


@virtual_time
async def test_bytes_of_no_protocol_do_not_go_through_a_proxy() -> None:
    through = Endpoint(Transport.RTMP, "192.0.2.1", 1935, proxy="http://192.0.2.9:3128")
    net = FakeNetwork()
    attempt = await ask(net, E.OTHER_BYTES, through)
    assert attempt.status is Status.NOT_APPLICABLE
    assert net.streams == []


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
        assert stream.mss is None or stream.mss <= SEGMENT_BYTES
        assert await stream.receive() == b""
        assert stream.unacknowledged in (None, 0)
        await stream.close()


@virtual_time
async def test_what_silence_left_behind_is_in_the_handshakes_facts() -> None:
    net = FakeNetwork({1935: [SILENCE]})
    attempt = await ask(net, E.SMALL_SEGMENTS, HERE)
    facts = attempt.observations[-1].facts
    assert isinstance(facts, HandshakeFacts)
    assert facts.unacknowledged is None
    assert Options().idle_s == 10.0
