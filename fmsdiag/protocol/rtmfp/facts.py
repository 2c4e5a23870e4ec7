"""What a client's attempt has shown so far."""

from __future__ import annotations

from dataclasses import dataclass

from fmsdiag.protocol.rtmfp.events import Address


@dataclass(frozen=True, slots=True)
class ClientFacts:
    """What is known so far. None: not known (yet), or not applicable. Times are seconds."""

    ihello_sent: int = 0  # datagrams, those to redirect candidates included
    hello_round_trip_s: float | None = None  # from the IHello that was answered
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
    timestamp_rtt_s: float | None = None  # the shortest that echoed timestamps showed, in steps of 4 ms
    bytes_in: int = 0  # of datagrams that were for us
    foreign_datagrams: int = 0
