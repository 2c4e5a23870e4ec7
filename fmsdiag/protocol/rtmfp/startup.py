"""What the start-up chunks carry: end point discriminators, certificates, keying components (RFC 7425, section 4).

encode_… writes the layouts of Flash Player and of AMS-like servers; parse_… reads any order of options. What a side
may keep of the other is bounded. Parsing raises RtmfpError and nothing else.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from fmsdiag.protocol.errors import LocalProtocolError
from fmsdiag.protocol.rtmfp.crypto import GROUPS, KeyPair, PacketCipher, RandomBytes
from fmsdiag.protocol.rtmfp.errors import RtmfpError, RtmfpFault
from fmsdiag.protocol.rtmfp.events import Address
from fmsdiag.protocol.rtmfp.packet import (
    Chunk,
    ChunkType,
    Mode,
    Reader,
    encode_address,
    encode_field,
    encode_option,
    encode_vlu,
    parse_packet,
)

TAG_BYTES = 16  # OpenRTMFP takes no other length
SESSION_ID_BYTES = 4
RANDOMNESS_BYTES = 64
FLASH_HMAC_BYTES = 10
MAX_URI_BYTES = 1024
MAX_TAG_BYTES = 64
MAX_COOKIE_BYTES = 1024  # IIKeying repeats it in one datagram
MAX_CERTIFICATE_BYTES = 4096
MAX_KEYING_BYTES = 4096
MAX_REDIRECT_ADDRESSES = 24

# Option types of discriminators and certificates
_HOSTNAME = 0x00
_ANCILLARY = 0x0A
_RANDOMNESS = 0x0E
_FINGERPRINT = 0x0F
_GROUP = 0x15
_STATIC_KEY = 0x1D
# Option types of keying components; 0E as above
_EPHEMERAL_KEY = 0x0D
_GROUP_SELECT = 0x1D
_HMAC = 0x1A
_SEQUENCE = 0x1E

_WILL_ALWAYS, _WILL_ON_REQUEST, _REQUEST = 4, 2, 1


@dataclass(frozen=True, slots=True)
class Discriminator:
    """Whom an IHello is for; what is None does not matter."""

    uri: str | None = None
    fingerprint: bytes | None = None
    hostname: str | None = None


def encode_discriminator(uri: str, fingerprint: bytes | None = None) -> bytes:
    """Raises LocalProtocolError for a URI over MAX_URI_BYTES."""
    encoded = uri.encode("utf-8", "backslashreplace")
    if len(encoded) > MAX_URI_BYTES:
        raise LocalProtocolError(f"a URI of {len(encoded)} bytes")
    pinned = b"" if fingerprint is None else encode_option(_FINGERPRINT, fingerprint)
    return encode_option(_ANCILLARY, encoded) + pinned


def parse_discriminator(data: bytes) -> Discriminator:
    found = {option.type: option.value for option in Reader(data).options()}
    uri, hostname = found.get(_ANCILLARY), found.get(_HOSTNAME)
    return Discriminator(
        None if uri is None else uri.decode("utf-8", "backslashreplace"),
        found.get(_FINGERPRINT),
        None if hostname is None else hostname.decode("utf-8", "backslashreplace"),
    )


@dataclass(frozen=True, slots=True)
class Certificate:
    """Static keys by group, or else the groups of which a key is made for each session."""

    fingerprint: bytes  # SHA-256 of everything before the first marker
    groups: tuple[int, ...]  # in their order, those of static keys too
    static_keys: dict[int, bytes]

    def choose_group(self) -> int:
        """The group to agree in: the first of GROUPS on offer; 2, which is obligatory, when none is named."""
        if not self.groups:
            return GROUPS[0]
        for group in GROUPS:
            if group in self.groups:
                return group
        raise RtmfpError(RtmfpFault.NO_COMMON_GROUP, f"only the Diffie-Hellman groups {_listed(self.groups)}")


def parse_certificate(data: bytes) -> Certificate:
    """Raises RtmfpError: MALFORMED or TOO_LARGE."""
    _check_size("certificate", data, MAX_CERTIFICATE_BYTES)
    reader = Reader(data)
    groups: list[int] = []
    static_keys: dict[int, bytes] = {}
    for kind, value in reader.options():
        body = Reader(value)
        if kind == _GROUP:
            groups.append(body.vlu())
        elif kind == _STATIC_KEY:
            group = body.vlu()
            groups.append(group)
            static_keys[group] = body.rest()
    return Certificate(
        hashlib.sha256(data[: reader.options_end]).digest(), tuple(dict.fromkeys(groups)), static_keys
    )


def encode_initiator_certificate(key: KeyPair) -> bytes:
    """A static certificate with one key and nothing before it: 132 bytes in group 2, as Flash Player sent it."""
    return encode_option(_STATIC_KEY, encode_vlu(key.group) + key.public)


def encode_ephemeral_certificate(randomness: bytes) -> bytes:
    """AMS's form: accepts ancillary data, randomness, groups 2, 5 and 14; 77 bytes."""
    offered = b"".join(encode_option(_GROUP, encode_vlu(group)) for group in (2, 5, 14))
    return encode_option(_ANCILLARY) + encode_option(_RANDOMNESS, randomness) + offered


