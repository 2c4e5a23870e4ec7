from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.protocol.chunk import (
    MAX_BUFFERED_BYTES,
    MAX_CHUNK_STREAM_ID,
    MAX_CHUNK_STREAMS,
    ChunkReader,
    ChunkWriter,
    RawMessage,
)
from fmsdiag.protocol.errors import LocalProtocolError, RemoteProtocolError
from tests.protocol.conftest import Cut, fault_of

Summary = tuple[int, int, int, int, bytes]  # chunk stream, timestamp, type, message stream, payload


def _summary(message: RawMessage) -> Summary:
    return (
        message.chunk_stream_id,
        message.timestamp_ms,
        message.type_id,
        message.stream_id,
        message.payload,
    )


def _drain(reader: ChunkReader) -> list[Summary]:
    messages = []
    while (message := reader.next_message()) is not None:
        messages.append(_summary(message))
    return messages


def _read(wire: bytes, cut: Cut) -> list[Summary]:
    reader = ChunkReader()
    messages: list[Summary] = []
    for piece in cut(wire):
        reader.feed(piece)
        messages += _drain(reader)
    return messages


EXT = "ffffff"
BIG = bytes(range(200))

# What the writer writes, byte for byte, and the reader reads back.
BOTH: dict[str, tuple[Summary, str]] = {
    "one chunk": ((3, 0, 20, 0, b"abc"), "03 000000 000003 14 00000000 616263"),
    "empty": ((2, 5, 9, 0, b""), "02 000005 000000 09 00000000"),
    "stream id little-endian": ((4, 1, 8, 0x01020304, b"x"), "04 000001 000001 08 04030201 78"),
    "two chunks": (
        (3, 0, 20, 1, BIG),
        "03 000000 0000c8 14 01000000" + BIG[:128].hex() + "c3" + BIG[128:].hex(),
    ),
    "two-byte csid 64": ((64, 0, 9, 0, b"x"), "00 00 000000 000001 09 00000000 78"),
    "two-byte csid 319": ((319, 0, 9, 0, b"x"), "00 ff 000000 000001 09 00000000 78"),
    "three-byte csid little-endian": ((320, 0, 9, 0, b"x"), "01 00 01 000000 000001 09 00000000 78"),
    "last csid": ((65_599, 0, 9, 0, b"x"), "01 ff ff 000000 000001 09 00000000 78"),
    "last short timestamp": ((3, 0xFFFFFE, 9, 0, b"x"), "03 fffffe 000001 09 00000000 78"),
    "extended timestamp": ((3, 0xFFFFFF, 9, 0, b"x"), f"03 {EXT} 000001 09 00000000 00ffffff 78"),
    "extended timestamp repeated": (
        (3, 0x01020304, 9, 0, BIG),
        f"03 {EXT} 0000c8 09 00000000 01020304" + BIG[:128].hex() + "c3 01020304" + BIG[128:].hex(),
    ),
}

# Forms that only others write.
READ_ONLY: dict[str, tuple[list[Summary], str]] = {
    "formats 0 1 2 3": (
        [(4, 10, 8, 1, b"a"), (4, 15, 9, 1, b"bc"), (4, 22, 9, 1, b"de"), (4, 29, 9, 1, b"fg")],
        "04 00000a 000001 08 01000000 61 44 000005 000002 09 6263 84 000007 6465 c4 6667",
    ),
    "format 3 after format 0 adds its timestamp": (
        [(4, 10, 8, 1, b"a"), (4, 20, 8, 1, b"b")],
        "04 00000a 000001 08 01000000 61 c4 62",
    ),
    "format 1 first, as librtmp's rtmpsrv": ([(3, 7, 20, 0, b"a")], "43 000007 000001 14 61"),
    "interleaved": (
        [(5, 0, 8, 0, b"y"), (4, 0, 9, 0, BIG)],
        "04 000000 0000c8 09 00000000" + BIG[:128].hex() + "05 000000 000001 08 00000000 79 c4" + BIG[128:].hex(),
    ),
    "extended timestamp not repeated": (
        [(3, 0x7F000000, 9, 0, BIG)],
        f"03 {EXT} 0000c8 09 00000000 7f000000" + BIG[:128].hex() + "c3" + BIG[128:].hex(),
    ),
    "extended delta, then a new message of format 3": (
        [(3, 0, 9, 0, b"a"), (3, 0x01000000, 9, 0, b"b"), (3, 0x02000000, 9, 0, b"c")],
        f"03 000000 000001 09 00000000 61 83 {EXT} 01000000 62 c3 01000000 63",
    ),
    "timestamps wrap": (
        [(3, 0xFFFFFFFF, 9, 0, b"a"), (3, 1, 9, 0, b"b")],
        f"03 {EXT} 000001 09 00000000 ffffffff 61 83 000002 62",
    ),
    "set chunk size at once": (
        [(2, 0, 1, 0, b"\0\0\0\x02"), (3, 0, 9, 0, b"abc")],
        "02 000000 000004 01 00000000 00000002 03 000000 000003 09 00000000 6162 c3 63",
    ),
    "the largest chunk size, as Mona": (
        [(2, 0, 1, 0, b"\x7f\xff\xff\xff"), (3, 0, 9, 0, BIG)],
        "02 000000 000004 01 00000000 7fffffff 03 000000 0000c8 09 00000000" + BIG.hex(),
    ),
    "abort": (
        [(2, 0, 2, 0, b"\0\0\0\x03"), (3, 0, 9, 0, b"new")],
        "03 000000 0000c8 09 00000000" + BIG[:128].hex() + "02 000000 000004 02 00000000 00000003"
        "03 000000 000003 09 00000000 6e6577",
    ),
    "abort of nothing": ([(2, 0, 2, 0, b"\0\0\0\x09")], "02 000000 000004 02 00000000 00000009"),
}  # fmt: skip

