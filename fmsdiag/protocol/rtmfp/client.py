"""The client: start-up, `connect`, one ping and an orderly close, driven one datagram at a time."""

from __future__ import annotations

import os
from dataclasses import replace

from fmsdiag.protocol.errors import LocalProtocolError
from fmsdiag.protocol.message import Command, encode_message
from fmsdiag.protocol.netconnection import ConnectRequest, connect_command, parse_connect_reply
from fmsdiag.protocol.rtmfp.crypto import (
    RandomBytes,
)
from fmsdiag.protocol.rtmfp.errors import RtmfpError, RtmfpFault
from fmsdiag.protocol.rtmfp.events import (
    Address,
    ClientPhase,
    ConnectAcknowledged,
    ConnectAnswered,
    Event,
    ForeignDatagram,
    MessageReceived,
    PingAnswered,
    SessionClosed,
    SessionNews,
    TriesExhausted,
)
from fmsdiag.protocol.rtmfp.facts import ClientFacts
from fmsdiag.protocol.rtmfp.flow import SendFlow
from fmsdiag.protocol.rtmfp.initiator import Initiator, MayFollow
from fmsdiag.protocol.rtmfp.packet import (
    STARTUP_SESSION,
    session_id_of,
)
from fmsdiag.protocol.rtmfp.session import KeyedSession