def encode_static_certificate(keys: list[KeyPair]) -> bytes:
    """A server's certificate with static keys."""
    return encode_option(_ANCILLARY) + b"".join(encode_initiator_certificate(key) for key in keys)


@dataclass(frozen=True, slots=True)
class Protection:
    """What one side says about the HMAC, or (without a length) the sequence numbers, of what it sends."""

    flags: int = 0
    length: int = 0

    @property
    def always(self) -> bool:
        return bool(self.flags & _WILL_ALWAYS)

    @property
    def willing(self) -> bool:
        return bool(self.flags & (_WILL_ALWAYS | _WILL_ON_REQUEST))

    @property
    def requests(self) -> bool:
        return bool(self.flags & _REQUEST)


NEVER = Protection()


def offered(length: int = 0) -> Protection:
    """Will send on request."""
    return Protection(_WILL_ON_REQUEST, length)


def required(length: int = 0) -> Protection:
    """Will always send, and wants to receive."""
    return Protection(_WILL_ALWAYS | _WILL_ON_REQUEST | _REQUEST, length)


def negotiate(near: Protection, far: Protection, subject: str) -> tuple[bool, bool]:
    """(we send it, we receive it). Raises RtmfpError (NEGOTIATION) when one side requires what the other will not send."""
    if near.requests and not far.willing:
        raise RtmfpError(RtmfpFault.NEGOTIATION, f"the peer offers no {subject}, which we require")
    if far.requests and not near.willing:
        raise RtmfpError(RtmfpFault.NEGOTIATION, f"the peer requires {subject}, which we do not offer")
    return near.always or far.requests, far.always or near.requests


@dataclass(frozen=True, slots=True)
class KeyingComponent:
    """An initiator's or a responder's session keying component."""

    selected_group: int | None = None  # "use my static key of that group"
    public_key: tuple[int, bytes] | None = None  # group, key; made for this session
    hmac: Protection = NEVER
    sequence: Protection = NEVER


def parse_keying_component(data: bytes) -> KeyingComponent:
    """Raises RtmfpError: MALFORMED or TOO_LARGE."""
    _check_size("keying component", data, MAX_KEYING_BYTES)
    group: int | None = None
    public_key: tuple[int, bytes] | None = None
    authentication = sequence = NEVER
    for kind, value in Reader(data).options():
        body = Reader(value)
        if kind == _GROUP_SELECT:
            group = body.vlu()
        elif kind == _EPHEMERAL_KEY:
            public_key = body.vlu(), body.rest()
        elif kind == _HMAC:
            authentication = Protection(body.u8(), body.vlu())
            if authentication.willing and not 4 <= authentication.length <= 32:
                raise RtmfpError(RtmfpFault.NEGOTIATION, f"an HMAC of {authentication.length} bytes")
        elif kind == _SEQUENCE:
            sequence = Protection(body.u8())
    return KeyingComponent(group, public_key, authentication, sequence)


def encode_initiator_component(group: int, randomness: bytes) -> bytes:
    """Flash Player's: static key of `group`, randomness, HMAC and sequence numbers on request; 76 bytes."""
    return (
        encode_option(_GROUP_SELECT, encode_vlu(group))
        + encode_option(_RANDOMNESS, randomness)
        + _encode_protection(_HMAC, offered(FLASH_HMAC_BYTES))
        + _encode_protection(_SEQUENCE, offered())
    )


def encode_responder_component(
    hmac: Protection, sequence: Protection, key: KeyPair | None, randomness: bytes
) -> bytes:
    """AMS's: both protections, then the key of this session, or randomness when the certificate has the key."""
    last = (
        encode_option(_RANDOMNESS, randomness)
        if key is None
        else encode_option(_EPHEMERAL_KEY, encode_vlu(key.group) + key.public)
    )
    return _encode_protection(_HMAC, hmac) + _encode_protection(_SEQUENCE, sequence) + last


