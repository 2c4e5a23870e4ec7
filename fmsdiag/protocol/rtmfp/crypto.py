"""Key agreement and packet protection of RTMFP (RFC 7016, section 2.2; RFC 7425, section 4).

Diffie-Hellman in the groups of RFC 2409 and RFC 3526, the derivation of the session's keys, and PacketCipher, which makes
a datagram of a packet and back: AES-128-CBC, checksum or HMAC, sequence numbers.
"""

from __future__ import annotations

import functools
import hmac
from collections.abc import Callable
from dataclasses import dataclass

from fmsdiag.protocol.errors import LocalProtocolError
from fmsdiag.protocol.rtmfp.errors import RtmfpError, RtmfpFault
from fmsdiag.protocol.rtmfp.packet import BLOCK_BYTES, Reader, checksum, encode_vlu, padding, scramble

RandomBytes = Callable[[int], bytes]

DEFAULT_KEY = b"Adobe Systems 02"  # of everything before the session's own keys
REPLAY_WINDOW = 32

# Number of bits and the constant c of p = 2^n - 2^(n-64) - 1 + 2^64 * (floor(2^(n-130) * pi) + c): RFC 2409 section 6.2
# for group 2, RFC 3526 sections 2, 3 and 5 for groups 5, 14 and 16. The generator is 2 in all of them.
_GROUPS = {2: (1024, 129_093), 5: (1536, 741_804), 14: (2048, 124_476), 16: (4096, 240_904)}
GROUPS = tuple(_GROUPS)
_PRIVATE_BYTES = 64
_MARGIN = 1 << 24  # public keys this close to the ends are refused
_MIN_BITS = 16  # as are those with fewer zeros or ones


@functools.cache
def prime(group: int) -> int:
    """The prime of one of GROUPS."""
    bits, constant = _GROUPS[group]
    pi = _pi(bits - 130)
    return (1 << bits) - (1 << bits - 64) - 1 + (pi + constant << 64)


