"""TCP and UDP connections with what the kernel knows of them; the only file of the prober that opens sockets.

Everything above speaks to the small `Network` protocol, so that tests can replay bytes. Times are seconds of
`time.perf_counter`. On Linux an ICMP error's type, code and sender come from the socket's error queue (IP_RECVERR), which
needs no privilege; elsewhere they are absent.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ipaddress
import os
import socket
import struct
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any, Protocol, TypeAlias, TypeVar

from fmsdiag.model import KEPT_BYTES, Icmp

T = TypeVar("T")
Address: TypeAlias = tuple[str, int]
"""Host address and port of a peer."""

RECEIVE_BYTES = 65536
WAITING_DATAGRAMS = 64
"""How many may wait to be read; what comes beyond is lost."""
_LINUX = sys.platform == "linux"
_SIOCOUTQ = 0x5411  # linux/sockios.h
_SOMEWHERE_IPV6 = "2001:db8::1"  # RFC 3849: nobody's
_IP_RECVERR, _IPV6_RECVERR = (
    11,
    25,
)  # linux/in.h, linux/in6.h; not named by Python's socket module before 3.14
_SO_EE_ORIGIN_ICMP, _SO_EE_ORIGIN_ICMP6 = 2, 3  # linux/errqueue.h


class ConnectError(OSError):
    """A connect or datagram that failed; `icmp` says which router or host said so, where the system tells.

    `peer` is whom the datagram was for, where one socket speaks to several.
    """

    def __init__(self, error: OSError, icmp: Icmp | None, peer: Address | None = None) -> None:
        super().__init__(error.errno, error.strerror)
        self.icmp = icmp
        self.peer = peer


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
    def local_address(self) -> str | None: ...

    @property
    def kernel_rtt_s(self) -> float | None: ...

    @property
    def mss(self) -> int | None: ...

    @property
    def unacknowledged(self) -> int | None:
        """Bytes that left, and that the peer's TCP has not acknowledged yet; none where the system does not tell."""
        ...


class Datagrams(Protocol):
    """A UDP socket connected to one peer."""

    async def send(self, data: bytes) -> None: ...

    async def receive(self) -> bytes: ...

    def limit_hops(self, ttl: int) -> None:
        """The time-to-live of what is sent from now on."""
        ...

    def close(self) -> None: ...


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

    async def open_tcp(
        self, address: str, port: int, ttl: int | None = None, mss: int | None = None
    ) -> Stream:
        """Connect. Raises OSError, on the real network ConnectError.

        `ttl` is the time-to-live of what is sent, `mss` the greatest segment in bytes, where the system can be told.
        """
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
    def local_address(self) -> str | None:
        with contextlib.suppress(OSError):
            return str(self._sock.getsockname()[0])
        return None

    @property
    def kernel_rtt_s(self) -> float | None:
        """The kernel's smoothed round trip (TCP_INFO tcpi_rtt, linux/tcp.h), or none elsewhere."""
        info = self._tcp_info()
        return struct.unpack_from("=I", info, 68)[0] / 1e6 if len(info) >= 72 else None

    @property
    def mss(self) -> int | None:
        info = self._tcp_info()
        return int(struct.unpack_from("=I", info, 16)[0]) if len(info) >= 72 else None

    @property
    def unacknowledged(self) -> int | None:
        """Bytes that were sent and that the peer's TCP has not acknowledged (SIOCOUTQ, tcp(7)), or none elsewhere."""
        if sys.platform != "linux":
            return None
        import fcntl  # not on Windows

        with contextlib.suppress(OSError, ValueError):
            return int(struct.unpack("=i", fcntl.ioctl(self._sock.fileno(), _SIOCOUTQ, bytes(4)))[0])
        return None

    def _tcp_info(self) -> bytes:
        if not _LINUX:
            return b""
        with contextlib.suppress(OSError):
            return self._sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
        return b""


