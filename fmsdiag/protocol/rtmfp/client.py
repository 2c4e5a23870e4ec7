"""The initiator: IHello, IIKeying, `connect`, one ping and an orderly close, one method call per datagram."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from fmsdiag.protocol.netconnection import ConnectRequest
from fmsdiag.protocol.rtmfp.events import Address, ClientPhase, Event


@dataclass(frozen=True, slots=True)
class ClientFacts:
    """What is known so far. None: not known (yet), or not applicable. Times are seconds."""

    ihello_sent: int = 0  # datagrams, those to redirect candidates included
    hello_round_trip_s: float | None = None  # None as well when it cannot be told which IHello was answered
    reply_from: Address | None = None  # who sent the RHello that is used
    redirects: tuple[Address, ...] = ()  # named by redirectors, in their order
    redirected_by: Address | None = None  # the first redirector
    cookie_bytes: int | None = None
    fingerprint: str | None = None  # 64 hex digits
    groups: tuple[int, ...] = ()
    static_certificate: bool | None = None
    iikeying_sent: int = 0
    keying_round_trip_s: float | None = None
    cookie_changed: bool = False
    group: int | None = None
    responder_session_id: bytes | None = None  # 4 bytes
    hmac_bytes: int | None = None  # on what the server sends; None: checksums
    hmac_bytes_sent: int | None = None  # on what we send
    sequence_numbers: bool = False  # on what the server sends
    sequence_numbers_sent: bool = False
    connect_sent: int = 0  # datagrams that carry a part of `connect`
    connect_acknowledged: bool = False
    ping_rtt_s: float | None = None
    bytes_in: int = 0  # of datagrams that were for us
    foreign_datagrams: int = 0


class RtmfpClient:
    """One attempt. start(), then in turn: send take_datagrams(), feed receive() or handle_timeout().

    uri          complete "rtmfp://host[:port]/app[/instance]", told to the server
    now_s        a monotonic clock; every later now_s is of the same clock
    request      what to ask for as soon as keys are agreed; None: stop in phase KEYED and wait for connect()
    fingerprint  SHA-256 (32 bytes) of the certificate to insist upon; servers with another one stay silent

    Everything but connect() goes on by itself: RHello queues IIKeying, RIKeying queues `connect`, an accepted
    `connect` queues a ping. A prober that only wants to know whether UDP passes stops at RHelloReceived and
    drops the engine. Nothing that comes from the network makes a method raise; see ForeignDatagram and PeerFault.
    """

    def __init__(
        self,
        uri: str,
        *,
        now_s: float,
        random_bytes: Callable[[int], bytes] = os.urandom,
        request: ConnectRequest | None = None,
        fingerprint: bytes | None = None,
    ) -> None:
        raise NotImplementedError

    @property
    def phase(self) -> ClientPhase:
        """What is waited for; WAIT_RHELLO already before start()."""
        raise NotImplementedError

    @property
    def facts(self) -> ClientFacts:
        """A snapshot."""
        raise NotImplementedError

    @property
    def peer(self) -> Address | None:
        """Where a datagram with destination None goes: None is the address that was asked, until RHello came;
        from then on the address that sent it. After a redirect that is not the one that was asked."""
        raise NotImplementedError

    @property
    def next_timeout_s(self) -> float | None:
        """When to call handle_timeout(), on the clock of now_s; None: there is nothing to wait for but datagrams."""
        raise NotImplementedError

    def start(self) -> None:
        """Queues the first IHello."""
        raise NotImplementedError

    def take_datagrams(self) -> list[tuple[bytes, Address | None]]:
        """What to send now, in order, each with its destination: None is `peer`, or before that the address that
        was asked; another is a redirect's candidate. All go from the same socket (the cookie is bound to it)."""
        raise NotImplementedError

    def receive(self, data: bytes, source: Address, now_s: float) -> list[Event]:
        """One datagram, from (IP literal, port). At most a few events; never raises for what is in it."""
        raise NotImplementedError

    def handle_timeout(self, now_s: float) -> list[Event]:
        """Repeats what is due. Harmless when nothing is."""
        raise NotImplementedError

    def connect(self, request: ConnectRequest, now_s: float) -> None:
        """Queues `connect`. Raises LocalProtocolError unless the phase is KEYED."""
        raise NotImplementedError

    def ping(self, now_s: float) -> None:
        """Queues a ping. Raises LocalProtocolError before keys are agreed and after the end."""
        raise NotImplementedError

    def close(self, now_s: float) -> None:
        """Ends the session: a close request when there is one (phase CLOSING), CLOSED at once otherwise. Idempotent."""
        raise NotImplementedError
