"""The chunk stream: how messages are cut, interleaved and put together again (RTMP 1.0, section 5.3).

ChunkReader turns the peer's bytes into RawMessages, and obeys Set Chunk Size and Abort by itself, since they
change how the very next byte reads. ChunkWriter does the reverse. Neither knows what a message means.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from fmsdiag.protocol.errors import Breach, LocalProtocolError, RemoteProtocolError

DEFAULT_CHUNK_SIZE = 128
MAX_CHUNK_SIZE = 0x7FFFFFFF
MAX_LENGTH = 0xFFFFFF  # the length field has 24 bits
MAX_CHUNK_STREAM_ID = 65_599
EXTENDED = 0xFFFFFF  # in the timestamp field: 32 bits follow the header

DEFAULT_MAX_MESSAGE_BYTES = 1 << 20
MAX_BUFFERED_BYTES = 4 << 20
MAX_CHUNK_STREAMS = 128

_SET_CHUNK_SIZE = 1
_ABORT = 2
_HEADER_SIZES = (11, 7, 3, 0)


@dataclass(frozen=True, slots=True)
class RawMessage:
    """One whole message, its payload not yet understood."""

    chunk_stream_id: int
    timestamp_ms: int
    type_id: int
    stream_id: int
    payload: bytes
    offset: int = 0  # of the message's last chunk in the peer's stream


@dataclass(slots=True)
class _ChunkStream:
    """What later chunks of one chunk stream id inherit, and the message under way."""

    timestamp: int = 0
    delta: int = 0
    length: int = 0
    type_id: int = 0
    stream_id: int = 0
    extended: bytes = b""  # the four bytes of the extended timestamp in force, if any
    partial: bytearray = field(default_factory=bytearray)
    unfinished: bool = False


@dataclass(frozen=True, slots=True)
class _Header:
    """A basic header and the fields of its message header that the format has; None: inherited."""

    fmt: int
    chunk_stream_id: int
    size: int  # bytes, extended timestamp excluded
    time_field: int | None = None
    length: int | None = None
    type_id: int | None = None
    stream_id: int | None = None


class ChunkReader:
    """feed() bytes, then call next_message() until it returns None.

    base_offset         bytes of the peer's stream that came before (the handshake), for the offsets in errors
    max_message_bytes   a longer message is refused when its header comes, before anything is buffered

    At most MAX_BUFFERED_BYTES of unfinished messages and MAX_CHUNK_STREAMS ids are kept.
    """

    def __init__(self, base_offset: int = 0, max_message_bytes: int = DEFAULT_MAX_MESSAGE_BYTES) -> None:
        self.chunk_size = DEFAULT_CHUNK_SIZE
        self._max_message_bytes = max_message_bytes
        self._offset = base_offset
        self._buffer = bytearray()
        self._position = 0
        self._streams: dict[int, _ChunkStream] = {}
        self._buffered = 0

    @property
    def offset(self) -> int:
        """Offset in the peer's stream of the next chunk to be read."""
        return self._offset + self._position

    @property
    def buffered_bytes(self) -> int:
        """Bytes of the peer that are kept until the rest of their message comes."""
        return len(self._buffer) - self._position + self._buffered

    def feed(self, data: bytes) -> None:
        """Append bytes of the peer."""
        self._offset += self._position
        del self._buffer[: self._position]
        self._position = 0
        self._buffer += data

    def next_message(self) -> RawMessage | None:
        """The next whole message, or None when more bytes are needed. Raises RemoteProtocolError."""
        while (header := self._read_header()) is not None:
            known = self._streams.get(header.chunk_stream_id)
            stream = known or self._check_first(header)
            extended = self._extended_size(header, stream)
            if extended is None:
                return None
            size = header.size + extended
            if header.fmt != 3 and stream.unfinished:
                raise self._fault(
                    f"message begins inside another of chunk stream {header.chunk_stream_id}",
                    Breach.MESSAGE_INSIDE,
                )
            length = stream.length if header.length is None else header.length
            self._check_length(length)
            payload = min(length - len(stream.partial), self.chunk_size)
            if len(self._buffer) - self._position < size + payload:
                return None
            self._streams[header.chunk_stream_id] = stream
            if not stream.unfinished:
                self._begin(stream, header, self._slice(header.size, extended))
            message = self._append(stream, header.chunk_stream_id, self._slice(size, payload))
            self._position += size + payload
            if message is not None:
                return message
        return None

    def _read_header(self) -> _Header | None:
        """Basic and message header at the position, or None if they are not all there."""
        head = self._slice(0, 14)
        if not head:
            return None
        fmt, chunk_stream_id, size = head[0] >> 6, head[0] & 0x3F, 1
        if chunk_stream_id < 2:
            size += chunk_stream_id + 1
            if len(head) < size:
                return None
            chunk_stream_id = 64 + int.from_bytes(head[1:size], "little")
        fields = head[size : size + _HEADER_SIZES[fmt]]
        if len(fields) < _HEADER_SIZES[fmt]:
            return None
        size += _HEADER_SIZES[fmt]
        return _Header(
            fmt,
            chunk_stream_id,
            size,
            time_field=int.from_bytes(fields[:3], "big") if fmt < 3 else None,
            length=int.from_bytes(fields[3:6], "big") if fmt < 2 else None,
            type_id=fields[6] if fmt < 2 else None,
            stream_id=int.from_bytes(fields[7:11], "little") if fmt < 1 else None,
        )

    def _check_first(self, header: _Header) -> _ChunkStream:
        """The empty state for an id met for the first time. Format 1 may begin one: librtmp does so."""
        if header.fmt > 1:
            raise self._fault(
                f"not RTMP: chunk stream {header.chunk_stream_id} begins with format {header.fmt}",
                Breach.HEADER_FORMAT,
            )
        if len(self._streams) >= MAX_CHUNK_STREAMS:
            raise self._fault(f"more than {MAX_CHUNK_STREAMS} chunk streams", Breach.UNFINISHED)
        return _ChunkStream()

    def _check_length(self, length: int) -> None:
        if length > self._max_message_bytes:
            raise self._fault(
                f"message of {length} bytes, more than {self._max_message_bytes}", Breach.MESSAGE_LENGTH
            )

    def _extended_size(self, header: _Header, stream: _ChunkStream) -> int | None:
        """0 or 4: bytes of extended timestamp behind this header. None: too early to tell."""
        if header.time_field is not None:
            return 4 if header.time_field == EXTENDED else 0
        if not stream.extended:
            return 0
        if not stream.unfinished:
            return 4
        # A continuation repeats the four bytes, but old encoders leave them out. If what stands there is
        # something else, it can only be payload.
        found = self._slice(header.size, 4)
        if not stream.extended.startswith(found):
            return 0
        return 4 if len(found) == 4 else None

    def _begin(self, stream: _ChunkStream, header: _Header, extended: bytes) -> None:
        """Start a message: inherit what the header leaves out, and advance the timestamp."""
        if header.length is not None and header.type_id is not None:
            stream.length, stream.type_id = header.length, header.type_id
        if header.stream_id is not None:
            stream.stream_id = header.stream_id
        if extended:
            stream.delta = int.from_bytes(extended, "big")
        elif header.time_field is not None:
            stream.delta = header.time_field
        if header.fmt < 3:
            stream.extended = extended
        base = 0 if header.fmt == 0 else stream.timestamp
        stream.timestamp = (base + stream.delta) % 2**32

    def _append(self, stream: _ChunkStream, chunk_stream_id: int, payload: bytes) -> RawMessage | None:
        """Add a chunk's payload; the message, if that completes it."""
        if len(stream.partial) + len(payload) < stream.length:
            self._buffered += len(payload)
            if self._buffered > MAX_BUFFERED_BYTES:
                raise self._fault(
                    f"more than {MAX_BUFFERED_BYTES} bytes of unfinished messages", Breach.UNFINISHED
                )
            stream.partial += payload
            stream.unfinished = True
            return None
        whole = bytes(stream.partial) + payload
        self._discard(stream)
        self._obey(stream.type_id, whole)
        return RawMessage(
            chunk_stream_id, stream.timestamp, stream.type_id, stream.stream_id, whole, self.offset
        )

    def _obey(self, type_id: int, payload: bytes) -> None:
        """Set Chunk Size and Abort change how the following bytes are to be read."""
        if type_id not in (_SET_CHUNK_SIZE, _ABORT):
            return
        if len(payload) < 4:
            raise self._fault(f"message type {type_id} of {len(payload)} bytes", Breach.CONTROL_LENGTH)
        number = int.from_bytes(payload[:4], "big")
        if type_id == _ABORT:
            if number in self._streams:
                self._discard(self._streams[number])
        elif 1 <= number <= MAX_CHUNK_SIZE:
            self.chunk_size = number
        else:
            raise self._fault(f"chunk size {number}", Breach.CHUNK_SIZE)

    def _discard(self, stream: _ChunkStream) -> None:
        self._buffered -= len(stream.partial)
        stream.partial = bytearray()
        stream.unfinished = False

    def _slice(self, start: int, count: int) -> bytes:
        begin = self._position + start
        return bytes(self._buffer[begin : begin + count])

    def _fault(self, what: str, breach: Breach) -> RemoteProtocolError:
        return RemoteProtocolError(what, self.offset, self._slice(0, 64), breach)


