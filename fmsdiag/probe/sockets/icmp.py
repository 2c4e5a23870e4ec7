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
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from fmsdiag.model import Icmp

Address: TypeAlias = tuple[str, int]
"""Host address and port of a peer."""

LINUX = sys.platform == "linux"
DEFAULT_TTL = 64
"""What systems send with, where nothing else is set."""
# linux/in.h, linux/in6.h; not named by Python's socket module before 3.14
_IP_RECVERR, _IPV6_RECVERR = 11, 25
_IP_MINTTL, _IPV6_MINHOPCOUNT = 21, 73
_SO_EE_ORIGIN_ICMP, _SO_EE_ORIGIN_ICMP6 = 2, 3  # linux/errqueue.h


@dataclass
class Facilities:
    """What this system tells an ordinary program; a test may switch it off."""

    error_queue: bool = LINUX
    """ICMP errors with their senders, and at once."""
    least_ttl: bool = LINUX
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
        self.icmp = icmp
        self.peer = peer
        self.quoted = quoted


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
                    number, Icmp(kind, code, str(ipaddress.IPv4Address(data[20:24]))), to, quoted
                )
            elif origin == _SO_EE_ORIGIN_ICMP6 and len(data) >= 40:
                yield QueuedError(
                    number, Icmp(kind, code, str(ipaddress.IPv6Address(data[24:40]))), to, quoted
                )
