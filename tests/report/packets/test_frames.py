"""Frames are what an independent reader takes them for, checksums included."""

import ipaddress
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.report.packets.frames import (
    MAX_PAYLOAD,
    Endpoint,
    Flags,
    Frame,
    checksum,
    icmp_error,
    tcp,
    udp,
)
from tests.report.packets.pcapng_reader import Read, ip

NEAR = Endpoint(ipaddress.ip_address("192.0.2.1"), 50000)
FAR = Endpoint(ipaddress.ip_address("203.0.113.10"), 1935)
NEAR_6 = Endpoint(ipaddress.ip_address("2001:db8::1"), 50000)
FAR_6 = Endpoint(ipaddress.ip_address("2001:db8:1::2"), 1935)
PAIRS = [(NEAR, FAR), (NEAR_6, FAR_6)]


def parsed(frame: Frame) -> Read:
    return ip(Read(0, frame.data, frame.length, ()))


def test_the_checksum_of_the_document() -> None:
    # RFC 1071, section 3: the sum of these words is ddf2
    assert checksum(bytes.fromhex("0001f203f4f5f6f7")) == 0xFFFF ^ 0xDDF2
    assert checksum(b"\x01") == checksum(b"\x01\x00")


@pytest.mark.parametrize(("near", "far"), PAIRS)
@given(payload=st.binary(max_size=100), number=st.integers(0, 2**40))
def test_any_segment_and_datagram_reads_back(
    near: Endpoint, far: Endpoint, payload: bytes, number: int
) -> None:
    segment = parsed(tcp(near, far, (number, number + 1), Flags.ACK | Flags.PSH, payload, ttl=64))
    assert (segment.source, segment.to) == (str(near.address), str(far.address))
    assert (segment.ports, segment.payload) == ((50000, 1935), payload)
    assert segment.numbers == (number % 2**32, (number + 1) % 2**32)
    assert segment.flags == Flags.ACK | Flags.PSH
    assert parsed(udp(near, far, payload, ttl=3)).payload == payload
    assert parsed(udp(near, far, payload, ttl=3)).ttl == 3


@pytest.mark.parametrize(("near", "far"), PAIRS)
def test_a_syn_has_options_and_the_greatest_payload_fits(near: Endpoint, far: Endpoint) -> None:
    syn = tcp(near, far, (7, 0), Flags.SYN, ttl=64, mss=1400)
    assert syn.data.endswith(struct.pack("!BBHBBBB", 2, 4, 1400, 1, 3, 3, 7))
    assert parsed(syn).payload == b""
    assert len(parsed(tcp(near, far, (7, 0), Flags.ACK, bytes(MAX_PAYLOAD), ttl=64)).payload) == MAX_PAYLOAD


def test_what_is_left_out_counts_in_every_length() -> None:
    for frame in (tcp(NEAR, FAR, (1, 1), Flags.ACK, b"ab", ttl=64, left_out=500),
                  udp(NEAR, FAR, b"ab", ttl=64, left_out=500)):  # fmt: skip
        assert frame.length == len(frame.data) + 500
        assert parsed(frame).payload == b"ab"


@pytest.mark.parametrize(("near", "far"), PAIRS)
def test_an_icmp_error_returns_the_beginning_of_the_packet(near: Endpoint, far: Endpoint) -> None:
    syn = tcp(near, far, (7, 0), Flags.SYN, ttl=64, mss=1400)
    told = parsed(icmp_error(far.address, near.address, 3, 1, syn, ttl=64))
    assert told.protocol == (1 if near.address.version == 4 else 58)
    assert told.payload[:2] == b"\3\1"
    assert syn.data.startswith(told.payload[8:])
    assert len(told.payload) >= 8 + 28


def test_a_sum_of_zero_is_sent_as_ones() -> None:
    """Zero would mean that a datagram has no checksum (RFC 768)."""
    plain = udp(NEAR, FAR, b"\0\0", ttl=64)
    missing = struct.unpack_from("!H", plain.data, 26)[0]
    frame = udp(NEAR, FAR, struct.pack("!H", missing), ttl=64)
    assert struct.unpack_from("!H", frame.data, 26)[0] == 0xFFFF
    parsed(frame)
