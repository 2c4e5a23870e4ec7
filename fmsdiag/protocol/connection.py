"""What both roles do alike once the handshake is over: messages in, messages out, and the duties between.

The duties (RTMP 1.0, section 5.4): acknowledge every window, answer Set Peer Bandwidth and pings. They are done
here, so that a session sees every message but needs to act only on commands.
"""

from __future__ import annotations

from dataclasses import dataclass

from fmsdiag.protocol.chunk import ChunkReader, ChunkWriter, RawMessage
from fmsdiag.protocol.errors import Breach, RemoteProtocolError
from fmsdiag.protocol.message import (
    Acknowledgement,
    Audio,
    Command,
    ControlEvent,
    Data,
    Message,
    SetChunkSize,
    SetPeerBandwidth,
    UserControl,
    Video,
    WindowAckSize,
    decode_message,
    encode_message,
)

_CONTROL = 2
_COMMAND = 3
_STREAM_COMMAND = 8


@dataclass(frozen=True, slots=True)
class Received:
    """A message and its envelope."""

    message: Message
    raw: RawMessage


class Connection:
    """The chunk streams of both directions.

    base_offset         bytes the peer sent before, that is its handshake
    max_message_bytes   the longest message accepted
    """

    def __init__(self, base_offset: int, max_message_bytes: int) -> None:
        self._reader = ChunkReader(base_offset, max_message_bytes)
        self._writer = ChunkWriter()
        self._output = bytearray()
        self._received = base_offset
        self._acknowledged = base_offset
        self._peer_window: int | None = None  # of the peer: acknowledge each time so many bytes have come
        self._own_window: int | None = None  # the last Window Ack Size that we sent

    def take_output(self) -> bytes:
        """Bytes to write now; they are handed out once."""
        output = bytes(self._output)
        self._output.clear()
        return output

    @property
    def buffered_bytes(self) -> int:
        """Bytes that are kept: of the peer's unfinished messages, and of ours that nobody has taken."""
        return self._reader.buffered_bytes + len(self._output)

    def feed(self, data: bytes) -> None:
        """Append bytes of the peer; then call next_message() until it returns None."""
        self._received += len(data)
        self._reader.feed(data)

    def next_message(self) -> Received | None:
        """The next message, our duties about it done. Raises RemoteProtocolError."""
        raw = self._reader.next_message()
        if raw is None:
            self._acknowledge()
            return None
        try:
            message = decode_message(raw.type_id, raw.payload)
        except RemoteProtocolError as error:
            what = f"{error.what} of type {raw.type_id} before byte {self._reader.offset} of the stream"
            breach = error.breach or Breach.CONTENT
            raise RemoteProtocolError(what, error.offset, error.data, breach, raw.offset) from None
        self._do_duties(message)
        return Received(message, raw)

    def send(self, message: Message, stream_id: int = 0, timestamp_ms: int = 0) -> None:
        """Queue a message. Raises LocalProtocolError if it cannot be encoded."""
        type_id, payload = encode_message(message)
        chunk_stream_id = _chunk_stream_for(message, stream_id)
        self._output += self._writer.write(
            RawMessage(chunk_stream_id, timestamp_ms, type_id, stream_id, payload)
        )
        if isinstance(message, SetChunkSize):
            self._writer.set_chunk_size(message.size)
        elif isinstance(message, WindowAckSize):
            self._own_window = message.size

    def _do_duties(self, message: Message) -> None:
        match message:
            case WindowAckSize(size):
                self._peer_window = size
            case SetPeerBandwidth(window) if window != self._own_window:
                self.send(WindowAckSize(window))
            case UserControl(ControlEvent.PING_REQUEST, numbers):
                self.send(UserControl(ControlEvent.PING_RESPONSE, numbers))

    def _acknowledge(self) -> None:
        """One acknowledgement for all that came in a read, however many windows that were."""
        if self._peer_window and self._received - self._acknowledged >= self._peer_window:
            self._acknowledged = self._received
            self.send(Acknowledgement(self._received % 2**32))


def _chunk_stream_for(message: Message, stream_id: int) -> int:
    """The customary ids; a peer must not care, but some do about control messages on 2."""
    match message:
        case Command() | Data():
            return _STREAM_COMMAND if stream_id else _COMMAND
        case Audio():
            return 4
        case Video():
            return 6
    return _CONTROL
