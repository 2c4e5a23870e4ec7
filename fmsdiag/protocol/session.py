"""What both ends of an RTMP connection share, sans-IO: ClientSession and ServerSession are made from it.

The loop is the same for both: write take_output(), read, give the bytes to receive(), look at the events,
write take_output() again. Nothing is ever waited for here; timeouts are the caller's. When the peer breaks
the protocol, receive() raises RemoteProtocolError (the same one again if called again), and every property
keeps what was known at that moment; events of that read from before the fault are in undelivered_events().

RTMPE is the same conversation: here bytes are encrypted as they leave and decrypted as they come, and a peer that
falls short of it is told apart by RtmpeError.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from fmsdiag.protocol.connection import Connection
from fmsdiag.protocol.errors import RemoteProtocolError
from fmsdiag.protocol.events import Event, MessageReceived, PeerClosed, PeerSetChunkSize
from fmsdiag.protocol.handshake import MESSAGE_SIZE
from fmsdiag.protocol.message import Command, Message, SetChunkSize, Unknown
from fmsdiag.protocol.rtmpe import Encryption, RtmpeError, RtmpeFault
from fmsdiag.protocol.values import Value

MAX_FIRST_BYTES = 4096


class Session(ABC):
    """What both roles share: counting, the first bytes, events, and the connection behind the handshake."""

    def __init__(self, max_message_bytes: int) -> None:
        self._handshake_input = bytearray()
        self._output = bytearray()
        self._connection = Connection(1 + 2 * MESSAGE_SIZE, max_message_bytes)
        self._events: list[Event] = []
        self._error: RemoteProtocolError | None = None
        self._bytes_received = 0
        self._first_bytes = bytearray()
        self._encryption: Encryption | None = None
        self._decrypts: bool | None = None

    @property
    def encryption_works(self) -> bool | None:
        """Whether the peer's encrypted bytes made sense; None: there is no encryption, or nothing has come yet."""
        return self._decrypts

    @property
    def bytes_received(self) -> int:
        """Bytes of the peer so far, handshake included."""
        return self._bytes_received

    @property
    def buffered_bytes(self) -> int:
        """Bytes that are kept: what of the peer's cannot be understood yet, and what of ours was not taken."""
        return len(self._handshake_input) + len(self._output) + self._connection.buffered_bytes

    @property
    def first_bytes(self) -> bytes:
        """The first MAX_FIRST_BYTES bytes of the peer as they came, also when they were no RTMP, or encrypted."""
        return bytes(self._first_bytes)

    def take_output(self) -> bytes:
        """Bytes to write now, in one write; they are handed out once."""
        messages = self._connection.take_output()
        if self._encryption is not None and messages:
            messages = self._encryption.encrypt(messages)
        output = bytes(self._output) + messages  # C2 and S2 are never encrypted
        self._output.clear()
        return output

    def receive(self, data: bytes) -> list[Event]:
        """Take bytes of the peer, return what they mean. Raises RemoteProtocolError."""
        if self._error is not None:
            raise self._error
        if self._is_closed():
            return []
        self._bytes_received += len(data)
        self._first_bytes += data[: max(0, MAX_FIRST_BYTES - len(self._first_bytes))]
        try:
            rest = self._shake_hands(data)
            if rest is not None:
                self._read(rest)
        except RemoteProtocolError as error:
            self._error = error
            raise
        return self.undelivered_events()

    def undelivered_events(self) -> list[Event]:
        """After receive() has raised: the events of that read before the fault. They are handed out once."""
        events, self._events = self._events, []
        return events

    def receive_eof(self) -> list[Event]:
        """The peer has ended its stream; raises nothing."""
        if self._is_closed():
            return []
        self._close()
        return [*self.undelivered_events(), PeerClosed(self._bytes_received)]

    def send_command(self, name: str, transaction_id: float, *values: Value, stream_id: int = 0) -> None:
        """Queue any command. Raises LocalProtocolError before the handshake allows it."""
        self.send_message(Command(name, transaction_id, values), stream_id)

    def send_message(self, message: Message, stream_id: int = 0, timestamp_ms: int = 0) -> None:
        """Queue any message. Raises LocalProtocolError before the handshake allows it."""
        self._check_may_send()
        self._connection.send(message, stream_id, timestamp_ms)

    def _read(self, data: bytes) -> None:
        """Read what follows the handshake, decrypted if it is to be."""
        if self._encryption is None:
            self._read_messages(data)
            return
        data = self._encryption.decrypt(data)
        if self._decrypts:
            self._read_messages(data)
            return
        try:
            if not self._encryption.makes_sense:
                raise RemoteProtocolError("what came is no RTMP", None, data)
            self._read_messages(data)
        except RemoteProtocolError as error:
            if self._decrypts:
                raise
            self._decrypts = False
            what = f"decryption failed, with the peer's key of {self._peer_scheme()}: {error.what}"
            raise RtmpeError(what, RtmpeFault.GARBAGE, error.offset, error.data) from error

    def _read_messages(self, data: bytes) -> None:
        self._connection.feed(data)
        while not self._is_closed() and (received := self._connection.next_message()) is not None:
            raw = received.raw
            if self._encryption is not None and not self._decrypts:
                if isinstance(received.message, Unknown):
                    raise RemoteProtocolError(f"a message of the unknown type {raw.type_id}")
                self._decrypts = True
            self._events.append(
                MessageReceived(
                    received.message, raw.stream_id, raw.timestamp_ms, raw.chunk_stream_id, len(raw.payload)
                )
            )
            if isinstance(received.message, SetChunkSize):
                self._events.append(PeerSetChunkSize(received.message.size))
            elif isinstance(received.message, Command):
                self._events.append(self._handle_command(received.message))

    def _take_handshake(self, size: int) -> bytes | None:
        """The next `size` bytes of the handshake, or None until they are all there."""
        if len(self._handshake_input) < size:
            return None
        taken = bytes(self._handshake_input[:size])
        del self._handshake_input[:size]
        return taken

    @abstractmethod
    def _shake_hands(self, data: bytes) -> bytes | None:
        """Advance the handshake; the bytes behind it, or None while it goes on."""

    @abstractmethod
    def _peer_scheme(self) -> str:
        """Where the peer's public key was found, in words; RTMPE."""

    @abstractmethod
    def _handle_command(self, command: Command) -> Event:
        """Act on a command; the event it means."""

    @abstractmethod
    def _check_may_send(self) -> None:
        """Raise LocalProtocolError when it is too early or too late to send a message."""

    @abstractmethod
    def _is_closed(self) -> bool:
        """Whether nothing more is read."""

    @abstractmethod
    def _close(self) -> None:
        """Enter the last phase."""
