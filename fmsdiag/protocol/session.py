"""One RTMP connection over any byte stream, sans-IO: ClientSession and ServerSession (rtmp.md).

The loop is the same for both: write take_output(), read, give the bytes to receive(), look at the events,
write take_output() again. Nothing is ever waited for here; timeouts are the caller's. When the peer breaks
the protocol, receive() raises RemoteProtocolError (the same one again if called again), and every property
keeps what was known at that moment; events of that read from before the fault are in undelivered_events().

RTMPE is the same conversation: here bytes are encrypted as they leave and decrypted as they come, and a peer that
falls short of it is told apart by RtmpeError (rtmpe.md section 4).
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Mapping

from fmsdiag.protocol import netconnection, rtmpe
from fmsdiag.protocol.chunk import DEFAULT_MAX_MESSAGE_BYTES
from fmsdiag.protocol.connection import Connection
from fmsdiag.protocol.errors import LocalProtocolError, RemoteProtocolError
from fmsdiag.protocol.events import (
    ClientPhase,
    CommandReceived,
    ConnectAnswered,
    ConnectRequested,
    Event,
    HandshakeCompleted,
    MessageReceived,
    PeerClosed,
    PeerSetChunkSize,
    S0Received,
    S1Received,
    ServerPhase,
)
from fmsdiag.protocol.handshake import (
    CLIENT_VERSION,
    MESSAGE_SIZE,
    PLAIN_VERSION,
    ClientHandshake,
    HandshakeFacts,
    HandshakeKind,
    RandomBytes,
    ServerHandshake,
)
from fmsdiag.protocol.message import (
    Command,
    ControlEvent,
    Message,
    SetChunkSize,
    SetPeerBandwidth,
    Unknown,
    UserControl,
    WindowAckSize,
)
from fmsdiag.protocol.netconnection import ConnectReply, ConnectRequest
from fmsdiag.protocol.rtmpe import Encryption, RtmpeError, RtmpeFault, RtmpeOffer
from fmsdiag.protocol.values import Value

MAX_FIRST_BYTES = 4096
SERVER_WINDOW = 2_500_000
SERVER_CHUNK_SIZE = 4096
SERVER_VERSION = bytes((5, 0, 3, 1))

_RTMPE_VERSIONS = (rtmpe.VERSION, *rtmpe.SIGNATURE_TYPES)


class _Session(ABC):
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


class ClientSession(_Session):
    """The client's end of one connection. C0 C1 (1537 bytes) are there to be written from the start.

    encrypted    RTMPE: needs a handshake with digests, and customarily scheme 1
    c1_version   bytes 4..7 of C1 when it is signed; from 128.0 on, servers change the type of RTMPE's signatures
    """

    def __init__(
        self,
        handshake: HandshakeKind = HandshakeKind.DIGEST_SCHEME_0,
        *,
        encrypted: bool = False,
        now_ms: int = 0,
        random_bytes: RandomBytes = os.urandom,
        max_message_bytes: int = DEFAULT_MAX_MESSAGE_BYTES,
        c1_version: bytes = CLIENT_VERSION,
    ) -> None:
        super().__init__(max_message_bytes)
        if encrypted and handshake is HandshakeKind.SIMPLE:
            raise LocalProtocolError("RTMPE needs a handshake with digests")
        self._phase = ClientPhase.WAIT_S0
        self._encrypted = encrypted
        self._handshake = ClientHandshake(handshake, now_ms, random_bytes, c1_version, encrypted)
        self._output += self._handshake.c0c1
        self._connect_sent = False
        self._connect_reply: ConnectReply | None = None
        self._last_transaction = int(netconnection.CONNECT_TRANSACTION)
        self._bandwidth_checks = 0

    @property
    def phase(self) -> ClientPhase:
        """Stays where it was when the peer breaks the protocol."""
        return self._phase

    @property
    def facts(self) -> HandshakeFacts:
        """The handshake so far."""
        return self._handshake.facts

    @property
    def connect_reply(self) -> ConnectReply | None:
        """The first answer to connect."""
        return self._connect_reply

    def connect(self, request: ConnectRequest) -> None:
        """Queue `connect`; once, from S1Received on, so that it leaves in one write with C2."""
        if self._connect_sent:
            raise LocalProtocolError("connect was sent already")
        self.send_message(netconnection.connect_command(request))
        self._connect_sent = True

    def call(self, name: str, *arguments: Value, stream_id: int = 0) -> int:
        """Queue a call (name, new transaction id, null, arguments); its transaction id."""
        self.send_command(name, self._last_transaction + 1, None, *arguments, stream_id=stream_id)
        self._last_transaction += 1
        return self._last_transaction

    def close(self) -> None:
        """Read and send no more. RTMP has no farewell of a client: ending the transport is one."""
        self._close()

    def _shake_hands(self, data: bytes) -> bytes | None:
        if self._phase is ClientPhase.OPEN:
            return data
        self._handshake_input += data
        if self._phase is ClientPhase.WAIT_S0 and (s0 := self._take_handshake(1)):
            self._handshake.receive_s0(s0[0])
            self._events.append(S0Received(s0[0]))
            # 3 in answer to RTMPE is told apart when S1 is there: other protocols begin with that byte as well
            if s0[0] != PLAIN_VERSION and not (self._encrypted and s0[0] in _RTMPE_VERSIONS):
                raise RemoteProtocolError(f"unexpected S0 version {s0[0]}", 0, data)
            self._phase = ClientPhase.WAIT_S1
        if self._phase is ClientPhase.WAIT_S1 and (s1 := self._take_handshake(MESSAGE_SIZE)):
            c2 = self._handshake.receive_s1(s1)
            if self._encrypted:
                self._check_encryption()
            self._output += c2
            self._phase = ClientPhase.WAIT_S2
            self._events.append(S1Received(self.facts))
        if self._phase is ClientPhase.WAIT_S2 and (s2 := self._take_handshake(MESSAGE_SIZE)):
            self._handshake.receive_s2(s2)
            self._phase = ClientPhase.OPEN
            self._events.append(HandshakeCompleted(self.facts))
            return self._take_handshake(len(self._handshake_input))
        return None

    def _check_encryption(self) -> None:
        """Raise RtmpeError unless S0 and S1 are those of an RTMPE server that can be spoken with."""
        facts = self.facts
        if facts.s0_version == PLAIN_VERSION:
            raise RtmpeError("RTMPE is not offered, plain RTMP answers", RtmpeFault.NOT_OFFERED, 0)
        if not facts.digest_valid:
            what = f"S0 is {facts.s0_version}, but S1 carries no digest, so this is no RTMPE"
            raise RtmpeError(what, RtmpeFault.NO_DIGEST, 1)
        if not facts.server_key_valid:
            raise RtmpeError("the server's Diffie-Hellman key is not valid", RtmpeFault.BAD_KEY, 1)
        self._encryption = self._handshake.encryption
        if self._encryption is None:
            kind = rtmpe.signature_type(facts.s0_version or 0)
            raise RtmpeError(f"{kind}, which fmsdiag does not make", RtmpeFault.SIGNATURE_TYPE, 0)

    def _peer_scheme(self) -> str:
        return f"scheme {self.facts.server_scheme}"

    def _handle_command(self, command: Command) -> Event:
        if self._connect_sent and self._connect_reply is None:
            self._connect_reply = netconnection.parse_connect_reply(command)
            if self._connect_reply is not None:
                return ConnectAnswered(self._connect_reply)
        # AMS's bandwidth check calls us, and may hold the connection up until it is answered.
        if command.transaction_id and command.name.casefold().startswith(("_onbw", "onbw")):
            self._bandwidth_checks += 1
            self.send_command("_result", command.transaction_id, None, float(self._bandwidth_checks))
        return CommandReceived(command.name, command.transaction_id, command.values)

    def _check_may_send(self) -> None:
        if self._phase not in (ClientPhase.WAIT_S2, ClientPhase.OPEN):
            raise LocalProtocolError(f"no message may be sent in phase {self._phase.value}")

    def _is_closed(self) -> bool:
        return self._phase is ClientPhase.CLOSED

    def _close(self) -> None:
        self._phase = ClientPhase.CLOSED


class ServerSession(_Session):
    """The server's end of one connection. S0 S1 S2 (3073 bytes) come out of one take_output().

    handshake    None: as the client does it; otherwise what S1 shall be, whatever the client does
    s1_version   bytes 4..7 of S1 when it is signed
    rtmpe_offer  what becomes of a client that begins with C0 = 6
    public_key   stands in S1 instead of a key of this server's own; to show a fault
    """

    def __init__(
        self,
        handshake: HandshakeKind | None = None,
        *,
        now_ms: int = 0,
        random_bytes: RandomBytes = os.urandom,
        max_message_bytes: int = DEFAULT_MAX_MESSAGE_BYTES,
        s1_version: bytes = SERVER_VERSION,
        rtmpe_offer: RtmpeOffer = RtmpeOffer.REFUSED,
        public_key: bytes | None = None,
    ) -> None:
        super().__init__(max_message_bytes)
        self._phase = ServerPhase.WAIT_C0
        self._rtmpe_offer = rtmpe_offer
        self._handshake = ServerHandshake(
            handshake, now_ms, random_bytes, s1_version, rtmpe_offer, public_key
        )
        self._connect_request: ConnectRequest | None = None
        self._close_sent = False

    @property
    def phase(self) -> ServerPhase:
        """Stays where it was when the peer breaks the protocol."""
        return self._phase

    @property
    def facts(self) -> HandshakeFacts:
        """The handshake so far."""
        return self._handshake.facts

    @property
    def connect_request(self) -> ConnectRequest | None:
        """The client's first connect."""
        return self._connect_request

    def accept(
        self,
        *,
        fms_ver: str = netconnection.DEFAULT_FMS_VER,
        capabilities: float = 255.0,
        description: str = "Connection succeeded.",
        extra_properties: Mapping[str, Value] | None = None,
        extra_info: Mapping[str, Value] | None = None,
    ) -> None:
        """Queue AMS's answer: 5, 6, StreamBegin 0, 1, `_result`, onBWDone. Extras go over the usual."""
        self._check_connect_came()
        reply = netconnection.success_reply(fms_ver, capabilities, description, extra_properties, extra_info)
        for message in (
            WindowAckSize(SERVER_WINDOW),
            SetPeerBandwidth(SERVER_WINDOW),
            UserControl(ControlEvent.STREAM_BEGIN, (0,)),
            SetChunkSize(SERVER_CHUNK_SIZE),
            reply,
            Command("onBWDone", 0.0, (None,)),
        ):
            self.send_message(message)

    def reject(
        self,
        code: str = netconnection.REJECTED,
        description: str = "",
        *,
        level: str = "error",
        extra_info: Mapping[str, Value] | None = None,
        as_status: bool = False,
        send_close: bool = True,
    ) -> None:
        """Queue `_error` (as_status: `onStatus`, as SRS does) and then, unless told not to, `close`."""
        self._check_connect_came()
        self._refuse(netconnection.rejection(code, description, level, extra_info, as_status), send_close)

    def redirect(self, url: str, *, as_status: bool = False) -> None:
        """Queue a rejection that names another tcUrl. AMS closes then; SRS (as_status) waits."""
        self._check_connect_came()
        self._refuse(netconnection.redirection(url, as_status), send_close=not as_status)

    def close(self) -> None:
        """Queue `close` if the connection is open and it was not sent yet; then read and send no more."""
        if self._phase is ServerPhase.OPEN and not self._close_sent:
            self.send_message(netconnection.close_command())
        self._close()

    def _refuse(self, answer: Command, send_close: bool) -> None:
        self.send_message(answer)
        if send_close:
            self.send_message(netconnection.close_command())
            self._close_sent = True

    def _check_connect_came(self) -> None:
        if self._connect_request is None:
            raise LocalProtocolError("no connect has come that could be answered")

    def _shake_hands(self, data: bytes) -> bytes | None:
        if self._phase is ServerPhase.OPEN:
            return data
        self._handshake_input += data
        if self._phase is ServerPhase.WAIT_C0 and (c0 := self._take_handshake(1)):
            self._handshake.receive_c0(c0[0])
            known = c0[0] == rtmpe.VERSION and self._rtmpe_offer is not RtmpeOffer.REFUSED
            if c0[0] != PLAIN_VERSION and not known:
                raise RemoteProtocolError(f"unexpected C0 version {c0[0]}", 0, data)
            self._phase = ServerPhase.WAIT_C1
        if self._phase is ServerPhase.WAIT_C1 and (c1 := self._take_handshake(MESSAGE_SIZE)):
            answer = self._handshake.receive_c1(c1)
            if self.facts.s0_version != PLAIN_VERSION:
                self._check_encryption()
            self._output += answer
            self._phase = ServerPhase.WAIT_C2
        if self._phase is ServerPhase.WAIT_C2 and (c2 := self._take_handshake(MESSAGE_SIZE)):
            self._handshake.receive_c2(c2)
            self._phase = ServerPhase.OPEN
            self._events.append(HandshakeCompleted(self.facts))
            return self._take_handshake(len(self._handshake_input))
        return None

    def _check_encryption(self) -> None:
        if not self.facts.c1_signed:
            raise RtmpeError("C1 carries no digest, which RTMPE needs", RtmpeFault.NO_DIGEST, 1)
        if not self.facts.client_key_valid:
            raise RtmpeError("the client's Diffie-Hellman key is not valid", RtmpeFault.BAD_KEY, 1)
        self._encryption = self._handshake.encryption

    def _peer_scheme(self) -> str:
        return f"scheme {self.facts.client_scheme}"

    def _handle_command(self, command: Command) -> Event:
        if command.name == "connect" and self._connect_request is None:
            self._connect_request = netconnection.parse_connect_request(command)
            return ConnectRequested(self._connect_request)
        return CommandReceived(command.name, command.transaction_id, command.values)

    def _check_may_send(self) -> None:
        if self._phase not in (ServerPhase.WAIT_C2, ServerPhase.OPEN):
            raise LocalProtocolError(f"no message may be sent in phase {self._phase.value}")

    def _is_closed(self) -> bool:
        return self._phase is ServerPhase.CLOSED

    def _close(self) -> None:
        self._phase = ServerPhase.CLOSED
