"""The RTMP handshake of both roles: C0 C1 C2, S0 S1 S2, simple (RTMP 1.0, section 5.2) and with digests.

A *message* here is one of C1, S1, C2, S2: always 1536 bytes. A digest message hides 32 bytes of HMAC-SHA256
at a place computed from other bytes of it; where, depends on the *scheme* (0 or 1; the numbers
are librtmp's, the reverse of SRS's). Each side chooses its own scheme, and nothing in the message names it:
it is found by testing the digest.

RTMPE is this handshake with another C0, a public key written at key_position() before the digest is
computed, and both directions encrypted after C2 and S2. Whether what a side did was RTMPE is the session's to judge;
here its keys are taken, and `encryption` is there as soon as they were.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

from fmsdiag.protocol import rtmpe
from fmsdiag.protocol.rtmpe import Encryption, KeyPair, RtmpeOffer

MESSAGE_SIZE = 1536
DIGEST_SIZE = 32
PLAIN_VERSION = 3

CLIENT_VERSION = bytes((10, 0, 45, 2))  # a Flash Player 10; zeros mean "simple handshake"
SIMPLE_VERSION = bytes(4)

_KEY_TAIL = bytes.fromhex("f0eec24a8068bee82e00d0d1029e7e576eec5d2d29806fab93b8e636cfeb31ae")
CLIENT_KEY = b"Genuine Adobe Flash Player 001"
SERVER_KEY = b"Genuine Adobe Flash Media Server 001"
CLIENT_LONG_KEY = CLIENT_KEY + _KEY_TAIL
SERVER_LONG_KEY = SERVER_KEY + _KEY_TAIL

RandomBytes = Callable[[int], bytes]

_RTMPE_ANSWERS = {RtmpeOffer.ACCEPTED: rtmpe.VERSION, RtmpeOffer.TYPE_8: 8}


class HandshakeKind(Enum):
    """How a side builds its own messages."""

    SIMPLE = "simple"
    DIGEST_SCHEME_0 = "digest-0"
    DIGEST_SCHEME_1 = "digest-1"

    @property
    def scheme(self) -> int | None:
        """0, 1, or None for the simple handshake."""
        return {HandshakeKind.DIGEST_SCHEME_0: 0, HandshakeKind.DIGEST_SCHEME_1: 1}.get(self)


@dataclass(frozen=True, slots=True)
class HandshakeFacts:
    """What the handshake has shown so far, in either role. None: not known (yet), or not applicable."""

    c0_version: int | None = None
    c1_version: bytes | None = None  # 4 bytes
    c1_signed: bool | None = None  # C1 carries a digest that verifies
    client_scheme: int | None = None  # of C1's digest; None: simple
    s0_version: int | None = None
    s1_time: int | None = None  # the server's clock, milliseconds modulo 2**32
    s1_version: bytes | None = None  # 4 bytes; looks like a version, is often none
    server_scheme: int | None = None  # of S1's digest; None: simple
    digest_valid: bool | None = None  # S1 carries a digest that verifies, whatever its version bytes say
    s2_signature_valid: bool | None = None  # None unless both C1 and S1 are signed
    s2_echo: bool | None = None  # S2 repeats C1's time and random bytes; no fault if not
    s1_echoes_c1: bool | None = None  # S1's payload is C1's: nginx-rtmp after a simple C1, or an echo service
    c2_signature_valid: bool | None = None  # server role; None unless both are signed
    c2_echo: bool | None = None  # server role
    server_key_valid: bool | None = None  # RTMPE: the Diffie-Hellman key in S1; None when S1 is unsigned
    client_key_valid: bool | None = None  # RTMPE: that in C1, likewise; server role


def digest_position(message: bytes, scheme: int) -> int:
    """Offset of the 32-byte digest in a 1536-byte message, for scheme 0 or 1."""
    block = 8 if scheme == 0 else 772
    return sum(message[block : block + 4]) % 728 + block + 4


def key_position(message: bytes, scheme: int) -> int:
    """Offset of the 128-byte Diffie-Hellman public key (RTMPE) in a 1536-byte message."""
    block, offset = (772, 1532) if scheme == 0 else (8, 768)
    return sum(message[offset : offset + 4]) % 632 + block


def public_key_of(message: bytes, scheme: int) -> bytes:
    """The 128 bytes where a signed message of RTMPE has its public key; what they are is to be checked."""
    at = key_position(message, scheme)
    return message[at : at + rtmpe.KEY_SIZE]


def compute_digest(message: bytes, scheme: int, key: bytes) -> bytes:
    """The digest a message should carry: HMAC over the 1504 bytes around its place."""
    at = digest_position(message, scheme)
    return _hmac(key, message[:at] + message[at + DIGEST_SIZE :])


def sign(message: bytes, scheme: int, key: bytes) -> bytes:
    """The message with its digest written in."""
    at = digest_position(message, scheme)
    return message[:at] + compute_digest(message, scheme, key) + message[at + DIGEST_SIZE :]


def find_digest(message: bytes, key: bytes) -> tuple[int, bytes] | None:
    """(scheme, digest) of a signed message, or None when neither scheme's digest verifies."""
    for scheme in (0, 1):
        at = digest_position(message, scheme)
        digest = message[at : at + DIGEST_SIZE]
        if hmac.compare_digest(digest, compute_digest(message, scheme, key)):
            return scheme, digest
    return None


