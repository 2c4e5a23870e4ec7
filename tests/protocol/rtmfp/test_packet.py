from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.protocol.errors import LocalProtocolError
from fmsdiag.protocol.rtmfp.errors import RtmfpError, RtmfpFault
from fmsdiag.protocol.rtmfp.packet import (
    MAX_CHUNKS,
    MAX_ECHO_AGE_S,
    MAX_OPTIONS,
    Chunk,
    Mode,
    Option,
    Packet,
    Reader,
    Timestamps,
    checksum,
    encode_address,
    encode_chunk,
    encode_field,
    encode_option,
    encode_packet,
    encode_vlu,
    padding,
    parse_packet,
    scramble,
    session_id_of,
    ticks,
)
from tests.protocol.conftest import fault_of


@pytest.mark.parametrize(
    ("number", "encoded"),
    [(0, "00"), (127, "7f"), (128, "8100"), (130, "8102"), (16_384, "818000"), (2**63 - 1, "ff" * 8 + "7f")],
)
def test_numbers_go_seven_bits_a_byte_most_significant_first(number: int, encoded: str) -> None:
    assert encode_vlu(number).hex() == encoded
    assert Reader(bytes.fromhex(encoded)).vlu() == number


@pytest.mark.parametrize("data", [b"", b"\x81", b"\xff" * 9, b"\x80" * 50 + b"\1"])
def test_a_number_without_end_is_a_fault_of_the_peer(data: bytes) -> None:
    with pytest.raises(RtmfpError) as caught:
        Reader(data).vlu()
    assert caught.value.fault is RtmfpFault.MALFORMED


@pytest.mark.parametrize("number", [-1, 1 << 63])
def test_numbers_that_do_not_fit_are_our_fault(number: int) -> None:
    with pytest.raises(LocalProtocolError):
        encode_vlu(number)


def test_options_end_at_the_marker_or_at_the_end() -> None:
    listed = encode_option(0x0A) + encode_option(0x15, b"\x02") + encode_option(300, b"x")
    expected = (Option(10, b""), Option(21, b"\2"), Option(300, b"x"))
    assert listed.hex() == "010a02150203822c78"
    reader = Reader(listed + b"\0rest")
    assert reader.options() == expected
    assert (reader.options_end, reader.rest()) == (len(listed), b"rest")
    reader = Reader(listed)
    assert reader.options() == expected
    assert reader.options_end == len(listed)


def test_options_are_counted() -> None:
    assert len(Reader(encode_option(10) * MAX_OPTIONS).options()) == MAX_OPTIONS
    with pytest.raises(RtmfpError, match="more than 64 options"):
        Reader(encode_option(10) * (MAX_OPTIONS + 1)).options()


@pytest.mark.parametrize(
    ("address", "encoded"),
    [
        (("192.0.2.1", 1935), "03c0000201078f"),
        (("2001:db8::1", 19350), "8320010db80000000000000000000000014b96"),
    ],
)
def test_addresses(address: tuple[str, int], encoded: str) -> None:
    assert encode_address(address, 3).hex() == encoded
    assert Reader(bytes.fromhex(encoded)).address() == address


@pytest.mark.parametrize("address", [("media.example", 1935), ("192.0.2.1", 70_000)])
def test_only_literal_addresses_can_be_sent(address: tuple[str, int]) -> None:
    with pytest.raises(LocalProtocolError):
        encode_address(address)


def test_a_packet_has_flags_times_and_chunks() -> None:
    encoded = encode_packet(Mode.INITIATOR, [encode_chunk(0x41, b"ab"), encode_chunk(0x0C, b"")], 0x1234)
    assert encoded.hex() == "09123441000261620c0000"
    assert parse_packet(encoded + b"\xff" * 7) == Packet(
        1, (Chunk(0x41, b"ab"), Chunk(0x0C, b"")), 0x1234, None
    )
    echoing = encode_packet(Mode.RESPONDER, [], 1, 2)
    assert echoing.hex() == "0e00010002"
    assert parse_packet(echoing) == Packet(2, (), 1, 2)


