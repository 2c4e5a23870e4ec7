"""TCP connections with what the kernel knows of them, and the `Network` that the prober needs of the outside world.

With network_udp.py and network_icmp.py beside it, the only files of the prober that open sockets. Everything above speaks
to the small `Network` protocol, so that tests can replay bytes. Times are seconds of `time.perf_counter`.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import sys
import threading
from collections.abc import Callable
from typing import Any, Protocol, TypeVar, runtime_checkable

from fmsdiag.model import KEPT_BYTES, Capability, works_here
from fmsdiag.probe.sockets import windows_tcp_info
from fmsdiag.probe.sockets.icmp import (
    DEFAULT_TTL,
    Address,
    ConnectError,
    icmp_errors,
    new_socket,
    own_routes_reject,
    set_least_ttl,
    set_ttl,
    socket_address,
)
from fmsdiag.probe.sockets.tcp_options import NO_TCP_OPTIONS, TcpOptions, apply
from fmsdiag.probe.sockets.udp import HEARS_OF_ALL_PEERS, UdpPeer, UdpPeers, UdpSocket

T = TypeVar("T")

RECEIVE_BYTES = 65536
_TELLS_TIMES = works_here(Capability.KERNEL_TIMES)
_TELLS_UNACKNOWLEDGED = works_here(Capability.UNACKNOWLEDGED)
_SIOCOUTQ = 0x5411  # linux/sockios.h
_SOMEWHERE_IPV6 = "2001:db8::1"  # RFC 3849: nobody's


class Capture:
    """Counts the bytes of one direction and keeps the first of them."""

    __slots__ = ("_keep", "first", "total")

    def __init__(self, keep: int = 8 * KEPT_BYTES) -> None:
        self.total = 0
        self.first = bytearray()
        self._keep = keep

    def add(self, data: bytes) -> None:
        self.total += len(data)
        if len(self.first) < self._keep:
            self.first += data[: self._keep - len(self.first)]


class Counted(Protocol):
    """What counts the bytes that pass through it."""

    sent: Capture
    received: Capture


class TcpState(Protocol):
    """What the system knows of a TCP connection; none where it does not tell."""

    @property
    def local_address(self) -> str | None: ...

    @property
    def local_port(self) -> int | None: ...

    @property
    def kernel_rtt_s(self) -> float | None: ...

    @property
    def mss(self) -> int | None: ...

    @property
    def unacknowledged(self) -> int | None:
        """Bytes that left, and that the peer's TCP has not acknowledged yet."""
        ...

    @property
    def sent_again(self) -> int | None:
        """Segments that had to be repeated since the connection began."""
        ...


class Stream(Counted, Protocol):
    """A byte stream to a peer: TCP, or TLS over it."""

    address: str
    port: int

    async def send(self, data: bytes) -> None: ...

    async def receive(self) -> bytes:
        """Some bytes, or b"" at the peer's orderly end."""
        ...

    async def close(self) -> None: ...

    @property
    def tcp(self) -> TcpState:
        """What the system knows of the connection that carries it."""
        ...


@runtime_checkable
class Traceable(Protocol):
    """What a stream can do whose packets this computer sends itself, to no proxy and in no tunnel."""

    def limit_hops(self, ttl: int) -> None:
        """The time-to-live of what is sent from now on."""
        ...

    def ignore_below(self, ttl: int) -> None:
        """Ignore what arrives with fewer hops left. Raises OSError where the system cannot be told."""
        ...

    def abort(self) -> None:
        """End it by a reset, which the peer gets whatever the time-to-live was, and leave no port in TIME-WAIT."""
        ...


class Datagrams(Protocol):
    """A UDP socket connected to one peer."""

    async def send(self, data: bytes) -> None: ...

    async def receive(self) -> bytes: ...

    def limit_hops(self, ttl: int) -> None:
        """The time-to-live of what is sent from now on."""
        ...

    def close(self) -> None: ...