class UdpSocket:
    """A connected UDP socket; ICMP errors come back as ConnectError with their sender."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    async def send(self, data: bytes) -> None:
        with _icmp_errors(self._sock):
            await asyncio.get_running_loop().sock_sendall(self._sock, data)

    async def receive(self) -> bytes:
        with _icmp_errors(self._sock):
            return await asyncio.get_running_loop().sock_recv(self._sock, RECEIVE_BYTES)

    def limit_hops(self, ttl: int) -> None:
        _set_ttl(self._sock, ttl)

    def close(self) -> None:
        self._sock.close()


class UdpPeers(asyncio.DatagramProtocol):
    """UDP to several peers; ICMP errors come back as ConnectError with their sender and the peer they are about.

    On Linux one unconnected socket for each address family hears everybody, and its error queue tells whom an error is
    about. Elsewhere such a socket hears no ICMP, so each peer gets a connected socket of its own, which hears it alone.
    """

    def __init__(self) -> None:
        self._open: dict[object, tuple[socket.socket, asyncio.DatagramTransport]] = {}
        self._arrived: asyncio.Queue[tuple[bytes, Address] | ConnectError] = asyncio.Queue(WAITING_DATAGRAMS)
        self._sending_to: Address | None = None

    async def send(self, data: bytes, to: Address) -> None:
        try:
            where = _peer(*to)
            sock, transport = await self._open_for(to)
        except OSError as error:
            raise ConnectError(error, None, to) from error
        self._take_errors(sock)  # an error that waits there would be raised in place of sending
        self._sending_to = to
        try:
            transport.sendto(data, where if _LINUX else None)
        finally:
            self._sending_to = None

    async def receive(self) -> tuple[bytes, Address]:
        await asyncio.sleep(0)  # while datagrams wait, get() does not yield, and deadlines must be noticed all the same
        item = await self._arrived.get()
        if isinstance(item, ConnectError):
            raise item
        return item

    def close(self) -> None:
        for _, transport in self._open.values():
            transport.abort()
        self._open.clear()

    # ---- what asyncio calls
    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        self._put((data, (str(addr[0]), int(addr[1]))))

    def error_received(self, exc: Exception) -> None:
        queued = sum(self._take_errors(sock) for sock, _ in self._open.values())
        if not queued and isinstance(exc, OSError):
            self._put(ConnectError(_portable(exc), None, self._sending_to))

    # ---- sockets
    async def _open_for(self, to: Address) -> tuple[socket.socket, asyncio.DatagramTransport]:
        key: object = ":" in to[0] if _LINUX else to
        if key not in self._open:
            sock = _socket(to[0], socket.SOCK_DGRAM)
            try:
                if not _LINUX:
                    sock.connect(_peer(*to))
                loop = asyncio.get_running_loop()
                transport, _ = await loop.create_datagram_endpoint(lambda: self, sock=sock)
            except BaseException:
                sock.close()
                raise
            self._open[key] = sock, transport
        return self._open[key]

    def _take_errors(self, sock: socket.socket) -> int:
        """Pass on the ICMP errors that wait in the socket's queue; returns how many there were."""
        count = 0
        for number, icmp, peer in _queued_errors(sock):
            self._put(ConnectError(OSError(number, os.strerror(number)), icmp, peer))
            count += 1
        return count

    def _put(self, item: tuple[bytes, Address] | ConnectError) -> None:
        with contextlib.suppress(asyncio.QueueFull):  # lost, as a full buffer of the system's would lose it
            self._arrived.put_nowait(item)