@pytest.mark.parametrize("tail", ["ff0000", "000000", "410003aabb", "4100"])
def test_chunks_end_at_padding_and_at_what_overruns(tail: str) -> None:
    packet = parse_packet(bytes.fromhex("0b0000410001aa" + tail))
    assert packet.chunks == (Chunk(0x41, b"\xaa"),)


def test_chunks_are_counted() -> None:
    assert len(parse_packet(b"\x03" + encode_chunk(0x0C, b"") * 1000).chunks) == MAX_CHUNKS


@pytest.mark.parametrize(("data", "expected"), [("01020304", 0xFBF9), ("010203", 0xFEFA), ("", 0xFFFF)])
def test_the_checksum_counts_a_last_odd_byte_as_low(data: str, expected: int) -> None:
    assert checksum(bytes.fromhex(data)) == expected


@given(st.binary(max_size=200))
def test_data_with_its_checksum_before_it_sums_to_nothing(data: bytes) -> None:
    assert checksum(checksum(data).to_bytes(2, "big") + data) == 0


@given(st.binary(min_size=4, max_size=4), st.binary(min_size=16, max_size=64))
def test_the_session_id_is_found_again(session_id: bytes, encrypted: bytes) -> None:
    datagram = scramble(session_id, encrypted)
    assert session_id_of(datagram) == session_id
    assert datagram[4:] == encrypted


@pytest.mark.parametrize("size", [0, 4, 19])
def test_what_is_shorter_than_a_cipher_block_is_no_packet(size: int) -> None:
    with pytest.raises(RtmfpError) as caught:
        session_id_of(bytes(size))
    assert caught.value.fault is RtmfpFault.NOT_RTMFP


@pytest.mark.parametrize(("size", "added"), [(0, 0), (1, 15), (15, 1), (16, 0), (17, 15)])
def test_padding_fills_the_last_block(size: int, added: int) -> None:
    assert padding(size) == b"\xff" * added


def test_timestamps_are_ticks_of_four_milliseconds() -> None:
    assert ticks(1.0) == 250
    assert ticks(65_536 / 250 + 0.004) == 1


def test_an_echo_is_the_last_timestamp_and_the_time_since() -> None:
    stamps = Timestamps()
    assert stamps.echo(5.0) is None
    stamps.received(Packet(1, (), 0xFFFF, None), 5.0)
    assert stamps.echo(5.5) == 124
    assert stamps.echo(5.0 + MAX_ECHO_AGE_S) is None


def test_the_round_trip_is_the_shortest_of_all_echoes() -> None:
    stamps = Timestamps()
    for echo, now_s in ((ticks(10.0), 10.2), (ticks(11.0), 11.1), (ticks(12.0), 12.3)):
        stamps.received(Packet(2, (), None, echo), now_s)
    assert stamps.shortest_rtt_s == pytest.approx(0.1, abs=0.004)
    stamps.received(Packet(2, (), None, ticks(20.0)), 12.4)  # an echo from the future
    assert stamps.shortest_rtt_s == pytest.approx(0.1, abs=0.004)


@given(st.binary(max_size=300))
def test_no_packet_makes_the_parser_raise_anything_else(data: bytes) -> None:
    try:
        packet = parse_packet(data)
    except RtmfpError:
        assert len(data) < 5
    else:
        assert sum(len(chunk.payload) + 3 for chunk in packet.chunks) < len(data)


@given(st.binary(max_size=100))
def test_no_bytes_make_the_reader_raise_anything_else(data: bytes) -> None:
    for read in (Reader.vlu, Reader.field, Reader.options, Reader.address, Reader.u32):
        reader = Reader(data)
        error = fault_of(partial(read, reader))
        assert reader.position <= len(data)
        assert error is None or isinstance(error, RtmfpError)


@given(st.lists(st.binary(max_size=40), max_size=5))
def test_fields_are_read_as_they_were_written(fields: list[bytes]) -> None:
    reader = Reader(b"".join(map(encode_field, fields)))
    assert [reader.field() for _ in fields] == fields
    assert reader.remaining == 0
