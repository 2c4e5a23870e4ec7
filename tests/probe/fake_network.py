"""A Network that replays what a test scripted: bytes, ends, errors, silence. It counts what is open.

A TCP peer is a list of items, replayed on each connection, or a function that begins a connection by returning what
answers bytes with items. An item is bytes (b"": the peer's orderly end), an exception to raise, SILENCE, or a number of
seconds to let pass first.
"""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias

from fmsdiag.model import Icmp
from fmsdiag.probe.sockets.icmp import ConnectError
from fmsdiag.probe.sockets.network import Capture, TcpState
from fmsdiag.probe.sockets.tcp_options import NO_TCP_OPTIONS, TcpOptions
from fmsdiag.protocol.events import ConnectRequested
from fmsdiag.protocol.handshake import HandshakeKind
from fmsdiag.protocol.netconnection import INVALID_APP, rejection
from fmsdiag.protocol.rtmfp.events import ConnectRequested as RtmfpConnectRequested
from fmsdiag.protocol.rtmfp.server import Behaviour, RtmfpServer
from fmsdiag.protocol.server_session import ServerSession


class Silence:
    """Nothing, for ever."""


SILENCE = Silence()
Address: TypeAlias = tuple[str, int]
Item: TypeAlias = bytes | float | Exception | Silence
Answer: TypeAlias = Callable[[bytes], Iterable[Item]]
Peer: TypeAlias = list[Item] | Callable[[], Answer] | Exception | Silence
UdpItem: TypeAlias = Item | tuple[bytes, Address]
UdpAnswer: TypeAlias = Callable[[bytes], Iterable[UdpItem]]
UdpPeer: TypeAlias = UdpAnswer | Exception | Silence


def refused() -> ConnectError:
    return ConnectError(OSError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED)), None)


def reset() -> ConnectionResetError:
    return ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))


def icmp_error(number: int, kind: int, code: int, sender: str) -> ConnectError:
    return ConnectError(OSError(number, os.strerror(number)), Icmp(kind, code, sender))


async def _wait(item: Exception | Silence | float) -> None:
    if isinstance(item, Silence):
        await asyncio.Event().wait()
    elif isinstance(item, Exception):
        raise item
    else:
        await asyncio.sleep(item)


class FakeStream:
    """One connection to a scripted peer; `closed` counts how often it was closed."""

    local_address = "192.0.2.99"
    local_port: int | None = 51234
    kernel_rtt_s = 0.01
    mss = 1460
    unacknowledged: int | None = None
    sent_again: int | None = None

    @property
    def tcp(self) -> TcpState:
        return self

    def __init__(self, address: str, port: int, peer: list[Item] | Callable[[], Answer]) -> None:
        self.address, self.port = address, port
        self.sent, self.received = Capture(), Capture()
        self.written = bytearray()
        self.closed = 0
        self.reads = 0
        self._answer: Answer | None = peer() if callable(peer) else None
        self._items: Iterator[Item] = iter(()) if callable(peer) else iter(peer)
        self._news = asyncio.Event()

    async def send(self, data: bytes) -> None:
        assert not self.closed, "written after close"
        self.sent.add(data)
        self.written += data
        if self._answer is not None:
            self._items = iter([*self._items, *self._answer(data)])
            self._news.set()

    async def receive(self) -> bytes:
        assert not self.closed, "read after close"
        self.reads += 1
        while True:
            item = next(self._items, None)
            if isinstance(item, bytes):
                self.received.add(item)
                return item
            if item is not None:
                await _wait(item)
                continue
            if self._answer is None:
                await asyncio.Event().wait()
            self._news.clear()
            await self._news.wait()

    async def close(self) -> None:
        self.closed += 1


class FakeDatagrams:
    def __init__(self, answer: UdpAnswer) -> None:
        self._answer = answer
        self._items: Iterator[UdpItem] = iter(())
        self.closed = 0
        self.sends = 0
        self.ttl: int | None = None

    async def send(self, data: bytes) -> None:
        self.sends += 1
        self._items = iter(list(self._answer(data)))

    async def receive(self) -> bytes:
        assert not self.closed
        for item in self._items:
            if isinstance(item, bytes):
                return item
            if not isinstance(item, tuple):  # a connected socket hears nobody else
                await _wait(item)
        await asyncio.Event().wait()
        raise AssertionError

    def limit_hops(self, ttl: int) -> None:
        self.ttl = ttl

    def close(self) -> None:
        self.closed += 1


class FakePeers:
    """UDP to several peers, each as `udp` of the network scripts it; an item may be (bytes, who sent it instead)."""

    def __init__(self, peer_at: Callable[[Address], UdpPeer]) -> None:
        self.written: list[tuple[bytes, Address]] = []
        self.closed = 0
        self._peer_at = peer_at
        self._arrived: asyncio.Queue[tuple[bytes, Address] | Exception] = asyncio.Queue()
        self._late: set[asyncio.TimerHandle] = set()

    async def send(self, data: bytes, to: Address) -> None:
        assert not self.closed, "written after close"
        self.written.append((data, to))
        peer = self._peer_at(to)
        delay_s = 0.0
        for item in (
            (peer,) if isinstance(peer, Exception) else () if isinstance(peer, Silence) else peer(data)
        ):
            if isinstance(item, Silence):
                break
            if isinstance(item, float | int):
                delay_s += item
                continue
            if isinstance(item, ConnectError):
                item.peer = to
            arrived = (item, to) if isinstance(item, bytes) else item
            if delay_s:
                later = asyncio.get_running_loop().call_later(delay_s, self._arrived.put_nowait, arrived)
                self._late.add(later)
            else:
                self._arrived.put_nowait(arrived)

    async def receive(self) -> tuple[bytes, Address]:
        assert not self.closed, "read after close"
        await asyncio.sleep(0)
        item = await self._arrived.get()
        if isinstance(item, Exception):
            raise item
        return item

    def close(self) -> None:
        self.closed += 1
        for later in self._late:
            later.cancel()