def signature_of(answer: bytes, long_key: bytes, peer_digest: bytes) -> bytes:
    """The last 32 bytes that C2 or S2 must have, given its first 1504 and the digest it answers."""
    return _hmac(_hmac(long_key, peer_digest), answer[: MESSAGE_SIZE - DIGEST_SIZE])


class ClientHandshake:
    """The client's half. c0c1 goes out first; then receive_s0, receive_s1 (returns C2), receive_s2."""

    def __init__(
        self,
        kind: HandshakeKind,
        now_ms: int,
        random_bytes: RandomBytes,
        c1_version: bytes = CLIENT_VERSION,
        encrypted: bool = False,
    ) -> None:
        scheme = kind.scheme
        version = SIMPLE_VERSION if scheme is None else c1_version
        c0_version = rtmpe.VERSION if encrypted else PLAIN_VERSION
        self._random_bytes = random_bytes
        self._keys = KeyPair.make(random_bytes) if encrypted else None
        public_key = self._keys.public if self._keys else None
        self._c1 = _hello(scheme, CLIENT_KEY, now_ms, version, random_bytes, public_key)
        self._server_digest: bytes | None = None
        self.encryption: Encryption | None = None
        self.c0c1 = bytes((c0_version,)) + self._c1
        self.facts = HandshakeFacts(
            c0_version=c0_version, c1_version=version, c1_signed=scheme is not None, client_scheme=scheme
        )

    def receive_s0(self, version: int) -> None:
        """Note the server's version byte; judging it is the session's business."""
        self.facts = replace(self.facts, s0_version=version)

    def receive_s1(self, s1: bytes) -> bytes:
        """Take S1 (1536 bytes), return C2 (1536 bytes): signed if S1 is and C1 was, else S1's copy."""
        found = find_digest(s1, SERVER_KEY)
        self._server_digest = found[1] if found else None
        self.facts = replace(
            self.facts,
            s1_time=int.from_bytes(s1[:4], "big"),
            s1_version=s1[4:8],
            server_scheme=found[0] if found else None,
            digest_valid=found is not None,
            s1_echoes_c1=s1[8:] == self._c1[8:],
        )
        if self._keys is not None and found is not None:
            peer_key = public_key_of(s1, found[0])
            valid = rtmpe.is_valid_key(peer_key)
            self.facts = replace(self.facts, server_key_valid=valid)
            if valid and self.facts.s0_version == rtmpe.VERSION:
                self.encryption = Encryption(self._keys, peer_key)
        if found is None or not self.facts.c1_signed:
            return s1
        return _signed_answer(CLIENT_LONG_KEY, found[1], self._random_bytes)

    def receive_s2(self, s2: bytes) -> None:
        """Take S2 (1536 bytes) and judge it. A mismatch is a fact, never an error: many servers differ."""
        valid = None
        if self._server_digest is not None and self.facts.client_scheme is not None:
            valid = _answer_valid(s2, SERVER_LONG_KEY, self._c1, self.facts.client_scheme)
        self.facts = replace(self.facts, s2_signature_valid=valid, s2_echo=_echoes(s2, self._c1))


