"""RTMPE's own part: Diffie-Hellman, the RC4 keys made of it, and the two ciphers, as librtmp, ffmpeg and Red5 do it.

Nobody is authenticated: anybody on the path can put keys of their own into both directions. So this hides the stream
from filters and from the curious, and from nobody else.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from fmsdiag.protocol.errors import RemoteProtocolError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers import CipherContext

VERSION = 6
SIGNATURE_TYPES = {8: "XTEA", 9: "Blowfish"}
"""C0 and S0 of RTMPE whose C2 and S2 are signed in another way, which is not spoken here."""

KEY_SIZE = 128
SKIPPED_BYTES = 1536
GENERATOR = 2
PRIME = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74"
    "020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437"
    "4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF",
    16,
)
"""Oakley group 2 (RFC 2409, section 6.2)."""
ORDER = (PRIME - 1) // 2

_PRIVATE_BYTES = 32
_RC4_KEY_BYTES = 16
_KNOWN_TYPES = frozenset((1, 2, 3, 4, 5, 6, 8, 9, 15, 16, 17, 18, 19, 20, 22))
_LONGEST_FIRST_MESSAGE = 0xFFFF
_HEADER_SIZES = {0: 11, 1: 7}  # of chunks that may begin a chunk stream
_LONGEST_HEADER = 14


def signature_type(version: int) -> str:
    """What S0 = 8 or 9 means, in words."""
    return f"RTMPE with signatures of type {version} ({SIGNATURE_TYPES.get(version, 'unknown')})"


class RtmpeFault(Enum):
    """In which way a peer fell short of RTMPE."""

    NOT_OFFERED = "not offered"  # S0 is 3: plain RTMP answers
    SIGNATURE_TYPE = "signature type"  # S0 is 8 or 9
    NO_DIGEST = "no digest"  # C1 or S1 is not signed
    BAD_KEY = "bad key"  # the peer's public key fails the checks
    GARBAGE = "garbage"  # what came after the handshake does not decrypt to RTMP


class RtmpeError(RemoteProtocolError):
    """The peer does not speak RTMPE, or not such as can be spoken with it."""

    def __init__(self, what: str, fault: RtmpeFault, offset: int | None = None, data: bytes = b"") -> None:
        super().__init__(what, offset, data)
        self.fault = fault


class RtmpeOffer(Enum):
    """What a server makes of C0 = 6."""

    REFUSED = "refused"  # it ends the connection, as nginx-rtmp does
    IGNORED = "ignored"  # it answers S0 = 3 and goes on in plain RTMP
    ACCEPTED = "accepted"
    TYPE_8 = "type 8"  # it answers S0 = 8


@dataclass(frozen=True, slots=True)
class KeyPair:
    """One side's Diffie-Hellman keys, for one connection."""

    private: int = field(repr=False)
    public: bytes  # KEY_SIZE bytes, big-endian, zeros on the left

    @classmethod
    def from_private(cls, private: int) -> KeyPair:
        return cls(private, pow(GENERATOR, private, PRIME).to_bytes(KEY_SIZE, "big"))

    @classmethod
    def make(cls, random_bytes: Callable[[int], bytes]) -> KeyPair:
        """A new pair; the private exponent has 256 random bits, which is twice what the group is worth."""
        # the top bit keeps a source of zeros in a test from giving the exponent 0
        return cls.from_private(int.from_bytes(b"\1" + random_bytes(_PRIVATE_BYTES), "big"))

    def shared_secret(self, peer_public: bytes) -> bytes:
        """KEY_SIZE bytes; unlike RTMFP's, zeros on the left stay. Check the peer's key first."""
        return pow(int.from_bytes(peer_public, "big"), self.private, PRIME).to_bytes(KEY_SIZE, "big")


def is_valid_key(public: bytes) -> bool:
    """Whether a public key is one of the subgroup that the generator spans, and none of its trivial members."""
    y = int.from_bytes(public, "big")
    return 2 <= y <= PRIME - 2 and pow(y, ORDER, PRIME) == 1


def rc4_key(secret: bytes, receiver_public: bytes) -> bytes:
    """The key of one direction: it depends on the public key of the side that receives."""
    return hmac.new(secret, receiver_public, hashlib.sha256).digest()[:_RC4_KEY_BYTES]


class Encryption:
    """Both directions of one connection, from the first byte after C2 and after S2."""

    def __init__(self, own: KeyPair, peer_public: bytes) -> None:
        secret = own.shared_secret(peer_public)
        self._out = _keystream(rc4_key(secret, peer_public))
        self._in = _keystream(rc4_key(secret, own.public))
        self._start = b""  # of what was decrypted

    @property
    def makes_sense(self) -> bool:
        """Whether what was decrypted so far can be the start of an RTMP peer's messages; see starts_a_message()."""
        return starts_a_message(self._start)

    def encrypt(self, data: bytes) -> bytes:
        """The next bytes of ours; each byte of the stream goes through here once and in order."""
        return self._out.update(data)

    def decrypt(self, data: bytes) -> bytes:
        """The next bytes of the peer, likewise."""
        plain = self._in.update(data)
        self._start += plain[: max(0, _LONGEST_HEADER - len(self._start))]
        return plain


def starts_a_message(start: bytes) -> bool:
    """Whether decrypted bytes can be the start of a peer's first message; true while there are too few to tell.

    A wrong key passes once in about ten thousand times; the message itself must then still be understood.
    """
    if not start:
        return True
    size = _HEADER_SIZES.get(start[0] >> 6)
    if size is None:
        return False
    at = 1 + {0: 1, 1: 2}.get(start[0] & 0x3F, 0)
    if len(start) < at + size:
        return True
    length, type_id = int.from_bytes(start[at + 3 : at + 6], "big"), start[at + 6]
    return type_id in _KNOWN_TYPES and length <= _LONGEST_FIRST_MESSAGE


def _keystream(key: bytes) -> CipherContext:
    # Imported here: the library takes 0.2 s to load, and few runs of this program speak RTMPE.
    from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
    from cryptography.hazmat.primitives.ciphers import Cipher

    stream = Cipher(ARC4(key), None).encryptor()
    stream.update(bytes(SKIPPED_BYTES))
    return stream
