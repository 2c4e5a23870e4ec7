"""The initiator's start-up: from IHello to session keys (RFC 7016, section 3.5).

What it sends is laid out as Flash Player did, down to the byte: servers of the OpenRTMFP family parse it at fixed places
and are silent to anything else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from fmsdiag.protocol.errors import LocalProtocolError
from fmsdiag.protocol.rtmfp.crypto import (
    KeyPair,
    PacketCipher,
    RandomBytes,
    derive_keys,
    make_key_pair,
    shared_secret,
    startup_cipher,
)
from fmsdiag.protocol.rtmfp.errors import RtmfpError, RtmfpFault
from fmsdiag.protocol.rtmfp.events import (
    Address,
    ClientPhase,
    CookieChanged,
    EarlyDatagram,
    Event,
    Keyed,
    PeerFault,
    Redirected,
    RHelloReceived,
    TriesExhausted,
)
from fmsdiag.protocol.rtmfp.facts import ClientFacts
from fmsdiag.protocol.rtmfp.packet import (
    STARTUP_SESSION,
    Chunk,
    ChunkType,
    Mode,
    encode_chunk,
    encode_packet,
    ticks,
)
from fmsdiag.protocol.rtmfp.session import KeyedSession
from fmsdiag.protocol.rtmfp.startup import (
    MAX_REDIRECT_ADDRESSES,
    RANDOMNESS_BYTES,
    TAG_BYTES,
    Certificate,
    CookieChange,
    IHello,
    IIKeying,
    Redirect,
    RHello,
    RIKeying,
    check_cookie,
    encode_discriminator,
    encode_initiator_certificate,
    encode_initiator_component,
    negotiate,
    open_startup,
    parse_certificate,
    parse_keying_component,
    random_session_id,
)

FIRST_INTERVAL_S = 1.0
INTERVAL_GROWTH_S = 1.5
MAX_TRIES = 4
LAST_WAIT_S = 1.5  # after the last try, before it counts as failed
MAX_CANDIDATES = 6  # addresses that redirectors may add
MAX_EARLY_PACKETS = 8  # that come under the session's keys before RIKeying
MAX_EARLY_BYTES = 2048  # of each of them

MayFollow = Callable[[Address], bool]
"""Whether an address that a redirector names may be asked at all."""


@dataclass(slots=True)
class _Tries:
    """Sending the same thing again: after 1.0 s, 2.5 s more, 4.0 s more."""

    due_s: float | None = None
    count: int = 0

    def next(self, now_s: float) -> bool:
        """Whether to send (again) now; False: no further try."""
        if self.count == MAX_TRIES:
            self.due_s = None
            return False
        self.count += 1
        last = self.count == MAX_TRIES
        interval = LAST_WAIT_S if last else FIRST_INTERVAL_S + INTERVAL_GROWTH_S * (self.count - 1)
        self.due_s = now_s + interval
        return True

    def is_due(self, now_s: float) -> bool:
        return self.due_s is not None and now_s >= self.due_s


@dataclass(slots=True)
class _Keying:
    """Everything that stays the same when IIKeying is repeated."""

    certificate: Certificate
    key: KeyPair
    message: IIKeying
    sent_s: float
    tries: _Tries


class Initiator:
    """Public attributes are for the client that owns it, to read; `datagrams` and `early` also to take from.

    phase      WAIT_RHELLO, WAIT_RIKEYING, and KEYED when `session` is there
    early      (datagram, source) that came under the session's keys before RIKeying did
    """

    def __init__(
        self,
        uri: str,
        *,
        now_s: float,
        random_bytes: RandomBytes,
        fingerprint: bytes | None,
        may_follow: MayFollow | None = None,
    ) -> None:
        self._now_s = now_s
        self._may_follow = may_follow
        self._random_bytes = random_bytes
        self._discriminator = encode_discriminator(uri, fingerprint)
        self._cipher = startup_cipher()
        self._candidates: dict[Address | None, _Tries] = {}
        self._tags: dict[bytes, float] = {}  # when each IHello was sent
        self._keying: _Keying | None = None
        self.session_id = random_session_id(random_bytes)
        self.phase = ClientPhase.WAIT_RHELLO
        self.facts = ClientFacts()
        self.peer: Address | None = None
        self.session: KeyedSession | None = None
        self.datagrams: list[tuple[bytes, Address | None]] = []
        self.early: list[tuple[bytes, Address]] = []

    @property
    def next_timeout_s(self) -> float | None:
        due: list[float | None] = []
        if self.phase is ClientPhase.WAIT_RHELLO:
            due = [tries.due_s for tries in self._candidates.values()]
        elif self.phase is ClientPhase.WAIT_RIKEYING and self._keying:
            due = [self._keying.tries.due_s]
        return min((at for at in due if at is not None), default=None)

    def start(self) -> None:
        """Raises LocalProtocolError the second time."""
        if self._candidates:
            raise LocalProtocolError("already started")
        self._add_candidate(None)

    def handle_timeout(self, now_s: float) -> list[Event]:
        self._now_s = now_s
        if self.phase is ClientPhase.WAIT_RHELLO:
            return self._repeat_ihello()
        if self.phase is ClientPhase.WAIT_RIKEYING and self._keying and self._keying.tries.is_due(now_s):
            return self._send_iikeying(self._keying)
        return []

    def receive(self, data: bytes, session_id: bytes, source: Address, now_s: float) -> list[Event]:
        """A datagram for start-up, or for our session id before there are keys. Raises RtmfpError."""
        self._now_s = now_s
        if session_id == STARTUP_SESSION:
            chunk = open_startup(self._cipher, data, (ChunkType.RHELLO, ChunkType.REDIRECT))
            if chunk.type == ChunkType.RHELLO:
                return self._on_rhello(chunk, source)
            return self._on_redirect(chunk, source)
        if self._keying is None:
            raise RtmfpError(RtmfpFault.UNEXPECTED, "for our session before it began")
        return self._on_keying_datagram(self._keying, data, source)

    def is_repeated(self, data: bytes) -> bool:
        """Whether a datagram for the open session is only a part of the start-up once more."""
        try:
            open_startup(self._cipher, data, (ChunkType.RIKEYING, ChunkType.COOKIE_CHANGE))
        except RtmfpError:
            return False
        return True

    def _send_startup(self, kind: ChunkType, payload: bytes, destination: Address | None) -> None:
        packet = encode_packet(Mode.STARTUP, [encode_chunk(kind, payload)], ticks(self._now_s))
        self.datagrams.append((self._cipher.seal(STARTUP_SESSION, packet), destination))

    def _add_candidate(self, destination: Address | None) -> None:
        self._candidates[destination] = _Tries()
        self._send_ihello(destination)

    def _send_ihello(self, destination: Address | None) -> bool:
        """A new tag each time, so that the answer tells which one it is to."""
        if not self._candidates[destination].next(self._now_s):
            return False
        tag = self._random_bytes(TAG_BYTES)
        self._tags[tag] = self._now_s
        self._send_startup(ChunkType.IHELLO, IHello(self._discriminator, tag).encode(), destination)
        self.facts = replace(self.facts, ihello_sent=self.facts.ihello_sent + 1)
        return True

    def _repeat_ihello(self) -> list[Event]:
        due = [address for address, tries in self._candidates.items() if tries.is_due(self._now_s)]
        in_vain = [address for address in due if not self._send_ihello(address)]
        over = all(tries.due_s is None for tries in self._candidates.values())
        return [TriesExhausted(self.phase)] if in_vain and over else []

    def _sent_s(self, tag: bytes) -> float:
        if tag not in self._tags:
            raise RtmfpError(RtmfpFault.WRONG_TAG, "an answer to a question that was not ours", None, tag)
        return self._tags[tag]

    def _on_redirect(self, chunk: Chunk, source: Address) -> list[Event]:
        redirect = Redirect.parse(chunk.payload)
        self._sent_s(redirect.tag)
        if self.phase is not ClientPhase.WAIT_RHELLO:
            return []
        followed: list[Address] = []
        refused: list[Address] = []
        for address in redirect.addresses or (source,):
            added = len(self._candidates) - 1
            if self._may_follow is not None and not self._may_follow(address):
                refused.append(address)
            elif address not in self._candidates and added < MAX_CANDIDATES and address[1]:
                self._add_candidate(address)
                followed.append(address)
        known = self.facts.redirects
        named = dict.fromkeys((*known, *redirect.addresses))
        self.facts = replace(
            self.facts,
            redirects=tuple(named)[:MAX_REDIRECT_ADDRESSES],
            redirected_by=self.facts.redirected_by or source,
        )
        return [Redirected(source, redirect.addresses, tuple(followed), tuple(refused))]

    def _on_rhello(self, chunk: Chunk, source: Address) -> list[Event]:
        hello = RHello.parse(chunk.payload)
        sent_s = self._sent_s(hello.tag)
        if self.phase is not ClientPhase.WAIT_RHELLO:
            return []  # a late answer to a repetition, or another candidate's
        try:
            check_cookie(hello.cookie)
            certificate = parse_certificate(hello.certificate)
            group = certificate.choose_group()
        except RtmfpError as error:
            return [PeerFault(source, error.fault, error.what)]
        self.peer = source
        self.phase = ClientPhase.WAIT_RIKEYING
        self.datagrams.clear()
        self.facts = replace(
            self.facts,
            hello_round_trip_s=self._now_s - sent_s,
            reply_from=source,
            cookie_bytes=len(hello.cookie),
            fingerprint=certificate.fingerprint.hex(),
            groups=certificate.groups,
            static_certificate=bool(certificate.static_keys),
        )
        key = make_key_pair(group, self._random_bytes)
        component = encode_initiator_component(group, self._random_bytes(RANDOMNESS_BYTES))
        message = IIKeying(self.session_id, hello.cookie, encode_initiator_certificate(key), component)
        self._keying = _Keying(certificate, key, message, self._now_s, _Tries())
        event = RHelloReceived(
            source,
            self._now_s - sent_s,
            len(hello.cookie),
            certificate.fingerprint.hex(),
            certificate.groups,
            bool(certificate.static_keys),
        )
        return [event, *self._send_iikeying(self._keying)]

    def _send_iikeying(self, keying: _Keying) -> list[Event]:
        if not keying.tries.next(self._now_s):
            return [TriesExhausted(self.phase)]
        self._send_startup(ChunkType.IIKEYING, keying.message.encode(), None)
        self.facts = replace(self.facts, iikeying_sent=self.facts.iikeying_sent + 1)
        return []

    def _on_keying_datagram(self, keying: _Keying, data: bytes, source: Address) -> list[Event]:
        try:
            chunk = open_startup(self._cipher, data, (ChunkType.RIKEYING, ChunkType.COOKIE_CHANGE))
        except RtmfpError:
            # RIKeying may have been overtaken by what is under the keys that it brings.
            if len(self.early) == MAX_EARLY_PACKETS or len(data) > MAX_EARLY_BYTES:
                raise
            self.early.append((data, source))
            return [EarlyDatagram(source, len(data))]
        if chunk.type == ChunkType.COOKIE_CHANGE:
            return self._on_cookie_change(keying, CookieChange.parse(chunk.payload), source)
        answer = RIKeying.parse(chunk.payload)
        try:
            cipher = _agree(keying, answer)
        except RtmfpError as error:
            return [PeerFault(source, error.fault, error.what)]
        return self._open_session(keying, answer, cipher, source)

    def _on_cookie_change(self, keying: _Keying, change: CookieChange, source: Address) -> list[Event]:
        if self.facts.cookie_changed or change.old != keying.message.cookie:
            raise RtmfpError(RtmfpFault.UNEXPECTED, "another cookie than ours changed, or ours once more")
        try:
            cookie = check_cookie(change.new)
        except RtmfpError as error:
            return [PeerFault(source, error.fault, error.what)]
        self.facts = replace(self.facts, cookie_changed=True)
        keying.message = replace(keying.message, cookie=cookie)
        keying.tries = _Tries()
        keying.sent_s = self._now_s
        return [CookieChanged(source), *self._send_iikeying(keying)]

    def _open_session(
        self, keying: _Keying, answer: RIKeying, cipher: PacketCipher, source: Address
    ) -> list[Event]:
        round_trip_s = self._now_s - keying.sent_s if keying.tries.count == 1 else None
        self.session = KeyedSession(cipher, Mode.INITIATOR, answer.session_id, self._random_bytes)
        self.phase = ClientPhase.KEYED
        self.datagrams.clear()
        hmac_bytes = cipher.receive_hmac_bytes or None
        self.facts = replace(
            self.facts,
            keying_round_trip_s=round_trip_s,
            group=keying.key.group,
            responder_session_id=answer.session_id,
            hmac_bytes=hmac_bytes,
            hmac_bytes_sent=cipher.send_hmac_bytes or None,
            sequence_numbers=cipher.receive_sequence,
            sequence_numbers_sent=cipher.send_sequence,
        )
        sequence = cipher.receive_sequence
        return [Keyed(source, round_trip_s, keying.key.group, answer.session_id, hmac_bytes, sequence)]


def _agree(keying: _Keying, answer: RIKeying) -> PacketCipher:
    """The session's cipher. Raises RtmfpError when the answer leaves no common ground."""
    near, far = parse_keying_component(keying.message.component), parse_keying_component(answer.component)
    group, public = far.public_key or (keying.key.group, keying.certificate.static_keys.get(keying.key.group))
    if group != keying.key.group or public is None:
        raise RtmfpError(RtmfpFault.NO_COMMON_GROUP, f"no key of the server in group {keying.key.group}")
    send_hmac, receive_hmac = negotiate(near.hmac, far.hmac, "HMAC")
    send_sequence, receive_sequence = negotiate(near.sequence, far.sequence, "sequence numbers")
    secret = shared_secret(keying.key, public)
    return PacketCipher(
        derive_keys(secret, keying.message.component, answer.component),
        send_hmac_bytes=near.hmac.length if send_hmac else 0,
        receive_hmac_bytes=far.hmac.length if receive_hmac else 0,
        send_sequence=send_sequence,
        receive_sequence=receive_sequence,
    )
