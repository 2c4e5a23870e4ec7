from __future__ import annotations

import pytest

from fmsdiag.model import Endpoint, FirstBytes, Transport
from fmsdiag.probe.experiments.first_bytes import OTHER_BYTES, OTHER_FIRST_BYTE, said_first, say_first
from fmsdiag.probe.failure import PeerClosed
from tests.probe.experiments.asking import TARGET
from tests.probe.fake_network import FakeStream, reset, rtmp_server
from tests.probe.virtual_time import virtual_time


@pytest.mark.parametrize(
    ("transport", "content"),
    [
        (Transport.RTMP, FirstBytes.RTMP),
        (Transport.RTMPE, FirstBytes.RTMP),
        (Transport.RTMPS, FirstBytes.TLS),
        (Transport.RTMPTS, FirstBytes.TLS),
        (Transport.RTMPT, FirstBytes.RTMPT),
        (Transport.HTTP, FirstBytes.NOTHING),
    ],
)
def test_what_each_transport_says_first(transport: Transport, content: FirstBytes) -> None:
    assert said_first(transport) is content


@pytest.mark.parametrize(
    ("content", "begins", "length"),
    [
        (FirstBytes.RTMP, b"\x03", 1537),
        (FirstBytes.OTHER, bytes((OTHER_FIRST_BYTE,)), OTHER_BYTES),
        (FirstBytes.TLS, b"\x16\x03", None),
        (FirstBytes.RTMPT, b"POST /open/1 HTTP/1.1\r\n", None),
    ],
)
@virtual_time
async def test_any_answer_will_do(content: FirstBytes, begins: bytes, length: int | None) -> None:
    stream = FakeStream("192.0.2.1", 1935, [b"anything"])
    endpoint = Endpoint(Transport.RTMP, "192.0.2.1", 1935)
    told: list[int] = []
    await say_first(content, stream, endpoint, TARGET, lambda: told.append(len(stream.written)))
    assert bytes(stream.written).startswith(begins)
    assert length is None or len(stream.written) == length
    assert told == [0]


@pytest.mark.parametrize("content", [FirstBytes.RTMP, FirstBytes.OTHER, FirstBytes.TLS, FirstBytes.RTMPT])
@virtual_time
async def test_an_end_is_told(content: FirstBytes) -> None:
    endpoint = Endpoint(Transport.RTMP, "192.0.2.1", 1935)
    with pytest.raises(PeerClosed):
        await say_first(content, FakeStream("192.0.2.1", 1935, [b""]), endpoint, TARGET)
    with pytest.raises(ConnectionResetError):
        await say_first(content, FakeStream("192.0.2.1", 1935, [reset()]), endpoint, TARGET)


@virtual_time
async def test_connect_follows_a_handshake_and_s2_is_no_answer() -> None:
    stream = FakeStream("192.0.2.1", 1935, rtmp_server())
    told: list[int] = []
    endpoint = Endpoint(Transport.RTMP, "live.example.com", 1935)
    await say_first(FirstBytes.CONNECT, stream, endpoint, TARGET, lambda: told.append(len(stream.written)))
    assert told == [1537]
    assert b"connect" in stream.written
    assert stream.received.total > 1 + 2 * 1536


@virtual_time
async def test_nothing_is_said_where_nothing_is_to_be_said() -> None:
    stream = FakeStream("192.0.2.1", 80, [])
    endpoint = Endpoint(Transport.HTTP, "192.0.2.1", 80)
    await say_first(FirstBytes.NOTHING, stream, endpoint, TARGET)
    assert not stream.written
