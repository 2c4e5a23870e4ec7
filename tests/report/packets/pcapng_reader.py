"""Reads pcapng and the IP packets in it, checking every length and checksum on the way; written from the documents alone."""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Read:
    """One packet as the file has it."""

    at_ns: int
    data: bytes
    length: int
    comments: tuple[str, ...]
    source: str = ""
    to: str = ""
    ports: tuple[int, int] = (0, 0)
    protocol: int = 0
    flags: int = 0
    numbers: tuple[int, int] = (0, 0)
    payload: bytes = b""
    ttl: int = 0

    @property
    def is_cut(self) -> bool:
        return self.length > len(self.data)


@dataclass
class File:
    """A whole file."""

    application: str = ""
    comments: tuple[str, ...] = ()
    link_type: int = 0
    ns_per_unit: int = 1000
    packets: list[Read] = field(default_factory=list)

    @property
    def all_comments(self) -> list[str]:
        return [comment for packet in self.packets for comment in packet.comments]


def read(data: bytes) -> File:
    """Raises AssertionError for whatever is not as the documents say."""
    file = File()
    for number, (kind, body) in enumerate(blocks(data)):
        if number == 0:
            assert kind == 0x0A0D0D0A
            assert struct.unpack_from("<IHHq", body) == (0x1A2B3C4D, 1, 0, -1)
            found = options(body[16:])
            file.application = found[4][0].decode()
            file.comments = tuple(comment.decode() for comment in found.get(1, []))
        elif number == 1:
            assert kind == 1
            file.link_type, _, snap_length = struct.unpack_from("<HHI", body)
            assert snap_length == 0
            file.ns_per_unit = 10 ** (9 - options(body[8:])[9][0][0])
        else:
            assert kind == 6
            file.packets.append(packet(body, file.ns_per_unit))
    return file


def blocks(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and body of each block."""
    at = 0
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        assert length % 4 == 0
        assert length >= 12
        assert struct.unpack_from("<I", data, at + length - 4) == (length,)
        yield kind, data[at + 8 : at + length - 4]
        at += length
    assert at == len(data)


def options(data: bytes) -> dict[int, list[bytes]]:
    found: dict[int, list[bytes]] = {}
    at = 0
    while at < len(data):
        code, length = struct.unpack_from("<HH", data, at)
        if code == 0:
            assert (length, at + 4) == (0, len(data))
            break
        found.setdefault(code, []).append(data[at + 4 : at + 4 + length])
        at += 4 + length + -length % 4
    return found


def packet(body: bytes, ns_per_unit: int) -> Read:
    interface, high, low, kept, length = struct.unpack_from("<IIIII", body)
    assert interface == 0
    data = body[20 : 20 + kept]
    comments = tuple(c.decode() for c in options(body[20 + kept + -kept % 4 :]).get(1, []))
    return ip(Read((high << 32 | low) * ns_per_unit, data, length, comments))


def ip(found: Read) -> Read:
    data = found.data
    if data[0] >> 4 == 4:
        head, pseudo = data[:20], data[12:20]
        assert struct.unpack_from("!H", head, 2)[0] == found.length
        assert ones_sum(head) == 0xFFFF, "IPv4 checksum"
        ttl, protocol = head[8], head[9]
    else:
        head, pseudo = data[:40], data[8:40]
        assert struct.unpack_from("!H", head, 4)[0] == found.length - 40
        protocol, ttl = head[6], head[7]
    half = len(pseudo) // 2
    source, to = (str(ipaddress.ip_address(pseudo[i : i + half])) for i in (0, half))
    rest = data[len(head) :]
    whole = found.length - len(head)
    if protocol != 1 and not found.is_cut:  # ICMP of IPv4 has no pseudo-header
        covered = pseudo + struct.pack("!IHBB", whole, 0, 0, protocol) + rest
        assert ones_sum(covered) == 0xFFFF, f"checksum of protocol {protocol}"
    elif protocol == 1:
        assert ones_sum(rest) == 0xFFFF, "ICMP checksum"
    ports, flags, numbers, payload = (0, 0), 0, (0, 0), rest
    if protocol in (6, 17):
        ports = struct.unpack_from("!HH", rest)
    if protocol == 6:
        numbers = struct.unpack_from("!II", rest, 4)
        flags, payload = rest[13], rest[(rest[12] >> 4) * 4 :]
    elif protocol == 17:
        assert struct.unpack_from("!H", rest, 4)[0] == whole
        payload = rest[8:]
    return Read(
        found.at_ns,
        data,
        found.length,
        found.comments,
        source,
        to,
        ports,
        protocol,
        flags,
        numbers,
        payload,
        ttl,
    )


def ones_sum(data: bytes) -> int:
    total = sum(struct.unpack(f"!{(len(data) + 1) // 2}H", data + b"\0" * (len(data) % 2)))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return int(total)