FAULTS: dict[str, tuple[str, str, int]] = {
    "format 2 first": ("not RTMP: chunk stream 8 begins with format 2", "88 000000", 3073),
    "format 3 first": ("not RTMP: chunk stream 8 begins with format 3", "c8", 3073),
    "HTTP page": ("not RTMP: chunk stream 8 begins with format 1|more than", b"HTTP/1.1 400 Bad".hex(), 3073),
    "too long": ("message of 16777215 bytes, more than 1048576", "03 000000 ffffff 09 00000000", 3073),
    "chunk size 0": ("chunk size 0", "02 000000 000004 01 00000000 00000000", 3073),
    "chunk size with top bit": ("chunk size 2147483648", "02 000000 000004 01 00000000 80000000", 3073),
    "chunk size cut": ("message type 1 of 2 bytes", "02 000000 000002 01 00000000 0000", 3073),
    "message inside another": (
        "begins inside another of chunk stream 3",
        "03 000000 0000c8 09 00000000" + BIG[:128].hex() + "03 000000 000001 09 00000000 78",
        3073 + 140,
    ),
}


@pytest.mark.parametrize("name", BOTH)
def test_writer_and_reader_agree(name: str, cut: Cut) -> None:
    summary, wire = BOTH[name]
    data = bytes.fromhex(wire)
    assert ChunkWriter().write(RawMessage(*summary)) == data
    assert _read(data, cut) == [summary]
    assert _read(data + data, cut) == [summary, summary]
    assert _read(data + b"\x03", cut) == [summary]
    assert _read(data[:-1], cut) == []


@pytest.mark.parametrize("name", READ_ONLY)
def test_reads_what_others_write(name: str, cut: Cut) -> None:
    summaries, wire = READ_ONLY[name]
    assert _read(bytes.fromhex(wire), cut) == summaries
    assert _read(bytes.fromhex(wire) + b"\x06", cut) == summaries


@pytest.mark.parametrize("name", FAULTS)
def test_faults_name_what_and_where(name: str, cut: Cut) -> None:
    what, wire, offset = FAULTS[name]
    reader = ChunkReader(base_offset=3073)
    faults = []
    for piece in cut(bytes.fromhex(wire)):
        reader.feed(piece)
        faults.append(fault_of(lambda: _drain(reader)))
    fault = next(fault for fault in faults if fault)
    assert re.search(what, fault.what)
    assert fault.offset == offset
    assert fault.data


def test_a_payload_that_looks_like_the_extended_timestamp_is_read_as_one() -> None:
    # An encoder that does not repeat it cannot be told here from one that does: the rule is to repeat.
    payload = bytes(128) + bytes.fromhex("01000000") + bytes(10)
    wire = bytes.fromhex("03 ffffff 00008e 09 00000000 01000000") + payload[:128] + b"\xc3" + payload[128:]
    reader = ChunkReader()
    reader.feed(wire)
    assert reader.next_message() is None


def test_offset_follows_the_stream() -> None:
    reader = ChunkReader(base_offset=100)
    wire = ChunkWriter().write(RawMessage(3, 0, 9, 0, b"abc"))
    for count in range(1, 4):
        reader.feed(wire)
        assert reader.next_message() is not None
        assert reader.offset == 100 + count * len(wire)


