"""What a router returns of a packet: a SYN's TCP header, or a datagram's data, as it received them. Pure.

An ICMP error quotes the packet that it is about: eight bytes behind its IP header at least (RFC 792), as much as fits into
576 bytes from routers that follow RFC 1812, section 4.3.2.3. What stands there can differ from what was sent, where a
device on the way has rewritten it.
"""

from __future__ import annotations

import struct

from fmsdiag.model import QuotedDatagram, QuotedSegment

_FIXED = 20
_NAMES = {2: "mss", 3: "window-scale", 4: "sack", 8: "timestamps", 34: "fast-open"}
_END, _PADDING = 0, 1


def parse_quoted_segment(quoted: bytes) -> QuotedSegment | None:
    """The quoted header, as far as it goes; none where not even the ports are there."""
    if len(quoted) < 8:
        return None
    source, destination = struct.unpack_from("!HH", quoted)
    if len(quoted) < _FIXED:
        return QuotedSegment(source, destination)
    end = (quoted[12] >> 4) * 4
    whole = _FIXED <= end <= len(quoted)
    mss, options = _options(quoted[_FIXED : min(end, len(quoted))])
    return QuotedSegment(source, destination, mss, options, whole)


def compare_quoted_data(quoted: bytes, sent: bytes) -> QuotedDatagram | None:
    """The quoted data of a UDP packet beside what was sent; none where the router returns the UDP header alone.

    Only as many bytes as were sent count: behind them a router may pad the quote (RFC 4884, section 4).
    """
    size = min(len(quoted), len(sent))
    if not size:
        return None
    differs_at = next((at for at in range(size) if quoted[at] != sent[at]), None)
    return QuotedDatagram(size, differs_at)


def _options(data: bytes) -> tuple[int | None, tuple[str, ...]]:
    mss: int | None = None
    names: list[str] = []
    at = 0
    while at < len(data) and data[at] != _END:
        kind = data[at]
        if kind == _PADDING:
            at += 1
            continue
        if at + 1 >= len(data) or data[at + 1] < 2 or at + data[at + 1] > len(data):
            break  # cut off, or no option
        if kind == 2 and data[at + 1] == 4:
            mss = int.from_bytes(data[at + 2 : at + 4])
        names.append(_NAMES.get(kind, str(kind)))
        at += data[at + 1]
    return mss, tuple(names)
