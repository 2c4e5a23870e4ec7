"""The responder: answers IHello without keeping state, agrees keys, and serves many sessions (RFC 7016, section 3.5).

Behaviour says how it errs on purpose; everything else is correct towards both families of clients.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import Enum

from fmsdiag.protocol.message import Command, Message
from fmsdiag.protocol.netconnection import REJECTED, parse_connect_request, rejection, success_reply
from fmsdiag.protocol.rtmfp.crypto import (
    GROUPS,
    KeyPair,
    PacketCipher,
    RandomBytes,
    derive_keys,
    hmac_sha256,
    make_key_pair,
    shared_secret,
    startup_cipher,
)
from fmsdiag.protocol.rtmfp.errors import RtmfpError, RtmfpFault
from fmsdiag.protocol.rtmfp.events import (
    Address,
    ConnectRequested,
    CookieRefused,
    ForeignDatagram,
    HelloReceived,
    MessageReceived,
    PeerFault,
    ServerEvent,
    SessionClosed,
    SessionEvent,
    SessionNews,
    SessionOpened,
)
from fmsdiag.protocol.rtmfp.packet import (
    STARTUP_SESSION,
    Chunk,
    ChunkType,
    Mode,
    encode_chunk,
    encode_packet,
    session_id_of,
    ticks,
)
from fmsdiag.protocol.rtmfp.session import MAX_HELD_BYTES, KeyedSession
from fmsdiag.protocol.rtmfp.startup import (
    NEVER,
    RANDOMNESS_BYTES,
    SESSION_ID_BYTES,
    TAG_BYTES,
    CookieChange,
    IHello,
    IIKeying,
    KeyingComponent,
    Redirect,
    RHello,
    RIKeying,
    check_cookie,
    encode_ephemeral_certificate,
    encode_responder_component,
    encode_static_certificate,
    negotiate,
    open_startup,
    parse_certificate,
    parse_discriminator,
    parse_keying_component,
    required,
)

MAX_SESSIONS = 64
IDLE_S = 120.0
LINGER_S = 5.0
COOKIE_AGE_S = 95.0
SERVER_HMAC_BYTES = 16
_STATIC_GROUPS = (14, 2)
_COOKIE_NONCE_BYTES = 28
_COOKIE_TIME_BYTES = 4


class Answers(Enum):
    """How far the server goes along."""

    NOTHING = "nothing"
    RHELLO = "rhello"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What kind of server to be, and what to do wrong."""

    answers: Answers = Answers.ALL
    require_hmac: bool = False
    require_sequence_numbers: bool = False
    static_certificate: bool = False  # public keys in it, rather than a new one for each session
    redirect: tuple[Address, ...] | None = None  # answer IHello with these, () for "try again here"
    wrong_tag: bool = False  # in RHello and redirects
    bad_checksum: bool = False  # in every start-up packet
    change_cookie: bool = False  # refuse the first cookie of each client, whatever it is
    refuse_flows: int | None = None  # answer each flow with this exception code
    ack_delay_s: float = 0.0


@dataclass(slots=True)
class _Session:
    """One client. `identity` recognizes its IIKeying when that comes again."""

    number: int
    source: Address
    identity: tuple[Address, bytes, bytes]
    answer: RIKeying
    keyed: KeyedSession
    heard_s: float
    flow_of_connect: int | None = None

    @property
    def expires_s(self) -> float:
        """A closed one stays a little, to acknowledge its end again when the client missed that."""
        return self.heard_s + (LINGER_S if self.keyed.closed else IDLE_S)