class RtmfpClient:
    """One attempt. start(), then in turn: send take_datagrams(), feed receive() or handle_timeout().

    uri          complete "rtmfp://host[:port]/app[/instance]", told to the server
    now_s        a monotonic clock; every later now_s is of the same clock
    request      what to ask for as soon as keys are agreed; None: stop in phase KEYED and wait for connect()
    fingerprint  SHA-256 (32 bytes) of the certificate to insist upon; servers with another one stay silent
    may_follow   whether an address that a redirect names may be asked; None: each may

    Raises LocalProtocolError for a URI or a request that cannot be sent.

    Everything but connect() goes on by itself: RHello queues IIKeying, RIKeying queues `connect`, an accepted
    `connect` queues a ping. A prober that only wants to know whether UDP passes stops at RHelloReceived and
    drops the engine. Nothing that comes from the network makes a method raise; see ForeignDatagram and PeerFault.
    """

    def __init__(
        self,
        uri: str,
        *,
        now_s: float,
        random_bytes: RandomBytes = os.urandom,
        request: ConnectRequest | None = None,
        fingerprint: bytes | None = None,
        may_follow: MayFollow | None = None,
    ) -> None:
        self._now_s = now_s
        if request is not None:
            encode_message(connect_command(request))  # rather now than when the keys are there
        self._request = request
        self._initiator = Initiator(
            uri, now_s=now_s, random_bytes=random_bytes, fingerprint=fingerprint, may_follow=may_follow
        )
        self._phase = self._initiator.phase
        self._connect_flow: SendFlow | None = None
        self._connect_sent_s = 0.0
        self._connect_acknowledged = False
        self._ping_rtt_s: float | None = None
        self._bytes_in = 0
        self._foreign_datagrams = 0

    @property
    def phase(self) -> ClientPhase:
        """What is waited for; WAIT_RHELLO already before start()."""
        return self._phase

    @property
    def facts(self) -> ClientFacts:
        """A snapshot."""
        flow, session = self._connect_flow, self._initiator.session
        return replace(
            self._initiator.facts,
            connect_sent=flow.datagrams if flow else 0,
            connect_acknowledged=self._connect_acknowledged,
            ping_rtt_s=self._ping_rtt_s,
            timestamp_rtt_s=session.shortest_rtt_s if session else None,
            bytes_in=self._bytes_in,
            foreign_datagrams=self._foreign_datagrams,
        )

    @property
    def peer(self) -> Address | None:
        """Where a datagram with destination None goes: None is the address that was asked, until RHello came;
        from then on the address that sent it. After a redirect that is not the one that was asked."""
        return self._initiator.peer

    @property
    def next_timeout_s(self) -> float | None:
        """When to call handle_timeout(), on the clock of now_s; None: there is nothing to wait for but datagrams."""
        if self._phase is ClientPhase.CLOSED:
            return None
        session = self._initiator.session
        return session.next_timeout_s if session else self._initiator.next_timeout_s

    def start(self) -> None:
        """Queues the first IHello. Raises LocalProtocolError the second time."""
        if self._phase is not ClientPhase.WAIT_RHELLO:
            raise LocalProtocolError(f"no start in phase {self._phase.value}")
        self._initiator.start()

    def take_datagrams(self) -> list[tuple[bytes, Address | None]]:
        """What to send now, in order, each with its destination: None is `peer`, or before that the address that
        was asked; another is a redirect's candidate. All go from the same socket (the cookie is bound to it)."""
        taken, self._initiator.datagrams = self._initiator.datagrams, []
        if session := self._initiator.session:
            taken += ((datagram, None) for datagram in session.take_datagrams())
        return taken

    def receive(self, data: bytes, source: Address, now_s: float) -> list[Event]:
        """One datagram, from (IP literal, port). At most a few events; never raises for what is in it."""
        self._advance(now_s)
        try:
            events = self._receive(data, source)
        except RtmfpError as error:
            self._foreign_datagrams += 1
            return [ForeignDatagram(source, error.fault, error.what, data[:16], len(data))]
        self._bytes_in += len(data)
        return events

    def handle_timeout(self, now_s: float) -> list[Event]:
        """Repeats what is due. Harmless when nothing is."""
        self._advance(now_s)
        if self._phase is ClientPhase.CLOSED:
            return []
        session, flow = self._initiator.session, self._connect_flow
        if session is None:
            return self._initiator.handle_timeout(self._now_s)
        gave_up = flow is None or flow.gave_up
        events = self._interpret(session.handle_timeout(self._now_s))
        if self._phase is ClientPhase.WAIT_ANSWER and flow is not None and flow.gave_up and not gave_up:
            events.append(TriesExhausted(self._phase))
        return events

    def connect(self, request: ConnectRequest, now_s: float) -> None:
        """Queues `connect`. Raises LocalProtocolError unless the phase is KEYED."""
        self._advance(now_s)
        session = self._initiator.session
        if self._phase is not ClientPhase.KEYED or session is None:
            raise LocalProtocolError(f"no connect in phase {self._phase.value}")
        self._connect_flow = session.send(connect_command(request), self._now_s)
        self._connect_sent_s = self._now_s
        self._phase = ClientPhase.WAIT_ANSWER

    def ping(self, now_s: float) -> None:
        """Queues a ping. Raises LocalProtocolError before keys are agreed and after the end."""
        self._advance(now_s)
        if self._initiator.session is None:
            raise LocalProtocolError(f"no ping in phase {self._phase.value}")
        self._initiator.session.ping(self._now_s)

    def close(self, now_s: float) -> None:
        """Ends the session: a close request when there is one (phase CLOSING), CLOSED at once otherwise. Idempotent."""
        self._advance(now_s)
        if self._phase is ClientPhase.CLOSED:
            return
        self._phase = ClientPhase.CLOSED
        self._initiator.datagrams.clear()
        if session := self._initiator.session:
            self._phase = ClientPhase.CLOSING
            session.close(self._now_s)

    def _advance(self, now_s: float) -> None:
        self._now_s = max(self._now_s, now_s)

    def _receive(self, data: bytes, source: Address) -> list[Event]:
        """Raises RtmfpError when the datagram is not for us, or not what it should be."""
        session_id, session = session_id_of(data), self._initiator.session
        if session_id not in (STARTUP_SESSION, self._initiator.session_id):
            raise RtmfpError(RtmfpFault.UNKNOWN_SESSION, f"for session {session_id.hex()}, which is not ours")
        if session and session_id != STARTUP_SESSION:
            return self._on_session_datagram(session, data)
        if self._phase is ClientPhase.CLOSED:
            raise RtmfpError(RtmfpFault.UNEXPECTED, "start-up after the end")
        events = self._initiator.receive(data, session_id, source, self._now_s)
        if session is None:
            self._phase = self._initiator.phase
            if self._initiator.session:
                events += self._begin()
        return events

    def _begin(self) -> list[Event]:
        """Keys are agreed."""
        if self._request:
            self.connect(self._request, self._now_s)
        early, self._initiator.early = self._initiator.early, []
        return [event for data, source in early for event in self.receive(data, source, self._now_s)]

    def _on_session_datagram(self, session: KeyedSession, data: bytes) -> list[Event]:
        try:
            packet = session.open(data)
        except RtmfpError:
            if self._initiator.is_repeated(data):
                return []
            raise
        return self._interpret(session.receive(packet, self._now_s))

    def _interpret(self, news: list[SessionNews]) -> list[Event]:
        """What the session's news mean to the conversation, each after the news itself."""
        events: list[Event] = []
        flow = self._connect_flow
        if flow and flow.acknowledged and not self._connect_acknowledged:
            self._connect_acknowledged = True
            round_trip_s = None if flow.repeated else self._now_s - self._connect_sent_s
            events.append(ConnectAcknowledged(round_trip_s))
        for item in news:
            events.append(item)
            match item:
                case MessageReceived(message=Command() as command, stream_id=0):
                    events += self._on_command(command)
                case PingAnswered(rtt_s):
                    self._ping_rtt_s = rtt_s
                case SessionClosed():
                    self._phase = ClientPhase.CLOSED
        return events

    def _on_command(self, command: Command) -> list[Event]:
        reply, session = parse_connect_reply(command, is_only_call=True), self._initiator.session
        if reply is None or session is None or self._phase is not ClientPhase.WAIT_ANSWER:
            return []
        self._phase = ClientPhase.CONNECTED if reply.accepted else ClientPhase.REJECTED
        if reply.accepted and not session.closed:
            session.ping(self._now_s)
        return [ConnectAnswered(reply)]