@runtime_checkable
class HasSource(Protocol):
    """Datagrams that know from where they go."""

    def source(self, to: Address) -> Address | None:
        """This computer's address and port towards that peer; none before anything was sent there."""
        ...


class PeerDatagrams(Protocol):
    """UDP to any number of peers, from one port of this computer for each address family where the system allows it."""

    async def send(self, data: bytes, to: Address) -> None:
        """Send now or lose it; waits for nobody. What comes back against it, receive() raises. Raises OSError."""
        ...

    async def receive(self) -> tuple[bytes, Address]:
        """The next datagram and whom it is from, asked or not. Raises OSError, on the real network ConnectError."""
        ...

    def close(self) -> None: ...


class Network(Protocol):
    """What the prober needs of the outside world."""

    async def lookup(self, name: str) -> list[str]:
        """Addresses by the operating system's own resolution, in its order. Raises OSError (socket.gaierror)."""
        ...

    async def open_tcp(self, address: str, port: int, options: TcpOptions = NO_TCP_OPTIONS) -> Stream:
        """Connect. Raises OSError, on the real network ConnectError."""
        ...

    async def open_udp(self, address: str, port: int) -> Datagrams: ...

    def open_udp_to_many(self) -> PeerDatagrams: ...


class TcpStream:
    """A connected TCP socket."""

    def __init__(self, sock: socket.socket, address: str, port: int) -> None:
        self._sock = sock
        self.address, self.port = address, port
        self.sent, self.received = Capture(), Capture()

    async def send(self, data: bytes) -> None:
        self.sent.add(data)
        await asyncio.get_running_loop().sock_sendall(self._sock, data)

    async def receive(self) -> bytes:
        # sock_recv does not yield while bytes are ready, and deadlines and the stop button must be noticed all the same
        await asyncio.sleep(0)
        data = await asyncio.get_running_loop().sock_recv(self._sock, RECEIVE_BYTES)
        self.received.add(data)
        # Some servers write S0S1 and S2 apart under Nagle; an early ACK saves them one round trip. The kernel clears
        # the flag by itself, so it is set again after each read.
        _quick_ack(self._sock)
        return data

    async def close(self) -> None:
        """An orderly end: FIN, then the descriptor."""
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)
        self._sock.close()

    @property
    def tcp(self) -> TcpState:
        return self

    @property
    def local_address(self) -> str | None:
        with contextlib.suppress(OSError):
            return str(self._sock.getsockname()[0])
        return None

    @property
    def local_port(self) -> int | None:
        with contextlib.suppress(OSError):
            return int(self._sock.getsockname()[1])
        return None

    def limit_hops(self, ttl: int) -> None:
        set_ttl(self._sock, ttl)

    def ignore_below(self, ttl: int) -> None:
        set_least_ttl(self._sock, ttl)

    def abort(self) -> None:
        with contextlib.suppress(OSError):
            set_ttl(self._sock, DEFAULT_TTL)
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._sock.close()

    @property
    def kernel_rtt_s(self) -> float | None:
        """The system's smoothed round trip (Linux: TCP_INFO tcpi_rtt, linux/tcp.h), or none elsewhere."""
        if told := windows_tcp_info.read(self._sock.fileno()):
            return told.rtt_s
        info = self._tcp_info()
        return struct.unpack_from("=I", info, 68)[0] / 1e6 if len(info) >= 72 else None

    @property
    def mss(self) -> int | None:
        if told := windows_tcp_info.read(self._sock.fileno()):
            return told.mss
        info = self._tcp_info()
        return int(struct.unpack_from("=I", info, 16)[0]) if len(info) >= 72 else None

    @property
    def sent_again(self) -> int | None:
        """Segments that TCP had to repeat (Linux: TCP_INFO tcpi_total_retrans, linux/tcp.h), or none elsewhere."""
        info = self._tcp_info()
        return int(struct.unpack_from("=I", info, 100)[0]) if len(info) >= 104 else None

    @property
    def unacknowledged(self) -> int | None:
        """Bytes that were sent and that the peer's TCP has not acknowledged (SIOCOUTQ, tcp(7)), or none elsewhere."""
        if sys.platform == "win32":
            told = windows_tcp_info.read(self._sock.fileno())
            return told.in_flight if told else None
        if not _TELLS_UNACKNOWLEDGED:
            return None
        import fcntl  # not on Windows

        with contextlib.suppress(OSError, ValueError):
            return int(struct.unpack("=i", fcntl.ioctl(self._sock.fileno(), _SIOCOUTQ, bytes(4)))[0])
        return None

    def _tcp_info(self) -> bytes:
        if not _TELLS_TIMES:
            return b""
        with contextlib.suppress(OSError):
            return self._sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
        return b""


