"""What a decrypted RTMFP packet is made of (RFC 7016, sections 2.2 and 2.3).

VLUs, fields, options and addresses; the header with its 4 ms timestamps; chunks, padding, the checksum, and the
session id scrambled into the ciphertext. Parsing raises RtmfpError and nothing else.
"""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from fmsdiag.protocol.errors import LocalProtocolError
from fmsdiag.protocol.rtmfp.errors import RtmfpError, RtmfpFault
from fmsdiag.protocol.rtmfp.events import Address

STARTUP_SESSION = bytes(4)
BLOCK_BYTES = 16
PADDING = 0xFF
MARKER = b"\0"  # an option of length 0: end of a list, or a separator
TICKS_PER_S = 250
MAX_ECHO_AGE_S = 128.0
MAX_CHUNKS = 256  # of one packet; the rest is not looked at
MAX_OPTIONS = 64  # of one list
_MAX_VLU_BYTES = 9  # 63 bits


class Mode(IntEnum):
    """Low two bits of the flags: who sent the packet."""

    INVALID = 0
    INITIATOR = 1
    RESPONDER = 2
    STARTUP = 3


class Flag(IntEnum):
    TIMESTAMP = 0x08
    TIMESTAMP_ECHO = 0x04
    MODE = 0x03


class ChunkType(IntEnum):
    """The chunks we know. Others are skipped."""

    PING = 0x01
    SESSION_CLOSE_REQUEST = 0x0C
    USER_DATA = 0x10
    NEXT_USER_DATA = 0x11
    BUFFER_PROBE = 0x18
    IHELLO = 0x30
    IIKEYING = 0x38
    PING_REPLY = 0x41
    SESSION_CLOSE_ACKNOWLEDGEMENT = 0x4C
    ACK_BITMAP = 0x50
    ACK_RANGES = 0x51
    FLOW_EXCEPTION = 0x5E
    RHELLO = 0x70
    REDIRECT = 0x71
    RIKEYING = 0x78
    COOKIE_CHANGE = 0x79


class Chunk(NamedTuple):
    type: int
    payload: bytes


class Option(NamedTuple):
    type: int
    value: bytes


@dataclass(frozen=True, slots=True)
class Packet:
    """A decrypted packet without sequence number and checksum. Timestamps are ticks of 4 ms modulo 2**16."""

    mode: int
    chunks: tuple[Chunk, ...]
    timestamp: int | None = None
    echo: int | None = None