class SystemNetwork:
    """The real network of this computer."""

    async def lookup(self, name: str) -> list[str]:
        def resolve() -> list[str]:
            found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
            return list(dict.fromkeys(str(entry[4][0]) for entry in found))

        return await in_daemon_thread(resolve)

    async def open_tcp(
        self, address: str, port: int, ttl: int | None = None, mss: int | None = None
    ) -> TcpStream:
        sock = _socket(address, socket.SOCK_STREAM)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if ttl is not None:
                _set_ttl(sock, ttl)
            if mss is not None and hasattr(socket, "TCP_MAXSEG"):
                with contextlib.suppress(OSError):  # a system that cannot be told: the sender's pieces are small all the same
                    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, mss)
            with _icmp_errors(sock):
                await asyncio.get_running_loop().sock_connect(sock, _peer(address, port))
        except BaseException:
            sock.close()
            raise
        _quick_ack(sock)
        return TcpStream(sock, address, port)

    async def open_udp(self, address: str, port: int) -> UdpSocket:
        sock = _socket(address, socket.SOCK_DGRAM)
        try:
            with _icmp_errors(sock):
                await asyncio.get_running_loop().sock_connect(sock, _peer(address, port))
        except BaseException:
            sock.close()
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
    with contextlib.suppress(OSError), _socket(address, socket.SOCK_DGRAM) as sock:
        sock.connect(_peer(address, 9))
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


def _socket(address: str, kind: socket.SocketKind) -> socket.socket:
    v6 = ":" in address
    sock = socket.socket(socket.AF_INET6 if v6 else socket.AF_INET, kind)
    sock.setblocking(False)
    if _LINUX:
        level, option = (socket.IPPROTO_IPV6, _IPV6_RECVERR) if v6 else (socket.IPPROTO_IP, _IP_RECVERR)
        sock.setsockopt(level, option, 1)
    return sock


def _peer(address: str, port: int) -> tuple[str, int] | tuple[str, int, int, int]:
    host, _, zone = address.partition("%")
    if ":" not in host:
        return host, port
    return host, port, 0, _scope_id(zone) if zone else 0


def _scope_id(zone: str) -> int:
    return int(zone) if zone.isdecimal() else socket.if_nametoindex(zone)


def _set_ttl(sock: socket.socket, ttl: int) -> None:
    if sock.family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, ttl)
    else:
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, ttl)


def _quick_ack(sock: socket.socket) -> None:
    if _LINUX:
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)


@contextlib.contextmanager
def _icmp_errors(sock: socket.socket) -> Iterator[None]:
    """Turn an OSError of `sock` into a ConnectError that carries the ICMP message behind it, if there was one."""
    try:
        yield
    except OSError as error:
        raise ConnectError(error, _queued_icmp(sock)) from error


def _queued_icmp(sock: socket.socket) -> Icmp | None:
    """The newest ICMP error in the socket's queue, or none."""
    return next((icmp for _, icmp, _ in reversed(list(_queued_errors(sock)))), None)


def _queued_errors(sock: socket.socket) -> Iterator[tuple[int, Icmp, Address]]:
    """The ICMP errors in the socket's queue: errno, message, and whom the packet was for.

    ip(7), IP_RECVERR; struct sock_extended_err with the offender behind it (linux/errqueue.h).
    """
    if not _LINUX:
        return
    for _ in range(16):
        try:
            _, ancillary, _, peer = sock.recvmsg(512, 512, socket.MSG_ERRQUEUE)
        except OSError:
            return
        for _, _, data in ancillary:
            if len(data) < 32:
                continue
            number, origin, kind, code = struct.unpack_from("=IBBB", data)
            to = (str(peer[0]), int(peer[1])) if peer else ("", 0)
            if origin == _SO_EE_ORIGIN_ICMP:
                yield number, Icmp(kind, code, str(ipaddress.IPv4Address(data[20:24]))), to
            elif origin == _SO_EE_ORIGIN_ICMP6 and len(data) >= 40:
                yield number, Icmp(kind, code, str(ipaddress.IPv6Address(data[24:40]))), to


def _portable(error: OSError) -> OSError:
    """Windows says "connection reset" where ICMP says that a UDP port is unreachable (recvfrom, WSAECONNRESET)."""
    if getattr(error, "winerror", None) == 10054:
        return ConnectionRefusedError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED))
    return error