class SystemNetwork:
    """The real network of this computer."""

    async def lookup(self, name: str) -> list[str]:
        def resolve() -> list[str]:
            found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
            return list(dict.fromkeys(str(entry[4][0]) for entry in found))

        return await in_daemon_thread(resolve)

    async def open_tcp(self, address: str, port: int, options: TcpOptions = NO_TCP_OPTIONS) -> TcpStream:
        sock = new_socket(address, socket.SOCK_STREAM)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            apply(options, sock)
            with icmp_errors(sock):
                await asyncio.get_running_loop().sock_connect(sock, socket_address(address, port))
        except BaseException as error:
            options.tell_source(sock)
            sock.close()
            if isinstance(error, ConnectError) and error.icmp is None:
                error.by_own_routes = own_routes_reject(address)
            raise
        options.tell_source(sock)
        _quick_ack(sock)
        return TcpStream(sock, address, port)

    async def open_udp(self, address: str, port: int) -> Datagrams:
        if not HEARS_OF_ALL_PEERS:
            return await UdpPeer.open((address, port))
        sock = new_socket(address, socket.SOCK_DGRAM)
        try:
            with icmp_errors(sock):
                await asyncio.get_running_loop().sock_connect(sock, socket_address(address, port))
        except BaseException as error:
            sock.close()
            if isinstance(error, ConnectError):
                error.by_own_routes = own_routes_reject(address)
            raise
        return UdpSocket(sock)

    def open_udp_to_many(self) -> UdpPeers:
        return UdpPeers()


def has_ipv6_route() -> bool:
    """Whether this computer has a way to IPv6 addresses beyond its link; nothing is sent to learn it."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sock:
            sock.connect((_SOMEWHERE_IPV6, 9))
    except OSError:
        return False
    return True


def own_address(address: str) -> str | None:
    """The address of this computer from which it would send to `address`, or none. Nothing is sent."""
    with contextlib.suppress(OSError), new_socket(address, socket.SOCK_DGRAM) as sock:
        sock.connect(socket_address(address, 9))
        return str(sock.getsockname()[0])
    return None


async def in_daemon_thread(work: Callable[[], T]) -> T:
    """Run blocking `work` beside the loop.

    Not in the default executor: its threads are joined at exit, so that a name lookup that hangs for half a minute would
    keep the program alive after the user closed it.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def report(set_outcome: Callable[[Any], None], outcome: object) -> None:
        if not future.done():
            set_outcome(outcome)

    def run() -> None:
        try:
            call: tuple[Callable[[Any], None], object] = (future.set_result, work())
        except BaseException as error:
            call = (future.set_exception, error)
        with contextlib.suppress(RuntimeError):  # the loop may be closed by now
            loop.call_soon_threadsafe(report, *call)

    threading.Thread(target=run, name="fmsdiag-lookup", daemon=True).start()
    return await future


def _quick_ack(sock: socket.socket) -> None:
    if sys.platform == "linux":  # elsewhere an acknowledgment may wait; nothing is lost but time
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
