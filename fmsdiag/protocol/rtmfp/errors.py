"""What can be wrong with an RTMFP peer's bytes, in words that a prober can act upon."""

from __future__ import annotations

from enum import Enum

from fmsdiag.protocol.errors import RemoteProtocolError


class RtmfpFault(Enum):
    """Why something that came cannot be used."""

    NOT_RTMFP = "not-rtmfp"  # too short, or its length fits no cipher block
    UNKNOWN_SESSION = (
        "unknown-session"  # for a session id that is not ours; after keying also start-up packets
    )
    BAD_CHECKSUM = "bad-checksum"  # does not decrypt: another service, another key, or tampering
    BAD_HMAC = "bad-hmac"
    REPLAYED = "replayed"  # a sequence number that came before, or is too old
    WRONG_MODE = "wrong-mode"  # our own packet reflected, or a packet that does not belong here
    MALFORMED = "malformed"  # fields that overrun, options without end
    WRONG_TAG = "wrong-tag"  # a reply to an IHello that we did not send
    TOO_LARGE = "too-large"  # cookie, certificate or keying component beyond what we keep
    UNEXPECTED = "unexpected"  # well-formed, but not now: a chunk of another phase or role
    NO_COMMON_GROUP = "no-common-group"  # no Diffie-Hellman group in common
    WEAK_KEY = "weak-key"  # the public key fails the validity check
    NEGOTIATION = "negotiation"  # HMAC or sequence numbers required by one side, not offered by the other


class RtmfpError(RemoteProtocolError):
    """A datagram, or a part of one, that cannot be used; `fault` classifies it, `offset` counts inside that part."""

    def __init__(self, fault: RtmfpFault, what: str, offset: int | None = None, data: bytes = b"") -> None:
        super().__init__(what, offset, data)
        self.fault = fault