class FakeNetwork:
    """`tcp` and `udp` map (address, port) or a port to a peer; other TCP ports refuse, other UDP ports are silent."""

    def __init__(
        self,
        tcp: dict[Address | int, Peer] | None = None,
        names: Mapping[str, list[str] | Exception | Silence] | None = None,
        udp: Mapping[Address | int, UdpPeer] | None = None,
        connect_s: float = 0.0,
    ) -> None:
        self.tcp, self.names, self.udp = tcp or {}, dict(names or {}), udp or {}
        self.connect_s = connect_s
        self.dialled: list[tuple[float, str, int]] = []  # when, where
        self.ttls: list[int | None] = []
        self.segments: list[int | None] = []
        self.lookups: list[str] = []
        self.streams: list[FakeStream] = []
        self.datagrams: list[FakeDatagrams | FakePeers] = []
        self._dialling = 0
        self.most_at_once = 0

    async def lookup(self, name: str) -> list[str]:
        self.lookups.append(name)
        found = self.names.get(name, [])
        if not isinstance(found, list):
            await _wait(found)
            raise AssertionError
        return list(found)

    async def open_tcp(self, address: str, port: int, options: TcpOptions = NO_TCP_OPTIONS) -> FakeStream:
        self.dialled.append((asyncio.get_running_loop().time(), address, port))
        self.ttls.append(options.ttl)
        self.segments.append(options.mss)
        peer = self.tcp.get((address, port), self.tcp.get(port, refused()))
        self._dialling += 1
        self.most_at_once = max(self.most_at_once, self.open_streams + self._dialling)
        try:
            if self.connect_s:
                await asyncio.sleep(self.connect_s)
            if isinstance(peer, Exception | Silence):
                await _wait(peer)
                raise AssertionError
        finally:
            self._dialling -= 1
        stream = FakeStream(address, port, peer)
        self.streams.append(stream)
        return stream

    async def open_udp(self, address: str, port: int) -> FakeDatagrams:
        peer = self.udp.get((address, port), self.udp.get(port, SILENCE))
        if isinstance(peer, Exception):
            raise peer
        socket = FakeDatagrams((lambda _: ()) if isinstance(peer, Silence) else peer)
        self.datagrams.append(socket)
        return socket

    def open_udp_to_many(self) -> FakePeers:
        peers = FakePeers(lambda to: self.udp.get(to, self.udp.get(to[1], SILENCE)))
        self.datagrams.append(peers)
        return peers

    @property
    def open_streams(self) -> int:
        return sum(1 for stream in self.streams if not stream.closed)

    @property
    def all_closed(self) -> bool:
        return self.open_streams == 0 and self._dialling == 0 and all(d.closed for d in self.datagrams)


def rtmp_server(
    applications: tuple[str, ...] = ("live",), after: Iterable[Item] = (), delay_s: float = 0.0
) -> Callable[[], Answer]:
    """A well-behaved RTMP server; each answer comes `delay_s` late, `after` follows the answer to connect."""

    def begin() -> Answer:
        session = ServerSession()

        def answer(data: bytes) -> Iterable[Item]:
            last: list[Item] = []
            for event in session.receive(data):
                if isinstance(event, ConnectRequested):
                    last = list(after)
                    if event.request.app.partition("?")[0] in applications:
                        session.accept()
                    else:
                        session.reject("NetConnection.Connect.InvalidApp", "no such application")
                        last = [b""]
            out = session.take_output()
            return [*((delay_s,) if out and delay_s else ()), *((out,) if out else ()), *last]

        return answer

    return begin


def rtmfp_server(
    applications: tuple[str, ...] = ("live",), behaviour: Behaviour | None = None, delay_s: float = 0.0
) -> UdpAnswer:
    """An RTMFP server that behaves well unless `behaviour` says otherwise; each answer comes `delay_s` late."""
    server = RtmfpServer(now_s=0.0, behaviour=behaviour)

    def answer(data: bytes) -> Iterable[Item]:
        now_s = asyncio.get_running_loop().time()
        for event in server.receive(data, ("192.0.2.99", 40000), now_s):
            if isinstance(event, RtmfpConnectRequested):
                if event.request.app.partition("?")[0] in applications:
                    server.accept(event.session, now_s)
                else:
                    server.reject(event.session, now_s, rejection(INVALID_APP, "no such application"))
        out = [datagram for datagram, _ in server.take_datagrams()]
        return [*((delay_s,) if out and delay_s else ()), *out]

    return answer


def s0s1s2() -> bytes:
    """3073 bytes with which any client is content."""
    session = ServerSession(HandshakeKind.SIMPLE)
    session.receive(b"\3" + bytes(1536))
    return session.take_output()