def test_unfinished_messages_are_bounded_in_sum() -> None:
    reader = ChunkReader()
    reader.feed(bytes.fromhex("02 000000 000004 01 00000000 00080000"))
    chunk = bytes.fromhex("000000 0fffff 09 00000000") + bytes(0x80000)
    for csid in range(3, 3 + MAX_BUFFERED_BYTES // 0x80000):
        reader.feed(bytes((csid,)) + chunk)
        assert _drain(reader) == [] or csid == 3
    reader.feed(b"\x3f" + chunk)
    with pytest.raises(RemoteProtocolError, match=f"more than {MAX_BUFFERED_BYTES} bytes of unfinished"):
        _drain(reader)


def test_aborted_messages_give_their_room_back() -> None:
    reader = ChunkReader()
    reader.feed(bytes.fromhex("02 000000 000004 01 00000000 00080000"))
    chunk = bytes.fromhex("03 000000 0fffff 09 00000000") + bytes(0x80000)
    abort = bytes.fromhex("02 000000 000004 02 00000000 00000003")
    for _ in range(2 * MAX_BUFFERED_BYTES // 0x80000):
        reader.feed(chunk + abort)
        _drain(reader)


def test_chunk_stream_ids_are_bounded_in_number() -> None:
    reader = ChunkReader()
    writer = ChunkWriter()
    for csid in range(2, 2 + MAX_CHUNK_STREAMS):
        reader.feed(writer.write(RawMessage(csid, 0, 9, 0, b"")))
        assert len(_drain(reader)) == 1
    reader.feed(writer.write(RawMessage(2 + MAX_CHUNK_STREAMS, 0, 9, 0, b"")))
    with pytest.raises(RemoteProtocolError, match="chunk streams"):
        reader.next_message()


def test_the_cap_on_messages_is_the_callers() -> None:
    reader = ChunkReader(max_message_bytes=2)
    reader.feed(ChunkWriter().write(RawMessage(3, 0, 9, 0, b"abc"))[:12])
    with pytest.raises(RemoteProtocolError, match="message of 3 bytes, more than 2"):
        reader.next_message()


@pytest.mark.parametrize("csid", [0, 1, MAX_CHUNK_STREAM_ID + 1])
def test_chunk_stream_ids_out_of_range_are_our_fault(csid: int) -> None:
    with pytest.raises(LocalProtocolError):
        ChunkWriter().write(RawMessage(csid, 0, 9, 0, b""))


@pytest.mark.parametrize("size", [0, -1, 1 << 31])
def test_chunk_sizes_out_of_range_are_our_fault(size: int) -> None:
    with pytest.raises(LocalProtocolError):
        ChunkWriter().set_chunk_size(size)


@pytest.mark.parametrize(("type_id", "stream_id"), [(256, 0), (-1, 0), (20, -1), (20, 1 << 32)])
def test_types_and_streams_out_of_range_are_our_fault(type_id: int, stream_id: int) -> None:
    with pytest.raises(LocalProtocolError, match=f"message type {type_id} on stream {stream_id}"):
        ChunkWriter().write(RawMessage(3, 0, type_id, stream_id, b""))


def test_messages_too_long_for_the_length_field_are_our_fault() -> None:
    with pytest.raises(LocalProtocolError):
        ChunkWriter().write(RawMessage(3, 0, 9, 0, bytes(1 << 24)))


MESSAGES = st.builds(
    RawMessage,
    st.integers(2, 70) | st.sampled_from([319, 320, 65_599]),
    st.integers(0, 2**32 - 1) | st.sampled_from([0xFFFFFE, 0xFFFFFF, 0x1000000]),
    st.integers(7, 255),
    st.integers(0, 2**32 - 1),
    st.binary(max_size=300),
)


@given(st.lists(MESSAGES, max_size=6), st.integers(1, 300), st.integers(1, 50))
def test_whatever_is_written_reads_back(messages: list[RawMessage], chunk_size: int, piece: int) -> None:
    writer, reader = ChunkWriter(), ChunkReader()
    wire = writer.write(RawMessage(2, 0, 1, 0, chunk_size.to_bytes(4, "big")))
    writer.set_chunk_size(chunk_size)
    wire += b"".join(writer.write(message) for message in messages)
    read: list[Summary] = []
    for start in range(0, len(wire), piece):
        reader.feed(wire[start : start + piece])
        read += _drain(reader)
    assert read[1:] == [_summary(message) for message in messages]
    assert reader.chunk_size == chunk_size
    assert reader.offset == len(wire)


@given(st.binary(max_size=600), st.integers(1, 64))
def test_arbitrary_bytes_only_ever_raise_remote_protocol_error(data: bytes, piece: int) -> None:
    # Cut anywhere, the same bytes give the same messages and the same fault.
    outcomes = []
    for step in (piece, len(data) or 1):
        reader = ChunkReader()
        read: list[Summary] = []
        fault: tuple[str, int | None] | None = None
        try:
            for start in range(0, len(data), step):
                reader.feed(data[start : start + step])
                while (message := reader.next_message()) is not None:
                    read.append(_summary(message))
        except RemoteProtocolError as error:
            fault = (error.what, error.offset)
        outcomes.append((read, fault))
    assert outcomes[0] == outcomes[1]


def test_what_is_kept_of_unfinished_messages_is_counted() -> None:
    reader = ChunkReader()
    head = b"\x03\x00\x00\x00" + (300).to_bytes(3, "big") + b"\x14\x00\x00\x00\x00"
    reader.feed(head + bytes(100))
    assert reader.next_message() is None
    assert reader.buffered_bytes == len(head) + 100
    reader.feed(bytes(28))
    assert reader.next_message() is None
    assert reader.buffered_bytes == 128
    reader.feed(b"\xc3" + bytes(128) + b"\xc3" + bytes(44))
    assert reader.next_message() is not None
    assert reader.buffered_bytes == 0
