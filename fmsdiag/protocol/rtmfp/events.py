"""What the two RTMFP engines report, and the phases the client goes through. Frozen values, no behaviour.

Addresses are (IP literal, port). Times are seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from fmsdiag.protocol.events import ConnectAnswered as ConnectAnswered  # its `reply` is a ConnectReply
from fmsdiag.protocol.message import Message
from fmsdiag.protocol.netconnection import ConnectRequest
from fmsdiag.protocol.rtmfp.errors import RtmfpFault

Address: TypeAlias = tuple[str, int]


class ClientPhase(Enum):
    """What the client waits for."""

    WAIT_RHELLO = "wait-rhello"
    WAIT_RIKEYING = "wait-rikeying"
    KEYED = "keyed"  # session keys known, `connect` not sent: no request was given
    WAIT_ANSWER = "wait-answer"  # `connect` sent
    CONNECTED = "connected"
    REJECTED = "rejected"
    CLOSING = "closing"  # close request sent, its acknowledgement awaited for 1 s at most, twice
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class RHelloReceived:
    """An RTMFP server answered our IHello; IIKeying is queued. `source` is where everything goes from now on."""

    source: Address
    round_trip_s: float  # from the IHello that was answered
    cookie_bytes: int
    fingerprint: str  # SHA-256 of the certificate's canonical part, 64 hex digits
    groups: tuple[int, ...]  # Diffie-Hellman groups, in the order of the certificate
    static_certificate: bool  # public keys in it, rather than a new one for each session


@dataclass(frozen=True, slots=True)
class Redirected:
    """A redirector named other addresses. Empty `addresses`: it asks for a repetition to itself."""

    source: Address
    addresses: tuple[Address, ...]  # as sent, at most MAX_REDIRECT_ADDRESSES
    followed: tuple[Address, ...]  # those that IHello is now sent to as well
    refused: tuple[Address, ...] = ()  # those that may not be asked


@dataclass(frozen=True, slots=True)
class CookieChanged:
    """The server had bound the cookie to another address: NAT rebinding. IIKeying is sent again, once."""

    source: Address


@dataclass(frozen=True, slots=True)
class Keyed:
    """RIKeying came and the session keys are known."""

    source: Address
    round_trip_s: float | None  # None when IIKeying was repeated
    group: int
    responder_session_id: bytes  # 4 bytes
    hmac_bytes: int | None  # length of the HMAC on what the server sends; None: checksums
    sequence_numbers: bool  # on what the server sends


@dataclass(frozen=True, slots=True)
class ConnectAcknowledged:
    """The server's session layer acknowledged all of `connect`. No answer after this: the application hangs."""

    round_trip_s: float | None  # None when it was sent more than once


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """Every RTMP message, before the more specific event about the same message (if any)."""

    message: Message
    stream_id: int
    flow_id: int  # of the sender
    timestamp_ms: int
    size: int  # bytes of the body


@dataclass(frozen=True, slots=True)
class MessageRejected:
    """A message on an RTMP flow whose body could not be decoded; the session goes on."""

    what: str
    data: bytes  # its first bytes


@dataclass(frozen=True, slots=True)
class PingAnswered:
    rtt_s: float


@dataclass(frozen=True, slots=True)
class FlowException:
    """The peer refused one of our flows."""

    flow_id: int
    code: int


@dataclass(frozen=True, slots=True)
class TriesExhausted:
    """Every repetition of what belongs to this phase went out and its last interval passed. Late answers still count."""

    phase: ClientPhase


@dataclass(frozen=True, slots=True)
class SessionClosed:
    """The session is gone."""

    by_peer: bool  # asked for by the peer; False: by us, acknowledged or given up


@dataclass(frozen=True, slots=True)
class PacketDamaged:
    """A packet of the session, rightly protected, with a chunk that cannot be used; what follows it was not read."""

    fault: RtmfpFault
    what: str


@dataclass(frozen=True, slots=True)
class PeerFault:
    """A start-up answer that is meant for us, but that we cannot use. The engine goes on waiting for a better one."""

    source: Address
    fault: RtmfpFault
    what: str


@dataclass(frozen=True, slots=True)
class ForeignDatagram:
    """A datagram that changed nothing: no RTMFP, someone else's, damaged or repeated."""

    source: Address
    fault: RtmfpFault
    what: str
    data: bytes  # its first 16 bytes as they came
    size: int


@dataclass(frozen=True, slots=True)
class EarlyDatagram:
    """While RIKeying is awaited: a datagram for our session that the start-up's key does not open.

    It overtook RIKeying and is read again as soon as there are keys, or it is RIKeying itself, damaged on the way.
    """

    source: Address
    size: int


SessionNews: TypeAlias = (
    MessageReceived | MessageRejected | PingAnswered | FlowException | SessionClosed | PacketDamaged
)  # fmt: skip
Event: TypeAlias = (
    RHelloReceived | Redirected | CookieChanged | Keyed | ConnectAcknowledged | ConnectAnswered | TriesExhausted
    | SessionNews | PeerFault | ForeignDatagram | EarlyDatagram
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class HelloReceived:
    """Server: someone asked who is here."""

    source: Address
    uri: str | None
    answered: bool


@dataclass(frozen=True, slots=True)
class CookieRefused:
    """Server: IIKeying with a cookie that was made for another address; a new one was sent."""

    source: Address


@dataclass(frozen=True, slots=True)
class SessionOpened:
    """Server: keys agreed. `session` names the session in every later event and call."""

    session: int
    source: Address


@dataclass(frozen=True, slots=True)
class ConnectRequested:
    """Server: answer with accept(session) or reject(session, …)."""

    session: int
    request: ConnectRequest


@dataclass(frozen=True, slots=True)
class SessionEvent:
    """Server: anything else that happened in a session."""

    session: int
    event: SessionNews


ServerEvent: TypeAlias = (
    HelloReceived
    | CookieRefused
    | SessionOpened
    | ConnectRequested
    | SessionEvent
    | PeerFault
    | ForeignDatagram
)