class ServerHandshake:
    """The server's half. receive_c0, receive_c1 (returns S0 S1 S2 as one), receive_c2, in order.

    kind None follows the client: its digest scheme, or simple when C1 is unsigned or its version word zero.
    public_key stands in S1 instead of a key of this server's own; to show a fault.
    """

    def __init__(
        self,
        kind: HandshakeKind | None,
        now_ms: int,
        random_bytes: RandomBytes,
        s1_version: bytes,
        rtmpe_offer: RtmpeOffer = RtmpeOffer.REFUSED,
        public_key: bytes | None = None,
    ) -> None:
        self._kind = kind
        self._now_ms = now_ms
        self._random_bytes = random_bytes
        self._s1_version = s1_version
        self._rtmpe_offer = rtmpe_offer
        self._public_key = public_key
        self._keys: KeyPair | None = None
        self._s1 = b""
        self.encryption: Encryption | None = None
        self.facts = HandshakeFacts(s0_version=PLAIN_VERSION)

    def receive_c0(self, version: int) -> None:
        """Note the client's version byte; judging it is the session's business."""
        own = PLAIN_VERSION
        if version == rtmpe.VERSION:
            own = _RTMPE_ANSWERS.get(self._rtmpe_offer, PLAIN_VERSION)
        if own != PLAIN_VERSION:
            self._keys = KeyPair.make(self._random_bytes)
        self.facts = replace(self.facts, c0_version=version, s0_version=own)

    def receive_c1(self, c1: bytes) -> bytes:
        """Take C1 (1536 bytes), return S0 S1 S2 (3073 bytes)."""
        may_be_signed = self._keys is not None or c1[4:8] != SIMPLE_VERSION
        found = find_digest(c1, CLIENT_KEY) if may_be_signed else None
        client_scheme = found[0] if found else None
        scheme = client_scheme if self._kind is None else self._kind.scheme
        version = SIMPLE_VERSION if scheme is None else self._s1_version
        own_key = (self._public_key or self._keys.public) if self._keys else None
        self._s1 = _hello(scheme, SERVER_KEY, self._now_ms, version, self._random_bytes, own_key)
        self.facts = replace(
            self.facts,
            c1_version=c1[4:8],
            c1_signed=found is not None,
            client_scheme=client_scheme,
            s1_time=self._now_ms % 2**32,
            s1_version=version,
            server_scheme=scheme,
            digest_valid=scheme is not None,
            s1_echoes_c1=False,
        )
        if self._keys is not None and found is not None:
            peer_key = public_key_of(c1, found[0])
            valid = rtmpe.is_valid_key(peer_key)
            self.facts = replace(self.facts, client_key_valid=valid)
            if valid and scheme is not None:
                self.encryption = Encryption(self._keys, peer_key)
        if found is None or scheme is None:
            s2 = c1[:4] + _time(self._now_ms) + c1[8:]
        else:
            s2 = _signed_answer(SERVER_LONG_KEY, found[1], self._random_bytes)
        assert self.facts.s0_version is not None
        return bytes((self.facts.s0_version,)) + self._s1 + s2

    def receive_c2(self, c2: bytes) -> None:
        """Take C2 (1536 bytes) and judge it; as with S2, a mismatch is only a fact."""
        valid = None
        if self.facts.c1_signed and self.facts.server_scheme is not None:
            valid = _answer_valid(c2, CLIENT_LONG_KEY, self._s1, self.facts.server_scheme)
        self.facts = replace(self.facts, c2_signature_valid=valid, c2_echo=_echoes(c2, self._s1))


def _hello(
    scheme: int | None,
    key: bytes,
    now_ms: int,
    version: bytes,
    random_bytes: RandomBytes,
    public_key: bytes | None,
) -> bytes:
    """Build C1 or S1. RTMPE's public key comes between the random fill and the digest, which covers it."""
    message = _time(now_ms) + version + random_bytes(MESSAGE_SIZE - 8)
    if scheme is None:
        return message
    if public_key is not None:
        at = key_position(message, scheme)
        message = message[:at] + public_key + message[at + rtmpe.KEY_SIZE :]
    return sign(message, scheme, key)


def _signed_answer(long_key: bytes, peer_digest: bytes, random_bytes: RandomBytes) -> bytes:
    body = random_bytes(MESSAGE_SIZE - DIGEST_SIZE)
    return body + signature_of(body, long_key, peer_digest)


def _answer_valid(answer: bytes, long_key: bytes, hello: bytes, scheme: int) -> bool:
    at = digest_position(hello, scheme)
    expected = signature_of(answer, long_key, hello[at : at + DIGEST_SIZE])
    return hmac.compare_digest(answer[-DIGEST_SIZE:], expected)


def _echoes(answer: bytes, hello: bytes) -> bool:
    """Bytes 4..7 are left out: they should be the time of reading, but hold anything (RTMP 1.0, section 5.2.4)."""
    return answer[:4] == hello[:4] and answer[8:] == hello[8:]


def _time(now_ms: int) -> bytes:
    return (now_ms % 2**32).to_bytes(4, "big")


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()
