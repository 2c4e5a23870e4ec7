"""The client's end of one RTMP connection, sans-IO."""

from __future__ import annotations

import os

from fmsdiag.protocol import netconnection, rtmpe
from fmsdiag.protocol.chunk import DEFAULT_MAX_MESSAGE_BYTES
from fmsdiag.protocol.errors import LocalProtocolError, RemoteProtocolError
from fmsdiag.protocol.events import (
    ClientPhase,
    CommandReceived,
    ConnectAnswered,
    Event,
    HandshakeCompleted,
    S0Received,
    S1Received,
)
from fmsdiag.protocol.handshake import (
    CLIENT_VERSION,
    MESSAGE_SIZE,
    PLAIN_VERSION,
    ClientHandshake,
    HandshakeFacts,
    HandshakeKind,
    RandomBytes,
)
from fmsdiag.protocol.message import Command
from fmsdiag.protocol.netconnection import ConnectReply, ConnectRequest
from fmsdiag.protocol.rtmpe import RtmpeError, RtmpeFault
from fmsdiag.protocol.session import Session
from fmsdiag.protocol.values import Value

_RTMPE_VERSIONS = (rtmpe.VERSION, *rtmpe.SIGNATURE_TYPES)


class ClientSession(Session):
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
            only = self._last_transaction == netconnection.CONNECT_TRANSACTION
            self._connect_reply = netconnection.parse_connect_reply(command, is_only_call=only)
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
