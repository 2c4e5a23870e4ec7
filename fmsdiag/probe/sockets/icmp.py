"""Sockets that tell who refused: on Linux, an ICMP error's type, code and sender come from the socket's error queue.

IP_RECVERR (ip(7)) needs no privilege; elsewhere there is only the error's number.
"""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import os
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from fmsdiag.model import Capability, Icmp, NextHop, works_here

Address: TypeAlias = tuple[str, int]
"""Host address and port of a peer."""

_IpAddress: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

DEFAULT_TTL = 64
"""What systems send with, where nothing else is set."""
# linux/in.h, linux/in6.h; not named by Python's socket module before 3.14
_IP_RECVERR, _IPV6_RECVERR = 11, 25
_IP_MINTTL, _IPV6_MINHOPCOUNT = 21, 73
_SO_EE_ORIGIN_ICMP, _SO_EE_ORIGIN_ICMP6 = 2, 3  # linux/errqueue.h


@dataclass
class Facilities:
    """What this system tells an ordinary program; a test may switch it off."""

    error_queue: bool = works_here(Capability.ICMP_SENDERS)
    """ICMP errors with their senders, and at once."""
    least_ttl: bool = works_here(Capability.RESET_DISTANCE)
    """Packets from too far away can be ignored."""


FACILITIES = Facilities()


class ConnectError(OSError):
    """A connect or datagram that failed; `icmp` says which router or host said so, where the system tells.

    `peer` is whom the datagram was for, where one socket speaks to several; `quoted` is what the ICMP message returned of the
    packet, from its TCP or UDP header on.
    """

    def __init__(
        self, error: OSError, icmp: Icmp | None, peer: Address | None = None, quoted: bytes = b""
    ) -> None:
        super().__init__(error.errno, error.strerror)
        # the system's own code, by which alone Windows says what happened: its errno is EINVAL
        self.windows_code: int | None = getattr(error, "winerror", None)
        self.icmp = icmp
        self.peer = peer
        self.quoted = quoted
        self.by_own_routes = False
        """Whether this computer's own table of routes rejects the address, so that nothing was sent."""


def new_socket(address: str, kind: socket.SocketKind) -> socket.socket:
    """A socket of the address's family that does not block and keeps ICMP errors. Raises OSError."""
    v6 = ":" in address
    sock = socket.socket(socket.AF_INET6 if v6 else socket.AF_INET, kind)
    sock.setblocking(False)
    if FACILITIES.error_queue:
        level, option = (socket.IPPROTO_IPV6, _IPV6_RECVERR) if v6 else (socket.IPPROTO_IP, _IP_RECVERR)
        sock.setsockopt(level, option, 1)
    return sock


def socket_address(address: str, port: int) -> tuple[str, int] | tuple[str, int, int, int]:
    """What the system's calls take; a zone ("fe80::1%eth0") becomes its number. Raises OSError for an unknown one."""
    host, _, zone = address.partition("%")
    if ":" not in host:
        return host, port
    return host, port, 0, _scope_id(zone) if zone else 0


def _scope_id(zone: str) -> int:
    return int(zone) if zone.isdecimal() else socket.if_nametoindex(zone)


def set_ttl(sock: socket.socket, ttl: int) -> None:
    """The time-to-live, or IPv6's hop limit, of what is sent from now on."""
    if sock.family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, ttl)
    else:
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, ttl)


def set_least_ttl(sock: socket.socket, ttl: int) -> None:
    """Ignore what arrives with a smaller time-to-live: IP_MINTTL, ip(7), which no privilege is needed for.

    Raises OSError where the system has no such thing.
    """
    if not FACILITIES.least_ttl:
        raise OSError(errno.ENOPROTOOPT, os.strerror(errno.ENOPROTOOPT))
    if sock.family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, _IPV6_MINHOPCOUNT, ttl)
    else:
        sock.setsockopt(socket.IPPROTO_IP, _IP_MINTTL, ttl)