class RtmfpServer:
    """All clients of one socket. In turn: send take_datagrams(), feed receive() or handle_timeout().

    now_s              a monotonic clock; every later now_s is of the same clock
    max_sessions       at once; further clients are not answered any more
    max_session_bytes  that one client may make us keep

    Nothing that comes from the network makes a method raise; see ForeignDatagram and PeerFault.
    """

    def __init__(
        self,
        *,
        now_s: float,
        random_bytes: RandomBytes = os.urandom,
        behaviour: Behaviour | None = None,
        max_sessions: int = MAX_SESSIONS,
        max_session_bytes: int = MAX_HELD_BYTES,
    ) -> None:
        self._now_s = now_s
        self._random_bytes = random_bytes
        self._behaviour = behaviour or Behaviour()
        self._max_sessions, self._max_session_bytes = max_sessions, max_session_bytes
        self._secret = random_bytes(32)
        self._startup = startup_cipher()
        self._static_keys: dict[int, KeyPair] = {}
        if self._behaviour.static_certificate:
            self._static_keys = {group: make_key_pair(group, random_bytes) for group in _STATIC_GROUPS}
            self._certificate = encode_static_certificate(list(self._static_keys.values()))
        else:
            self._certificate = encode_ephemeral_certificate(random_bytes(RANDOMNESS_BYTES))
        self._sessions: dict[int, _Session] = {}
        self._last_number = 0
        self._cookies_changed: dict[Address, None] = {}
        self._datagrams: list[tuple[bytes, Address]] = []

    @property
    def fingerprint(self) -> bytes:
        """SHA-256 of the certificate's canonical part."""
        return parse_certificate(self._certificate).fingerprint

    @property
    def next_timeout_s(self) -> float | None:
        """When to call handle_timeout(); None: there is nothing to wait for but datagrams."""
        due: list[float] = []
        for session in self._sessions.values():
            due.append(session.expires_s)
            if (at := session.keyed.next_timeout_s) is not None:
                due.append(at)
        return min(due, default=None)

    def take_datagrams(self) -> list[tuple[bytes, Address]]:
        """What to send now, in order, each with its destination."""
        taken, self._datagrams = self._datagrams, []
        return taken

    def receive(self, data: bytes, source: Address, now_s: float) -> list[ServerEvent]:
        """One datagram, from (IP literal, port)."""
        self._now_s = max(self._now_s, now_s)
        try:
            return self._receive(data, source)
        except RtmfpError as error:
            return [ForeignDatagram(source, error.fault, error.what, data[:16], len(data))]

    def handle_timeout(self, now_s: float) -> list[ServerEvent]:
        """Repeats what is due, and drops sessions that were silent for IDLE_S."""
        self._now_s = max(self._now_s, now_s)
        events: list[ServerEvent] = []
        for session in list(self._sessions.values()):
            events += self._report(session, session.keyed.handle_timeout(self._now_s))
            if self._now_s >= session.expires_s:
                del self._sessions[session.number]
                if not session.keyed.closed:
                    events.append(SessionEvent(session.number, SessionClosed(by_peer=False)))
        return events

    def accept(self, session: int, now_s: float, reply: Command | None = None) -> None:
        """Answers `connect`, by default with AMS's `_result`."""
        self.send(session, reply or success_reply(), now_s)

    def reject(self, session: int, now_s: float, reply: Command | None = None) -> None:
        """Answers `connect` with an `_error` and ends the flow, as tcserver does."""
        refusal = reply or rejection(REJECTED, "Connection failed.")
        self.send(session, refusal, now_s, final=True)

    def send(self, session: int, message: Message, now_s: float, *, final: bool = False) -> None:
        """A message on the flow that answers the client's NetConnection. Lost when the client has left meanwhile.

        Raises LocalProtocolError when too much waits for the client already.
        """
        known = self._find(session, now_s)
        if known is not None:
            known.keyed.send(message, self._now_s, answers=known.flow_of_connect, final=final)
            self._collect(known)

    def close(self, session: int, now_s: float) -> None:
        """Asks the client to end its session, if it is still there."""
        known = self._find(session, now_s)
        if known is not None:
            known.keyed.close(self._now_s)
            self._collect(known)

    def _find(self, number: int, now_s: float) -> _Session | None:
        """The session, unless it has ended or is ending."""
        self._now_s = max(self._now_s, now_s)
        session = self._sessions.get(number)
        return None if session is None or session.keyed.closed or session.keyed.closing else session

    def _receive(self, data: bytes, source: Address) -> list[ServerEvent]:
        session_id = session_id_of(data)
        if session_id == STARTUP_SESSION:
            chunk = open_startup(self._startup, data, (ChunkType.IHELLO, ChunkType.IIKEYING))
            return (
                self._on_ihello(chunk, source)
                if chunk.type == ChunkType.IHELLO
                else self._on_iikeying(chunk, source)
            )
        session = self._sessions.get(int.from_bytes(session_id, "big"))
        if session is None:
            raise RtmfpError(
                RtmfpFault.UNKNOWN_SESSION, f"for session {session_id.hex()}, which we do not have"
            )
        packet = session.keyed.open(data)
        session.heard_s = self._now_s
        session.source = source  # clients may move
        return self._report(session, session.keyed.receive(packet, self._now_s))

    def _report(self, session: _Session, news: list[SessionNews]) -> list[ServerEvent]:
        events: list[ServerEvent] = []
        for item in news:
            events.append(SessionEvent(session.number, item))
            match item:
                # Only the first: nobody shall make the server answer without end.
                case MessageReceived(Command(name="connect") as command, 0, flow_id) if (
                    session.flow_of_connect is None
                ):
                    session.flow_of_connect = flow_id
                    events.append(ConnectRequested(session.number, parse_connect_request(command)))
        self._collect(session)
        return events

    def _collect(self, session: _Session) -> None:
        self._datagrams += ((datagram, session.source) for datagram in session.keyed.take_datagrams())

    # Start-up

    def _send_startup(self, session_id: bytes, kind: ChunkType, payload: bytes, destination: Address) -> None:
        packet = encode_packet(Mode.STARTUP, [encode_chunk(kind, payload)], ticks(self._now_s))
        datagram = self._startup.seal(session_id, packet)
        if self._behaviour.bad_checksum:
            # CBC: this garbles the last block alone, so that only the checksum tells.
            datagram = datagram[:-1] + bytes((datagram[-1] ^ 1,))
        self._datagrams.append((datagram, destination))

    def _on_ihello(self, chunk: Chunk, source: Address) -> list[ServerEvent]:
        hello = IHello.parse(chunk.payload)
        wanted = parse_discriminator(hello.discriminator)
        answered = self._behaviour.answers is not Answers.NOTHING and wanted.fingerprint in (
            None,
            self.fingerprint,
        )
        if answered:
            tag = self._random_bytes(TAG_BYTES) if self._behaviour.wrong_tag else hello.tag
            if self._behaviour.redirect is None:
                payload = RHello(tag, self._make_cookie(source), self._certificate).encode()
                self._send_startup(STARTUP_SESSION, ChunkType.RHELLO, payload, source)
            else:
                payload = Redirect(tag, self._behaviour.redirect).encode()
                self._send_startup(STARTUP_SESSION, ChunkType.REDIRECT, payload, source)
        return [HelloReceived(source, wanted.uri, answered)]

    def _make_cookie(self, source: Address) -> bytes:
        """64 bytes: when, a nonce, and the HMAC that binds both to the address."""
        made = int(self._now_s) & 0xFFFFFFFF
        head = made.to_bytes(_COOKIE_TIME_BYTES, "big") + self._random_bytes(_COOKIE_NONCE_BYTES)
        return head + self._cookie_mac(head, source)

    def _cookie_mac(self, head: bytes, source: Address) -> bytes:
        return hmac_sha256(self._secret, head + f"{source[0]} {source[1]}".encode())

    def _is_good_cookie(self, cookie: bytes, source: Address) -> bool:
        size = _COOKIE_TIME_BYTES + _COOKIE_NONCE_BYTES
        age_s = (int(self._now_s) - int.from_bytes(cookie[:_COOKIE_TIME_BYTES], "big")) & 0xFFFFFFFF
        return cookie[size:] == self._cookie_mac(cookie[:size], source) and age_s <= COOKIE_AGE_S

    def _on_iikeying(self, chunk: Chunk, source: Address) -> list[ServerEvent]:
        if self._behaviour.answers is not Answers.ALL:
            return []
        keying = IIKeying.parse(chunk.payload)
        identity = (source, keying.session_id, keying.component)
        for session in self._sessions.values():
            if session.identity == identity:
                self._answer(session)
                return []
        if not self._is_good_cookie(keying.cookie, source) or self._must_change_cookie(source):
            change = CookieChange(check_cookie(keying.cookie), self._make_cookie(source))
            self._send_startup(keying.session_id, ChunkType.COOKIE_CHANGE, change.encode(), source)
            return [CookieRefused(source)]
        try:
            session = self._make_session(keying, identity)
        except RtmfpError as error:
            return [PeerFault(source, error.fault, error.what)]
        self._sessions[session.number] = session
        self._answer(session)
        return [SessionOpened(session.number, source)]

    def _must_change_cookie(self, source: Address) -> bool:
        if not self._behaviour.change_cookie or source in self._cookies_changed:
            return False
        self._cookies_changed[source] = None
        while len(self._cookies_changed) > self._max_sessions:
            del self._cookies_changed[next(iter(self._cookies_changed))]
        return True

    def _answer(self, session: _Session) -> None:
        initiator = session.identity[1]
        self._send_startup(initiator, ChunkType.RIKEYING, session.answer.encode(), session.source)

    def _make_session(self, keying: IIKeying, identity: tuple[Address, bytes, bytes]) -> _Session:
        """Raises RtmfpError when there is no common ground."""
        if len(self._sessions) >= self._max_sessions:
            raise RtmfpError(RtmfpFault.UNEXPECTED, f"more than {self._max_sessions} sessions")
        component = parse_keying_component(keying.component)
        group, public = _key_of(keying, component)
        hmac = required(SERVER_HMAC_BYTES) if self._behaviour.require_hmac else NEVER
        sequence = required() if self._behaviour.require_sequence_numbers else NEVER
        send_hmac, receive_hmac = negotiate(hmac, component.hmac, "HMAC")
        send_sequence, receive_sequence = negotiate(sequence, component.sequence, "sequence numbers")
        key = self._key_pair(group)
        own = encode_responder_component(
            hmac,
            sequence,
            None if self._behaviour.static_certificate else key,
            self._random_bytes(RANDOMNESS_BYTES),
        )
        cipher = PacketCipher(
            derive_keys(shared_secret(key, public), own, keying.component),
            send_hmac_bytes=hmac.length if send_hmac else 0,
            receive_hmac_bytes=component.hmac.length if receive_hmac else 0,
            send_sequence=send_sequence,
            receive_sequence=receive_sequence,
        )
        keyed = KeyedSession(
            cipher,
            Mode.RESPONDER,
            keying.session_id,
            self._random_bytes,
            ack_delay_s=self._behaviour.ack_delay_s,
            refusal_code=self._behaviour.refuse_flows,
            max_held_bytes=self._max_session_bytes,
        )
        self._last_number += 1
        answer = RIKeying(self._last_number.to_bytes(SESSION_ID_BYTES, "big"), own)
        return _Session(self._last_number, identity[0], identity, answer, keyed, self._now_s)

    def _key_pair(self, group: int) -> KeyPair:
        if not self._behaviour.static_certificate and group in GROUPS:
            return make_key_pair(group, self._random_bytes)
        if group not in self._static_keys:
            raise RtmfpError(RtmfpFault.NO_COMMON_GROUP, f"no key in group {group}")
        return self._static_keys[group]


def _key_of(keying: IIKeying, component: KeyingComponent) -> tuple[int, bytes]:
    """The initiator's group and public key, of this session or of its certificate. Raises RtmfpError."""
    if component.public_key is not None:
        group, public = component.public_key
    else:
        certificate = parse_certificate(keying.certificate)
        group = certificate.choose_group() if component.selected_group is None else component.selected_group
        public = certificate.static_keys.get(group, b"")
    return group, public
