"""What a recorder keeps of connections on loopback, and that it is bounded and does not change what they do."""

import asyncio
import errno
import os
import socket
from typing import Any

import pytest

from fmsdiag.model import Carrier, Icmp, RecordedConversation, TrafficEvent
from fmsdiag.probe.sockets import recording
from fmsdiag.probe.sockets.icmp import ConnectError
from fmsdiag.probe.sockets.network import Network, SystemNetwork, Traceable
from fmsdiag.probe.sockets.recording import MAX_CONVERSATION_BYTES, TrafficRecorder
from fmsdiag.probe.sockets.tcp_options import TcpOptions
from fmsdiag.server.connection import end_by_reset
from tests.probe.fake_network import SILENCE, FakeNetwork, rtmp_server
from tests.probe.loopback import DEADLINE_S, HOSTS, closed_port, listening, on_linux

E = TrafficEvent


def recorded(net: Network | None = None) -> tuple[TrafficRecorder, Network]:
    """A recorder, and a network that it hears; the clock counts up."""
    recorder = TrafficRecorder()
    ticks = iter(range(10**9))
    return recorder, recorder.over(net or SystemNetwork(), lambda: float(next(ticks)))


def events(conversation: RecordedConversation) -> list[TrafficEvent]:
    return [record.event for record in conversation.records]


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)


@pytest.mark.parametrize("host", HOSTS)
async def test_a_connection_with_its_ports_and_bytes(host: str) -> None:
    recorder, net = recorded()
    async with listening(echo, host) as port, asyncio.timeout(DEADLINE_S):
        stream = await net.open_tcp(host, port)
        local = stream.tcp.local_port
        await stream.send(b"hello")
        assert await stream.receive() == b"hello"
        assert (stream.sent.total, stream.received.total) == (5, 5)
        await stream.close()
        await stream.close()
    (kept,) = recorder.traffic.conversations
    assert (kept.carrier, kept.peer_address, kept.peer_port) == (Carrier.TCP, host, port)
    assert (kept.address, kept.port) == (host, local)
    assert events(kept) == [E.OPENING, E.OPENED, E.SENT, E.RECEIVED, E.ENDED]
    assert [r.at_s for r in kept.records] == sorted(r.at_s for r in kept.records)


async def test_a_refused_connect_knows_from_where_it_was_made() -> None:
    recorder, net = recorded()
    port = closed_port()
    with pytest.raises(ConnectionRefusedError if os.name == "nt" else OSError):
        await net.open_tcp("127.0.0.1", port)
    (kept,) = recorder.traffic.conversations
    assert events(kept) == [E.OPENING, E.PEER_RESET]
    assert kept.address == "127.0.0.1"
    assert kept.port


async def test_a_peers_end_and_a_peers_reset() -> None:
    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(1)
        end_by_reset(writer.transport)

    async def end(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(1)

    recorder, net = recorded()
    async with listening(reset) as resets, listening(end) as ends, asyncio.timeout(DEADLINE_S):
        stream = await net.open_tcp("127.0.0.1", resets)
        await stream.send(b"x")
        with pytest.raises(ConnectionResetError):
            await stream.receive()
        await stream.close()
        stream = await net.open_tcp("127.0.0.1", ends)
        await stream.send(b"x")
        assert await stream.receive() == b""
        await stream.close()
    first, second = map(events, recorder.traffic.conversations)
    assert first == [E.OPENING, E.OPENED, E.SENT, E.PEER_RESET]
    assert second == [E.OPENING, E.OPENED, E.SENT, E.PEER_ENDED, E.ENDED]


async def test_what_a_trace_needs_passes_through() -> None:
    recorder, net = recorded()
    async with listening(echo) as port, asyncio.timeout(DEADLINE_S):
        stream = await net.open_tcp("127.0.0.1", port, TcpOptions(ttl=9))
        assert isinstance(stream, Traceable)
        stream.limit_hops(3)
        await stream.send(b"x")
        stream.abort()
    (kept,) = recorder.traffic.conversations
    assert [r.ttl for r in kept.records] == [9, 9, 3, 64]
    assert events(kept)[-1] is E.RESET


async def test_a_silent_connect_that_is_given_up_is_a_syn() -> None:
    recorder, net = recorded(FakeNetwork(tcp={80: SILENCE}))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await net.open_tcp("203.0.113.1", 80)
    (kept,) = recorder.traffic.conversations
    assert events(kept) == [E.OPENING]
    assert kept.port is None


@pytest.mark.parametrize(
    ("error", "event"),
    [
        (OSError(errno.ENETUNREACH, ""), E.NOT_SENT),
        (OSError(errno.EPERM, ""), E.NOT_SENT),
        (OSError(errno.EADDRINUSE, ""), E.NOT_SENT),
        (OSError(errno.EHOSTUNREACH, ""), E.TOLD),
        (OSError(errno.ECONNRESET, ""), E.PEER_RESET),
        (ConnectError(OSError(errno.EHOSTUNREACH, ""), Icmp(3, 1, "198.51.100.1")), E.ICMP),
        (ConnectError(OSError(errno.ECONNREFUSED, ""), Icmp(3, 10, "198.51.100.1")), E.ICMP),
        (ConnectError(OSError(errno.EHOSTUNREACH, ""), None), E.TOLD),
    ],
)
async def test_what_a_failed_connect_says_of_the_wire(error: OSError, event: TrafficEvent) -> None:
    recorder, net = recorded(FakeNetwork(tcp={80: error}))
    with pytest.raises(OSError):
        await net.open_tcp("203.0.113.1", 80)
    (kept,) = recorder.traffic.conversations
    assert events(kept) == [E.OPENING, event]
    assert kept.records[1].error == errno.errorcode[error.errno or 0]


async def test_bytes_beyond_the_bound_are_counted() -> None:
    recorder, net = recorded()
    async with listening(echo) as port, asyncio.timeout(DEADLINE_S):
        stream = await net.open_tcp("127.0.0.1", port)
        await stream.send(bytes(MAX_CONVERSATION_BYTES - 1))
        await stream.send(b"ab")
        await stream.send(b"c")
        await stream.close()
    sent = [r for r in recorder.traffic.conversations[0].records if r.event is E.SENT]
    assert [(len(r.data), r.left_out) for r in sent] == [(MAX_CONVERSATION_BYTES - 1, 0), (1, 1), (0, 1)]


async def test_all_conversations_together_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "MAX_BYTES", 5)
    monkeypatch.setattr(recording, "MAX_CONVERSATIONS", 2)
    recorder, net = recorded()
    async with listening(echo) as port, asyncio.timeout(DEADLINE_S):
        for _ in range(3):
            stream = await net.open_tcp("127.0.0.1", port)
            await stream.send(b"abcd")
            await stream.close()
    traffic = recorder.traffic
    kept = [
        [(len(r.data), r.left_out) for r in c.records if r.event is E.SENT] for c in traffic.conversations
    ]
    assert kept == [[(4, 0)], [(1, 3)]]
    assert traffic.left_out == 1