class ChunkWriter:
    """Cuts messages into chunks of our chunk size. Every message gets a whole header (format 0): no peer
    misreads those, and a prober saves nothing by shorter ones."""

    def __init__(self) -> None:
        self.chunk_size = DEFAULT_CHUNK_SIZE

    def set_chunk_size(self, size: int) -> None:
        """To be called right after the message that announces it was written."""
        if not 1 <= size <= MAX_CHUNK_SIZE:
            raise LocalProtocolError(f"chunk size {size}")
        self.chunk_size = size

    def write(self, message: RawMessage) -> bytes:
        """The chunks of a message. Raises LocalProtocolError for an id, type or length out of range."""
        if len(message.payload) > MAX_LENGTH:
            raise LocalProtocolError(f"message of {len(message.payload)} bytes")
        if not (0 <= message.type_id < 2**8 and 0 <= message.stream_id < 2**32):
            raise LocalProtocolError(f"message type {message.type_id} on stream {message.stream_id}")
        timestamp = message.timestamp_ms % 2**32
        extended = struct.pack(">I", timestamp) if timestamp >= EXTENDED else b""
        out = bytearray(_basic_header(0, message.chunk_stream_id))
        out += min(timestamp, EXTENDED).to_bytes(3, "big") + len(message.payload).to_bytes(3, "big")
        out += struct.pack("<BI", message.type_id, message.stream_id) + extended
        out += message.payload[: self.chunk_size]
        for start in range(self.chunk_size, len(message.payload), self.chunk_size):
            out += _basic_header(3, message.chunk_stream_id) + extended
            out += message.payload[start : start + self.chunk_size]
        return bytes(out)


def _basic_header(fmt: int, chunk_stream_id: int) -> bytes:
    if not 2 <= chunk_stream_id <= MAX_CHUNK_STREAM_ID:
        raise LocalProtocolError(f"chunk stream id {chunk_stream_id}")
    if chunk_stream_id < 64:
        return bytes((fmt << 6 | chunk_stream_id,))
    if chunk_stream_id < 320:
        return bytes((fmt << 6, chunk_stream_id - 64))
    return bytes((fmt << 6 | 1,)) + (chunk_stream_id - 64).to_bytes(2, "little")
