"""IP packets with TCP, UDP and ICMP in them, as bytes with right checksums.

Sources: RFC 791 and 8200 (IP), 9293 (TCP), 768 (UDP), 792 and 4443 (ICMP), 1071 (the checksum).
"""

from __future__ import annotations

import ipaddress
import struct
from enum import IntEnum, IntFlag
from typing import NamedTuple, TypeAlias

IpAddress: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

MAX_PAYLOAD = 65000
"""Of a segment or datagram: with every header it stays below the 65535 bytes that an IPv4 packet can have."""
_DONT_FRAGMENT = 0x4000
_WINDOW = 65535
_WINDOW_SCALE = 7
_QUOTED_V4, _QUOTED_V6 = 28, 1232
"""How much of a packet an ICMP error returns: header and 8 bytes (RFC 792); what fits 1280 bytes (RFC 4443)."""


class Protocol(IntEnum):
    """IP protocol numbers (IANA)."""

    ICMP = 1
    TCP = 6
    UDP = 17
    ICMPV6 = 58


class Flags(IntFlag):
    """Control bits of TCP."""

    FIN = 1
    SYN = 2
    RST = 4
    PSH = 8
    ACK = 16


class Endpoint(NamedTuple):
    """An address and a port."""

    address: IpAddress
    port: int


class Frame(NamedTuple):
    """One IP packet as bytes; `length` is greater where its last bytes are left out."""

    data: bytes
    length: int


def checksum(data: bytes) -> int:
    """The ones' complement sum of RFC 1071, of `data` with its own checksum field at zero."""
    if len(data) % 2:
        data += b"\0"
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def tcp(
    source: Endpoint,
    to: Endpoint,
    numbers: tuple[int, int],
    flags: Flags,
    payload: bytes = b"",
    *,
    ttl: int,
    mss: int | None = None,
    left_out: int = 0,
) -> Frame:
    """A segment; `numbers` are sequence and acknowledgment. `mss` adds the options of a SYN. `left_out` bytes follow
    `payload` that are not in the frame, so that its checksum cannot be checked and is zero."""
    options = b""
    if mss is not None:  # MSS, no operation, window scale (RFC 7323)
        options = struct.pack("!BBHBBBB", 2, 4, mss, 1, 3, 3, _WINDOW_SCALE)
    sequence, acknowledged = (number & 0xFFFFFFFF for number in numbers)
    offset = (20 + len(options)) // 4 << 4
    head = struct.pack(
        "!HHIIBBHHH", source.port, to.port, sequence, acknowledged, offset, flags, _WINDOW, 0, 0
    )
    segment = head + options + payload
    total = 0 if left_out else checksum(_pseudo(source, to, Protocol.TCP, len(segment)) + segment)
    segment = segment[:16] + struct.pack("!H", total) + segment[18:]
    return _ip(source.address, to.address, Protocol.TCP, segment, ttl, left_out)


def udp(source: Endpoint, to: Endpoint, payload: bytes, *, ttl: int, left_out: int = 0) -> Frame:
    """A datagram; `left_out` as for `tcp`."""
    length = 8 + len(payload) + left_out
    datagram = struct.pack("!HHHH", source.port, to.port, length, 0) + payload
    # zero means "not computed", so a sum of zero is sent as its other form
    total = 0 if left_out else checksum(_pseudo(source, to, Protocol.UDP, length) + datagram) or 0xFFFF
    datagram = datagram[:6] + struct.pack("!H", total) + datagram[8:]
    return _ip(source.address, to.address, Protocol.UDP, datagram, ttl, left_out)


def icmp_error(sender: IpAddress, to: IpAddress, kind: int, code: int, about: Frame, *, ttl: int) -> Frame:
    """An ICMP or ICMPv6 error that returns the beginning of the packet that it is about."""
    is_v4 = sender.version == 4
    body = struct.pack("!BBHI", kind, code, 0, 0) + about.data[: _QUOTED_V4 if is_v4 else _QUOTED_V6]
    protocol = Protocol.ICMP if is_v4 else Protocol.ICMPV6
    before = b"" if is_v4 else _pseudo(Endpoint(sender, 0), Endpoint(to, 0), protocol, len(body))
    body = body[:2] + struct.pack("!H", checksum(before + body)) + body[4:]
    return _ip(sender, to, protocol, body, ttl, 0)


def _pseudo(source: Endpoint, to: Endpoint, protocol: Protocol, length: int) -> bytes:
    """The header over which the checksum is made, too."""
    addresses = source.address.packed + to.address.packed
    if source.address.version == 4:
        return addresses + struct.pack("!BBH", 0, protocol, length)
    return addresses + struct.pack("!IHBB", length, 0, 0, protocol)


def _ip(
    source: IpAddress, to: IpAddress, protocol: Protocol, payload: bytes, ttl: int, left_out: int
) -> Frame:
    length = len(payload) + left_out
    if source.version == 6:
        head = struct.pack("!IHBB", 6 << 28, length, protocol, ttl) + source.packed + to.packed
    else:
        head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + length, 0, _DONT_FRAGMENT, ttl, protocol, 0)
        head += source.packed + to.packed
        head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
    return Frame(head + payload, len(head) + length)