async def test_endless_events_are_counted_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "MAX_RECORDS", 6)
    recorder, net = recorded()
    async with listening(echo) as port, asyncio.timeout(DEADLINE_S):
        stream = await net.open_tcp("127.0.0.1", port)
        for _ in range(50):
            await stream.send(b"ab")
        await stream.close()
    (kept,) = recorder.traffic.conversations
    assert len(kept.records) == 8
    assert sum(len(r.data) + r.left_out for r in kept.records) == 100
    assert events(kept)[-1] is E.ENDED
    recorder, net = recorded()
    async with listening(echo) as port, asyncio.timeout(DEADLINE_S):
        stream = await net.open_tcp("127.0.0.1", port)
        for _ in range(50):
            await stream.send(b"a")
            await stream.receive()
        await stream.close()
    assert len(recorder.traffic.conversations[0].records) == 12


async def test_datagrams_to_one_peer_and_to_many() -> None:
    class Echo(asyncio.DatagramProtocol):
        def connection_made(self, transport: Any) -> None:
            self.transport = transport

        def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
            self.transport.sendto(data, addr)

    recorder, net = recorded()
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(Echo, local_addr=("127.0.0.1", 0))
    to = transport.get_extra_info("sockname")[:2]
    async with asyncio.timeout(DEADLINE_S):
        one = await net.open_udp(*to)
        one.limit_hops(7)
        await one.send(b"one")
        assert await one.receive() == b"one"
        one.close()
        many = net.open_udp_to_many()
        await many.send(b"many", to)
        assert await many.receive() == (b"many", to)
        many.close()
    transport.close()
    first, second = recorder.traffic.conversations
    for kept, data in ((first, b"one"), (second, b"many")):
        assert (kept.carrier, kept.peer_address, kept.peer_port) == (Carrier.UDP, *to)
        assert [(r.event, r.data) for r in kept.records] == [(E.SENT, data), (E.RECEIVED, data)]
        assert kept.port
    assert first.records[0].ttl == 7
    assert first.address == second.address == "127.0.0.1"


@on_linux
async def test_a_closed_udp_port_is_an_icmp_error() -> None:
    recorder, net = recorded()
    port = closed_port(kind=socket.SOCK_DGRAM)
    async with asyncio.timeout(DEADLINE_S):
        one = await net.open_udp("127.0.0.1", port)
        await one.send(b"x")
        with pytest.raises(OSError):
            await one.receive()
        one.close()
        many = net.open_udp_to_many()
        await many.send(b"x", ("127.0.0.1", port))
        with pytest.raises(OSError):
            await many.receive()
        many.close()
    for kept in recorder.traffic.conversations:
        assert events(kept) == [E.SENT, E.ICMP]
        assert kept.records[1].icmp == Icmp(3, 3, "127.0.0.1")


async def test_names_are_looked_up_as_before() -> None:
    fake = FakeNetwork(names={"a.example": ["192.0.2.1"]})
    _, net = recorded(fake)
    assert await net.lookup("a.example") == ["192.0.2.1"]


async def test_a_network_of_a_test_tells_no_port() -> None:
    recorder, net = recorded(FakeNetwork(tcp={1935: rtmp_server()}))
    stream = await net.open_tcp("203.0.113.1", 1935)
    await stream.close()
    assert recorder.traffic.conversations[0].records[-1].event is E.ENDED


def test_secrets_are_kept_once_and_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "MAX_SECRETS", 2)
    recorder = TrafficRecorder()
    recorder.keep_secret(("a", "", "a", "b", "c"))
    assert recorder.secrets == ("a", "b")