def _pi(bits: int) -> int:
    """floor(pi * 2**bits) by Machin's formula, with 64 guard bits."""
    one = 1 << bits + 64

    def arctan_of_inverse(x: int) -> int:
        power = total = one // x
        divisor, sign = 1, 1
        while power:
            power //= x * x
            divisor, sign = divisor + 2, -sign
            total += sign * (power // divisor)
        return total

    return (16 * arctan_of_inverse(5) - 4 * arctan_of_inverse(239)) >> 64


@dataclass(frozen=True, slots=True)
class KeyPair:
    group: int
    private: int
    public: bytes  # big-endian without leading zeros, like everything here that is a number


def make_key_pair(group: int, random_bytes: RandomBytes) -> KeyPair:
    """A key pair whose public key fills the group's width: some servers expect exactly 128 bytes in group 2."""
    width = _GROUPS[group][0] // 8
    for _ in range(64):
        private = int.from_bytes(random_bytes(_PRIVATE_BYTES), "big") | 1 << 8 * _PRIVATE_BYTES - 1
        public = pow(2, private, prime(group))
        if public.bit_length() > 8 * (width - 1) and _is_valid(group, public):
            return KeyPair(group, private, _minimal(public))
    raise LocalProtocolError("the source of random bytes gives no usable key")


def shared_secret(own: KeyPair, public: bytes) -> bytes:
    """The shared secret, of minimal length. Raises RtmfpError (WEAK_KEY) for a key that fails the validity check."""
    y = int.from_bytes(public, "big")
    if not _is_valid(own.group, y):
        raise RtmfpError(RtmfpFault.WEAK_KEY, f"weak public key of {len(public)} bytes", None, public)
    return _minimal(pow(y, own.private, prime(own.group)))


def _is_valid(group: int, y: int) -> bool:
    p = prime(group)
    ones = y.bit_count()
    return _MARGIN <= y <= p - _MARGIN and ones >= _MIN_BITS and p.bit_length() - ones >= _MIN_BITS


def _minimal(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")


@dataclass(frozen=True, slots=True)
class SessionKeys:
    """As one side sees them: `encrypt` is for what it sends. 32 bytes each; AES takes the first 16."""

    encrypt: bytes
    decrypt: bytes
    send_hmac: bytes
    receive_hmac: bytes
    near_nonce: bytes
    far_nonce: bytes


def derive_keys(secret: bytes, near: bytes, far: bytes) -> SessionKeys:
    """The keys from the shared secret and the two session keying components, as sent, without their field lengths."""
    encrypt = hmac_sha256(secret, hmac_sha256(far, near))
    decrypt = hmac_sha256(secret, hmac_sha256(near, far))
    return SessionKeys(
        encrypt=encrypt,
        decrypt=decrypt,
        send_hmac=hmac_sha256(secret, encrypt),
        receive_hmac=hmac_sha256(secret, decrypt),
        near_nonce=hmac_sha256(secret, near),
        far_nonce=hmac_sha256(secret, far),
    )


class PacketCipher:
    """Protects one direction each way.

    send_hmac_bytes, receive_hmac_bytes   length of the HMAC, 4 to 32; 0: a checksum inside instead
    send_sequence, receive_sequence       whether packets carry sequence numbers
    """

    def __init__(
        self,
        keys: SessionKeys,
        *,
        send_hmac_bytes: int = 0,
        receive_hmac_bytes: int = 0,
        send_sequence: bool = False,
        receive_sequence: bool = False,
    ) -> None:
        self._keys = keys
        self.send_hmac_bytes = send_hmac_bytes
        self.receive_hmac_bytes = receive_hmac_bytes
        self.send_sequence = send_sequence
        self.receive_sequence = receive_sequence
        self._next_sequence = 0
        self._window = _ReplayWindow()

    def seal(self, session_id: bytes, packet: bytes) -> bytes:
        """The datagram of an encoded packet for the receiver's session id."""
        sequence = b""
        if self.send_sequence:
            sequence = encode_vlu(self._next_sequence)
            self._next_sequence += 1
        checked = 0 if self.send_hmac_bytes else 2
        packet += padding(len(sequence) + checked + len(packet))
        if checked:
            packet = checksum(packet).to_bytes(2, "big") + packet
        encrypted = aes_cbc(self._keys.encrypt[:16], sequence + packet, encrypt=True)
        tail = hmac_sha256(self._keys.send_hmac, encrypted)[: self.send_hmac_bytes]
        return scramble(session_id, encrypted) + tail

    def open(self, datagram: bytes) -> bytes:
        """The encoded packet, with its padding, of a datagram. Raises RtmfpError."""
        encrypted = datagram[4 : len(datagram) - self.receive_hmac_bytes]
        if not encrypted or len(encrypted) % BLOCK_BYTES:
            raise RtmfpError(RtmfpFault.NOT_RTMFP, f"{len(datagram)} bytes are no whole cipher blocks")
        if self.receive_hmac_bytes:
            expected = hmac_sha256(self._keys.receive_hmac, encrypted)[: self.receive_hmac_bytes]
            if not hmac.compare_digest(expected, datagram[-self.receive_hmac_bytes :]):
                raise RtmfpError(RtmfpFault.BAD_HMAC, "wrong HMAC")
        reader = Reader(aes_cbc(self._keys.decrypt[:16], encrypted, encrypt=False))
        sequence = reader.vlu() if self.receive_sequence else None
        if not self.receive_hmac_bytes:
            announced = reader.u16()
            if checksum(reader.data[reader.position :]) != announced:
                raise RtmfpError(RtmfpFault.BAD_CHECKSUM, "wrong checksum")
        if sequence is not None and not self._window.accept(sequence):
            raise RtmfpError(RtmfpFault.REPLAYED, f"packet {sequence} again, or too late")
        return reader.rest()


def startup_cipher() -> PacketCipher:
    """For everything that the default key protects."""
    return PacketCipher(SessionKeys(DEFAULT_KEY, DEFAULT_KEY, b"", b"", b"", b""))


def aes_cbc(key: bytes, data: bytes, *, encrypt: bool) -> bytes:
    """AES-128-CBC of whole blocks, IV zero: every packet stands alone."""
    # A third of a second that only those who speak RTMFP should wait for.
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    cipher = Cipher(algorithms.AES128(key), modes.CBC(bytes(BLOCK_BYTES)))
    context = cipher.encryptor() if encrypt else cipher.decryptor()
    return context.update(data) + context.finalize()


class _ReplayWindow:
    """Which of the last REPLAY_WINDOW sequence numbers came already."""

    def __init__(self) -> None:
        self._highest = -1
        self._seen = 0  # bit n: highest - n

    def accept(self, sequence: int) -> bool:
        age = self._highest - sequence
        if age >= REPLAY_WINDOW or (age >= 0 and self._seen >> age & 1):
            return False
        if age < 0:
            # A shift by a hostile number of bits would be a hostile amount of memory.
            shift = min(-age, REPLAY_WINDOW)
            self._seen = (self._seen << shift) & (1 << REPLAY_WINDOW) - 1 | 1
            self._highest = sequence
        else:
            self._seen |= 1 << age
        return True