class Reader:
    """Reads fields from `data`; every read past the end raises RtmfpError (MALFORMED) with the offset."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0
        self.options_end = 0  # where the last options() met its marker, or the end

    @property
    def remaining(self) -> int:
        return len(self.data) - self.position

    def fault(self, what: str) -> RtmfpError:
        return RtmfpError(RtmfpFault.MALFORMED, what, self.position, self.data[self.position :])

    def take(self, count: int) -> bytes:
        if count > self.remaining:
            raise self.fault(f"{count} bytes announced, {self.remaining} left")
        start = self.position
        self.position += count
        return self.data[start : self.position]

    def rest(self) -> bytes:
        return self.take(self.remaining)

    def u8(self) -> int:
        return self.take(1)[0]

    def u16(self) -> int:
        return int.from_bytes(self.take(2), "big")

    def u32(self) -> int:
        return int.from_bytes(self.take(4), "big")

    def vlu(self) -> int:
        value = 0
        for _ in range(_MAX_VLU_BYTES):
            byte = self.u8()
            value = value << 7 | byte & 0x7F
            if byte < 0x80:
                return value
        raise self.fault("a number of more than 63 bits")

    def field(self) -> bytes:
        return self.take(self.vlu())

    def options(self) -> tuple[Option, ...]:
        """Options up to a marker, which is read too, or to the end."""
        found: list[Option] = []
        while True:
            self.options_end = self.position
            if not self.remaining:
                break
            body = Reader(self.field())
            if not body.data:
                break
            if len(found) == MAX_OPTIONS:
                raise self.fault(f"more than {MAX_OPTIONS} options")
            found.append(Option(body.vlu(), body.rest()))
        return tuple(found)

    def address(self) -> Address:
        kind = self.u8()
        host = ipaddress.ip_address(self.take(16 if kind & 0x80 else 4))
        return str(host), self.u16()


def encode_vlu(number: int) -> bytes:
    """Base 128, most significant group first. Raises LocalProtocolError below 0 and above 63 bits."""
    if not 0 <= number < 1 << 7 * _MAX_VLU_BYTES:
        raise LocalProtocolError(f"{number} is no VLU")
    out = bytearray((number & 0x7F,))
    while number := number >> 7:
        out.insert(0, number & 0x7F | 0x80)
    return bytes(out)


def encode_field(data: bytes) -> bytes:
    return encode_vlu(len(data)) + data


def encode_option(kind: int, value: bytes = b"") -> bytes:
    return encode_field(encode_vlu(kind) + value)


def encode_address(address: Address, origin: int = 0) -> bytes:
    """origin: 0 unknown, 1 local, 2 public, 3 relay or redirection. Raises LocalProtocolError for a host name."""
    host, port = address
    try:
        packed = ipaddress.ip_address(host).packed
        return bytes(((0x80 if len(packed) == 16 else 0) | origin,)) + packed + port.to_bytes(2, "big")
    except (ValueError, OverflowError) as error:
        raise LocalProtocolError(f"no address to send: {error}") from None


def encode_chunk(kind: int, payload: bytes) -> bytes:
    try:
        return bytes((kind,)) + len(payload).to_bytes(2, "big") + payload
    except OverflowError:
        raise LocalProtocolError(f"a chunk of {len(payload)} bytes") from None


def encode_packet(mode: Mode, chunks: Iterable[bytes], timestamp: int, echo: int | None = None) -> bytes:
    """Header and encoded chunks, without padding; the timestamp is always sent."""
    flags = mode | Flag.TIMESTAMP | (0 if echo is None else Flag.TIMESTAMP_ECHO)
    times = timestamp.to_bytes(2, "big") + (b"" if echo is None else echo.to_bytes(2, "big"))
    return bytes((flags,)) + times + b"".join(chunks)


def parse_packet(data: bytes) -> Packet:
    """Header and chunks of a packet, up to padding or a chunk that overruns. Raises RtmfpError."""
    reader = Reader(data)
    flags = reader.u8()
    timestamp = reader.u16() if flags & Flag.TIMESTAMP else None
    echo = reader.u16() if flags & Flag.TIMESTAMP_ECHO else None
    chunks: list[Chunk] = []
    while reader.remaining >= 3 and len(chunks) < MAX_CHUNKS:
        kind, size = reader.u8(), reader.u16()
        if kind in (0, PADDING) or size > reader.remaining:
            break
        chunks.append(Chunk(kind, reader.take(size)))
    return Packet(flags & Flag.MODE, tuple(chunks), timestamp, echo)


def padding(size: int) -> bytes:
    """What brings `size` bytes to a multiple of the cipher's block."""
    return bytes((PADDING,)) * (-size % BLOCK_BYTES)


def checksum(data: bytes) -> int:
    """The Internet checksum, but a last odd byte counts as the low one of its word (unlike RFC 1071)."""
    even = len(data) & ~1
    total: int = sum(struct.unpack(f">{even // 2}H", data[:even]))
    total += sum(data[even:])
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def scramble(session_id: bytes, encrypted: bytes) -> bytes:
    """The datagram: the session id, hidden in the first 8 encrypted bytes, before them."""
    return _mask(session_id, encrypted) + encrypted


def session_id_of(datagram: bytes) -> bytes:
    """The 4 bytes of the session a datagram is for. Raises RtmfpError when it is too short to be a packet."""
    if len(datagram) < len(STARTUP_SESSION) + BLOCK_BYTES:
        raise RtmfpError(RtmfpFault.NOT_RTMFP, f"only {len(datagram)} bytes")
    return _mask(datagram[:4], datagram[4:])


def _mask(session_id: bytes, encrypted: bytes) -> bytes:
    return bytes(a ^ b ^ c for a, b, c in zip(session_id, encrypted[:4], encrypted[4:8], strict=True))


def ticks(now_s: float) -> int:
    """A time as timestamp."""
    return int(now_s * TICKS_PER_S) & 0xFFFF


class Timestamps:
    """What was last received, to be echoed, and what the echoes say about the round trip."""

    def __init__(self) -> None:
        self._last: tuple[int, float] | None = None  # timestamp, when it came
        self.shortest_rtt_s: float | None = None  # in steps of 4 ms

    def received(self, packet: Packet, now_s: float) -> None:
        if packet.timestamp is not None:
            self._last = packet.timestamp, now_s
        if packet.echo is not None:
            elapsed = (ticks(now_s) - packet.echo) & 0xFFFF
            if elapsed < 0x8000:
                rtt = elapsed / TICKS_PER_S
                self.shortest_rtt_s = rtt if self.shortest_rtt_s is None else min(rtt, self.shortest_rtt_s)

    def echo(self, now_s: float) -> int | None:
        """The echo to send now; none when nothing came for so long that it could be misread."""
        if self._last is None or now_s - self._last[1] >= MAX_ECHO_AGE_S:
            return None
        timestamp, came = self._last
        return (timestamp + int((now_s - came) * TICKS_PER_S)) & 0xFFFF