def _encode_protection(kind: int, protection: Protection) -> bytes:
    length = encode_vlu(protection.length) if kind == _HMAC else b""
    return encode_option(kind, bytes((protection.flags,)) + length)


@dataclass(frozen=True, slots=True)
class IHello:
    discriminator: bytes
    tag: bytes

    def encode(self) -> bytes:
        return encode_field(self.discriminator) + self.tag

    @staticmethod
    def parse(payload: bytes) -> IHello:
        reader = Reader(payload)
        discriminator, tag = reader.field(), reader.rest()
        _check_size("tag", tag, MAX_TAG_BYTES)
        return IHello(discriminator, tag)


@dataclass(frozen=True, slots=True)
class RHello:
    tag: bytes
    cookie: bytes
    certificate: bytes

    def encode(self) -> bytes:
        return encode_field(self.tag) + encode_field(self.cookie) + self.certificate

    @staticmethod
    def parse(payload: bytes) -> RHello:
        reader = Reader(payload)
        return RHello(reader.field(), reader.field(), reader.rest())


@dataclass(frozen=True, slots=True)
class Redirect:
    tag: bytes
    addresses: tuple[Address, ...]

    def encode(self) -> bytes:
        return encode_field(self.tag) + b"".join(encode_address(address, 3) for address in self.addresses)

    @staticmethod
    def parse(payload: bytes) -> Redirect:
        reader = Reader(payload)
        tag = reader.field()
        addresses: list[Address] = []
        while reader.remaining and len(addresses) < MAX_REDIRECT_ADDRESSES:
            addresses.append(reader.address())
        return Redirect(tag, tuple(addresses))


@dataclass(frozen=True, slots=True)
class CookieChange:
    old: bytes
    new: bytes

    def encode(self) -> bytes:
        return encode_field(self.old) + self.new

    @staticmethod
    def parse(payload: bytes) -> CookieChange:
        reader = Reader(payload)
        return CookieChange(reader.field(), reader.rest())


_UNSIGNED = b"X"


@dataclass(frozen=True, slots=True)
class IIKeying:
    session_id: bytes
    cookie: bytes
    certificate: bytes
    component: bytes

    def encode(self) -> bytes:
        fields = (self.cookie, self.certificate, self.component)
        return self.session_id + b"".join(map(encode_field, fields)) + _UNSIGNED

    @staticmethod
    def parse(payload: bytes) -> IIKeying:
        reader = Reader(payload)
        return IIKeying(reader.take(SESSION_ID_BYTES), reader.field(), reader.field(), reader.field())


@dataclass(frozen=True, slots=True)
class RIKeying:
    session_id: bytes
    component: bytes

    def encode(self) -> bytes:
        return self.session_id + encode_field(self.component) + _UNSIGNED

    @staticmethod
    def parse(payload: bytes) -> RIKeying:
        reader = Reader(payload)
        return RIKeying(reader.take(SESSION_ID_BYTES), reader.field())


def random_session_id(random_bytes: RandomBytes) -> bytes:
    """Anything but the one of start-up."""
    chosen = random_bytes(SESSION_ID_BYTES)
    return chosen if any(chosen) else b"\0\0\0\1"


def open_startup(cipher: PacketCipher, datagram: bytes, wanted: tuple[ChunkType, ...]) -> Chunk:
    """The first of the wanted chunks in a start-up packet. Raises RtmfpError."""
    packet = parse_packet(cipher.open(datagram))
    if packet.mode != Mode.STARTUP:
        raise RtmfpError(RtmfpFault.WRONG_MODE, f"a packet of mode {packet.mode} at start-up")
    for chunk in packet.chunks:
        if chunk.type in wanted:
            return chunk
    kinds = tuple(chunk.type for chunk in packet.chunks)
    raise RtmfpError(
        RtmfpFault.UNEXPECTED, f"a start-up packet with chunks of type {_listed(kinds) or 'none'}"
    )


def check_cookie(cookie: bytes) -> bytes:
    """The cookie, if it can be kept and sent back. Raises RtmfpError (TOO_LARGE)."""
    _check_size("cookie", cookie, MAX_COOKIE_BYTES)
    return cookie


def _check_size(what: str, data: bytes, limit: int) -> None:
    if len(data) > limit:
        raise RtmfpError(RtmfpFault.TOO_LARGE, f"a {what} of {len(data)} bytes", None, data)


def _listed(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers[:8]))
