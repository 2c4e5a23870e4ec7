"""The server's end of one RTMP connection, sans-IO."""

from __future__ import annotations

import os
from collections.abc import Mapping

from fmsdiag.protocol import netconnection, rtmpe
from fmsdiag.protocol.chunk import DEFAULT_MAX_MESSAGE_BYTES
from fmsdiag.protocol.errors import LocalProtocolError, RemoteProtocolError
from fmsdiag.protocol.events import CommandReceived, ConnectRequested, Event, HandshakeCompleted, ServerPhase
from fmsdiag.protocol.handshake import (
    MESSAGE_SIZE,
    PLAIN_VERSION,
    HandshakeFacts,
    HandshakeKind,
    RandomBytes,
    ServerHandshake,
)
from fmsdiag.protocol.message import (
    Command,
    ControlEvent,
    SetChunkSize,
    SetPeerBandwidth,
    UserControl,
    WindowAckSize,
)
from fmsdiag.protocol.netconnection import ConnectRequest
from fmsdiag.protocol.rtmpe import RtmpeError, RtmpeFault, RtmpeOffer
from fmsdiag.protocol.session import Session
from fmsdiag.protocol.values import Value

SERVER_WINDOW = 2_500_000
SERVER_CHUNK_SIZE = 4096
SERVER_VERSION = bytes((5, 0, 3, 1))


class ServerSession(Session):
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
