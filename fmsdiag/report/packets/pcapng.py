"""Writes the three blocks of pcapng that a capture needs: section header, interface, packets with comments.

Source: PCAP Next Generation (pcapng) Capture File Format, draft-ietf-opsawg-pcapng, sections 3 and 4. Little endian.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from fmsdiag.report.packets.frames import Frame
from fmsdiag.report.visible import visible

LINKTYPE_RAW = 101
"""Packets begin with their IP header, of either version."""
NANOSECONDS = 9
"""The negative power of ten of a time's unit (option if_tsresol)."""
MAX_COMMENT_BYTES = 2000
_SECTION_HEADER, _INTERFACE, _ENHANCED_PACKET = 0x0A0D0D0A, 1, 6
_BYTE_ORDER_MAGIC = 0x1A2B3C4D
_END_OF_OPTIONS, _COMMENT = 0, 1
_USER_APPLICATION, _INTERFACE_NAME, _TIME_RESOLUTION = 4, 2, 9
Option: TypeAlias = tuple[int, bytes]


def section_header(application: str, comments: Iterable[str]) -> bytes:
    """The first block of a file; `application` wrote it."""
    body = struct.pack("<IHHq", _BYTE_ORDER_MAGIC, 1, 0, -1)  # version 1.0, a section of unknown length
    return _block(
        _SECTION_HEADER, body, [(_USER_APPLICATION, application.encode()), *_comment_options(comments)]
    )


def interface(name: str) -> bytes:
    """The interface to which all packets belong: raw IP, times in nanoseconds."""
    body = struct.pack("<HHI", LINKTYPE_RAW, 0, 0)  # no limit of a packet's length
    return _block(
        _INTERFACE, body, [(_INTERFACE_NAME, name.encode()), (_TIME_RESOLUTION, bytes((NANOSECONDS,)))]
    )


def packet(frame: Frame, at_ns: int, comments: Sequence[str] = ()) -> bytes:
    """A packet at `at_ns` nanoseconds since 1970 (UTC)."""
    time = at_ns & 0xFFFFFFFFFFFFFFFF
    head = struct.pack("<IIIII", 0, time >> 32, time & 0xFFFFFFFF, len(frame.data), frame.length)
    return _block(_ENHANCED_PACKET, head + _padded(frame.data), _comment_options(comments))


def _comment_options(comments: Iterable[str]) -> list[Option]:
    return [(_COMMENT, _cut(visible(comment))) for comment in comments]


def _cut(text: str) -> bytes:
    """The text in UTF-8, whole characters only."""
    return text.encode("utf-8", "replace")[:MAX_COMMENT_BYTES].decode("utf-8", "ignore").encode()


def _block(kind: int, body: bytes, options: Sequence[Option]) -> bytes:
    """A block with its length at both ends, all of it on 32-bit boundaries."""
    written = b"".join(struct.pack("<HH", code, len(value)) + _padded(value) for code, value in options)
    if options:
        written += struct.pack("<HH", _END_OF_OPTIONS, 0)
    length = struct.pack("<I", 12 + len(body) + len(written))
    return struct.pack("<I", kind) + length + body + written + length


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)
