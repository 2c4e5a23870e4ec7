"""UDP, to one peer or to several from one port; ICMP errors come back as ConnectError with their sender."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import socket
from typing import Any

from fmsdiag.model import Capability, works_here
from fmsdiag.probe.sockets.icmp import (
    Address,
    ConnectError,
    icmp_errors,
    new_socket,
    own_routes_reject,
    queued_errors,
    set_ttl,
    socket_address,
)

HEARS_OF_ALL_PEERS = works_here(Capability.ICMP_SENDERS)
"""Whether one unconnected socket hears ICMP errors, and whom each is about."""
RECEIVE_BYTES = 65536
WAITING_DATAGRAMS = 64
"""How many may wait to be read; what comes beyond is lost."""


class UdpSocket:
    """A connected UDP socket; ICMP errors come back as ConnectError with their sender."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    async def send(self, data: bytes) -> None:
        with icmp_errors(self._sock):
            await asyncio.get_running_loop().sock_sendall(self._sock, data)

    async def receive(self) -> bytes:
        with icmp_errors(self._sock):
            return await asyncio.get_running_loop().sock_recv(self._sock, RECEIVE_BYTES)

    def limit_hops(self, ttl: int) -> None:
        set_ttl(self._sock, ttl)

    def source(self, to: Address) -> Address | None:
        return _source_of(self._sock)

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
        self._not_sent: OSError | None = None

    async def send(self, data: bytes, to: Address) -> None:
        try:
            where = socket_address(*to)
            sock, transport = await self._open_for(to)
        except OSError as error:
            raise _not_opened(error, to) from error
        self._take_errors(sock)  # an error that waits there would be raised in place of sending
        self._sending_to, self._not_sent = to, None
        try:
            if HEARS_OF_ALL_PEERS:
                transport.sendto(data, where)
            else:
                transport.sendto(data)  # Windows' loop takes no address for a connected socket, not even none
        finally:
            self._sending_to = None
        if self._not_sent is not None:
            raise _not_opened(self._not_sent, to) from self._not_sent

    async def connect(self, to: Address) -> None:
        """Have a socket for this peer. Raises ConnectError."""
        try:
            await self._open_for(to)
        except OSError as error:
            raise _not_opened(error, to) from error

    def limit_hops(self, ttl: int) -> None:
        """The time-to-live of what is sent from now on, to peers that are known."""
        for sock, _ in self._open.values():
            set_ttl(sock, ttl)

    def source(self, to: Address) -> Address | None:
        """This computer's address and port towards that peer; a socket for all peers has no address of its own."""
        opened = self._open.get(":" in to[0] if HEARS_OF_ALL_PEERS else to)
        return _source_of(opened[0]) if opened is not None else None

    async def receive(self) -> tuple[bytes, Address]:
        await asyncio.sleep(
            0
        )  # while datagrams wait, get() does not yield, and deadlines must be noticed all the same
        item = await self._arrived.get()
        if isinstance(item, ConnectError):
            raise item
        return item

    def close(self) -> None:
        for _, transport in self._open.values():
            transport.abort()
        self._open.clear()

    # ---- what asyncio calls
    def datagram_received(self, data: bytes, addr: tuple[str | Any, int] | None) -> None:
        if addr is None:  # what Windows' loop makes of an ICMP error from Python 3.13 on
            refused = ConnectionRefusedError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED))
            self._put(ConnectError(refused, None, self._sending_to))
            return
        self._put((data, (str(addr[0]), int(addr[1]))))

    def error_received(self, exc: Exception) -> None:
        queued = sum(self._take_errors(sock) for sock, _ in self._open.values())
        if queued or not isinstance(exc, OSError):
            return
        if self._sending_to is not None and HEARS_OF_ALL_PEERS:
            self._not_sent = exc  # by this computer itself: what comes back waits in the queue of errors
        else:
            self._put(ConnectError(_portable(exc), None, self._sending_to))

    # ---- sockets
    async def _open_for(self, to: Address) -> tuple[socket.socket, asyncio.DatagramTransport]:
        key: object = ":" in to[0] if HEARS_OF_ALL_PEERS else to
        if key not in self._open:
            self._open[key] = await (self._unconnected(to) if HEARS_OF_ALL_PEERS else self._connected(to))
        return self._open[key]

    async def _unconnected(self, to: Address) -> tuple[socket.socket, asyncio.DatagramTransport]:
        sock = new_socket(to[0], socket.SOCK_DGRAM)
        try:
            loop = asyncio.get_running_loop()
            transport, _ = await loop.create_datagram_endpoint(lambda: self, sock=sock)
        except BaseException:
            sock.close()
            raise
        return sock, transport

    async def _connected(self, to: Address) -> tuple[socket.socket, asyncio.DatagramTransport]:
        """A socket of the loop's own making: only then does it know the peer, without which Windows' loop cannot send."""
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: self, remote_addr=to)
        return transport.get_extra_info("socket"), transport

    def _take_errors(self, sock: socket.socket) -> int:
        """Pass on the ICMP errors that wait in the socket's queue; returns how many there were."""
        count = 0
        for queued in queued_errors(sock):
            error = OSError(queued.errno, os.strerror(queued.errno))
            self._put(ConnectError(error, queued.icmp, queued.peer, queued.quoted))
            count += 1
        return count

    def _put(self, item: tuple[bytes, Address] | ConnectError) -> None:
        with contextlib.suppress(asyncio.QueueFull):  # lost, as a full buffer of the system's would lose it
            self._arrived.put_nowait(item)


class UdpPeer:
    """One peer, by a socket of the loop's own, which reads all the time: a pending error may be lost to a later reader."""

    def __init__(self, to: Address) -> None:
        self._to = to
        self._peers = UdpPeers()

    @classmethod
    async def open(cls, to: Address) -> UdpPeer:
        """Raises ConnectError."""
        peer = cls(to)
        await peer._peers.connect(to)
        return peer

    async def send(self, data: bytes) -> None:
        await self._peers.send(data, self._to)

    async def receive(self) -> bytes:
        return (await self._peers.receive())[0]

    def limit_hops(self, ttl: int) -> None:
        self._peers.limit_hops(ttl)

    def source(self, to: Address) -> Address | None:
        return self._peers.source(to)

    def close(self) -> None:
        self._peers.close()


def _source_of(sock: socket.socket) -> Address | None:
    with contextlib.suppress(OSError):
        address, port = sock.getsockname()[:2]
        return (str(address), int(port)) if port else None
    return None


def _not_opened(error: OSError, to: Address) -> ConnectError:
    failed = ConnectError(error, None, to)
    failed.by_own_routes = own_routes_reject(to[0])
    return failed


def _portable(error: OSError) -> OSError:
    """Windows says "connection reset" where ICMP says that a UDP port is unreachable (recvfrom, WSAECONNRESET)."""
    if getattr(error, "winerror", None) == 10054:
        return ConnectionRefusedError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED))
    return error