_OF_ROUTES = (errno.EHOSTUNREACH, errno.EACCES, errno.EINVAL)
"""What Linux says of routes of the types unreachable, prohibit and blackhole (ip-route(8)); of a filter, it says EPERM."""


def own_routes_reject(address: str) -> bool:
    """Whether this computer's own table of routes rejects an address, as a VPN's kill switch has it. Nothing is sent."""
    if not FACILITIES.error_queue:
        return False
    try:
        with new_socket(address, socket.SOCK_DGRAM) as sock:
            sock.connect(socket_address(address, 9))
    except OSError as error:
        return error.errno in _OF_ROUTES
    return False


@contextlib.contextmanager
def icmp_errors(sock: socket.socket) -> Iterator[None]:
    """Turn an OSError of `sock` into a ConnectError that carries the ICMP message behind it, if there was one."""
    try:
        yield
    except OSError as error:
        newest = next(reversed(list(queued_errors(sock))), None)
        if newest is None:
            raise ConnectError(error, None) from error
        raise ConnectError(error, newest.icmp, quoted=newest.quoted) from error


class QueuedError(NamedTuple):
    """An ICMP error that waits in a socket's queue."""

    errno: int
    icmp: Icmp
    peer: Address
    """Whom the packet was for."""
    quoted: bytes
    """What the message returned of the packet, from its TCP or UDP header on."""


def queued_errors(sock: socket.socket) -> Iterator[QueuedError]:
    """The ICMP errors in the socket's queue, oldest first.

    ip(7), IP_RECVERR; struct sock_extended_err with the offender behind it (linux/errqueue.h).
    """
    if not FACILITIES.error_queue:
        return
    for _ in range(16):
        try:
            quoted, ancillary, _, peer = sock.recvmsg(512, 512, socket.MSG_ERRQUEUE)
        except OSError:
            return
        for _, _, data in ancillary:
            if len(data) < 32:
                continue
            number, origin, kind, code = struct.unpack_from("=IBBB", data)
            to = (str(peer[0]), int(peer[1])) if peer else ("", 0)
            if origin == _SO_EE_ORIGIN_ICMP:
                yield QueuedError(
                    number, error_of(kind, code, ipaddress.IPv4Address(data[20:24]), to[0]), to, quoted
                )
            elif origin == _SO_EE_ORIGIN_ICMP6 and len(data) >= 40:
                yield QueuedError(
                    number, error_of(kind, code, ipaddress.IPv6Address(data[24:40]), to[0]), to, quoted
                )


def error_of(kind: int, code: int, sender: _IpAddress, to: str) -> Icmp:
    """An error by its sender: "host unreachable" from this computer itself says that it found nobody on its own link."""
    told = Icmp(kind, code, str(sender))
    if not to or not told.is_host_unreachable or not _is_own(str(sender), to):
        return told
    return Icmp(kind, code, str(sender), NextHop.SERVER if _is_on_link(sender, to) else NextHop.ROUTER)


def _is_own(sender: str, to: str) -> bool:
    """Whether it is the address from which this computer itself sends to `to`; nothing is sent to learn it."""
    with contextlib.suppress(OSError), new_socket(to, socket.SOCK_DGRAM) as sock:
        sock.connect(socket_address(to, 9))
        return str(sock.getsockname()[0]).partition("%")[0] == sender
    return False


def _is_on_link(own: _IpAddress, address: str) -> bool:
    """Whether no router stands before an address; nothing is sent to learn it.

    IPv4: the system finds a way that uses none (SO_DONTROUTE, socket(7)). IPv6, where that option does nothing: the
    address is in the same network of 64 bits as ours.
    """
    if own.version == 6:
        other = ipaddress.IPv6Address(address.partition("%")[0])
        return other.is_link_local or int(own) >> 64 == int(other) >> 64
    with contextlib.suppress(OSError), new_socket(address, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_DONTROUTE, 1)
        sock.connect((address, 9))
        return True
    return False
