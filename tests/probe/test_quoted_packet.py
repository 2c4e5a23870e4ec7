from __future__ import annotations

import struct

import pytest

from fmsdiag.model import QuotedDatagram, QuotedSegment
from fmsdiag.probe.quoted_packet import compare_quoted_data, parse_quoted_segment

OPTIONS = bytes.fromhex("020405b4 0402080a000000010000000001030307".replace(" ", ""))


def syn(options: bytes = OPTIONS, destination: int = 1935) -> bytes:
    assert len(options) % 4 == 0
    offset = (20 + len(options)) // 4 << 4
    return struct.pack("!HHIIBBHHH", 50000, destination, 1, 0, offset, 2, 64240, 0, 0) + options


def test_a_whole_header() -> None:
    assert parse_quoted_segment(syn()) == QuotedSegment(
        50000, 1935, 1460, ("mss", "sack", "timestamps", "window-scale"), whole=True
    )


def test_the_eight_bytes_that_every_router_returns() -> None:
    assert parse_quoted_segment(syn()[:8]) == QuotedSegment(50000, 1935)
    assert parse_quoted_segment(syn()[:7]) is None
    assert parse_quoted_segment(b"") is None


def test_a_quote_that_ends_within_the_options() -> None:
    cut = parse_quoted_segment(syn()[:25])
    assert cut == QuotedSegment(50000, 1935, 1460, ("mss",), whole=False)


def test_options_that_a_device_has_replaced() -> None:
    padded = parse_quoted_segment(syn(bytes.fromhex("0204055001010101")))
    assert padded == QuotedSegment(50000, 1935, 1360, ("mss",), whole=True)
    unknown = parse_quoted_segment(syn(bytes.fromhex("fd04aabb00000000")))
    assert unknown == QuotedSegment(50000, 1935, None, ("253",), whole=True)


@pytest.mark.parametrize("length", range(8, 44))
def test_no_length_is_too_short(length: int) -> None:
    data = bytes(length)
    assert parse_quoted_segment(data) is not None
    assert parse_quoted_segment(b"\xff" * length) is not None


@pytest.mark.parametrize(
    ("quoted", "said"),
    [
        (b"", None),  # eight bytes behind the IP header are the UDP header
        (b"hello", QuotedDatagram(5)),
        (b"hello world", QuotedDatagram(11)),
        (b"hello world" + bytes(117), QuotedDatagram(11)),  # padded to 128 bytes, as RFC 4884 has it
        (b"hellO", QuotedDatagram(5, 4)),
        (b"Hello world", QuotedDatagram(11, 0)),
    ],
)
def test_what_is_quoted_of_a_datagram(quoted: bytes, said: QuotedDatagram | None) -> None:
    assert compare_quoted_data(quoted, b"hello world") == said
