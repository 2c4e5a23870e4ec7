"""What a step leaves: one small struct for each kind.

Where a field is text "of a vocabulary", a report from a newer program may hold another word, and still opens.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import msgspec

from fmsdiag.model.vocabulary import FailureKind, FlowOutcome, HandshakeOffer, ProxyMethod, ServerDigest


class DnsFacts(msgspec.Struct, frozen=True, tag="dns", omit_defaults=True):
    """What was asked and answered; `source` tells the operating system's resolution from a DNS query."""

    name: str
    source: str  # a LookupSource
    addresses: tuple[str, ...] = ()
    omitted_addresses: int = 0  # more than this program keeps
    resolver: str | None = None  # the address that was asked, where DNS was
    rcode: str | None = None  # "NOERROR", "SERVFAIL" …, by name; see Rcode
    canonical_name: str | None = None
    alias: str | None = None  # the name to which a CNAME leads, where that has no address
    extended_error: str | None = None  # the resolver's own reason, by its name in RFC 8914: "DNSSEC bogus"
    unanswered: str | None = None  # "A" or "AAAA", where the resolver answers the other question alone


class TcpFacts(msgspec.Struct, frozen=True, tag="tcp", omit_defaults=True):
    local_address: str | None = None
    local_port: int | None = None
    kernel_rtt_s: float | None = None  # the kernel's own round-trip estimate, where it gives one
    mss: int | None = None


class Certificate(msgspec.Struct, frozen=True, omit_defaults=True):
    """The facts of a certificate, kept even when verification failed."""

    subject: str
    issuer: str
    names: tuple[str, ...] = ()  # subjectAltName: DNS names and addresses
    not_before: str = ""  # RFC 3339, UTC
    not_after: str = ""
    self_signed: bool = False
    sha256: str = ""  # fingerprint, hex
    issuer_is_self_issued_root: bool | None = None


class TlsFacts(msgspec.Struct, frozen=True, tag="tls", omit_defaults=True):
    server_name: str | None = None  # SNI that was sent
    version: str | None = None
    cipher: str | None = None
    verified: bool = False
    verify_message: str | None = None  # the verifier's own words
    verify_code: int | None = None
    certificate: Certificate | None = None
    chain_length: int | None = None  # certificates that the server sent
    chain: tuple[Certificate, ...] = ()
    alert: str | None = None
    certificate_requested: bool = False  # the server asked for a certificate of the client
    offered: str | None = None  # the versions that this computer offered: "TLSv1.2 to TLSv1.3"
    versions_tried: tuple[str, ...] = ()  # "TLS 1.0" …, all offered in one question for old versions
    verification_skipped: bool = (
        False  # a second handshake, to learn what is inside in spite of the certificate
    )


class HttpFacts(msgspec.Struct, frozen=True, tag="http", omit_defaults=True):
    method: str
    path: str
    status: int | None = None
    reason: str = ""
    headers: tuple[tuple[str, str], ...] = ()  # names in lower case, bounded
    body_start: str = ""  # first 512 bytes as text
    looks_like: str | None = None  # the software that answered, as far as its marks tell
    media_addresses: tuple[
        str, ...
    ] = ()  # "rtmps://host:1936", as a web page names them, without application
    proxies: tuple[str, ...] = ()  # URLs of the proxies that a proxy configuration script (PAC) names
    direct: bool = False  # whether that script also lets some connections go without a proxy


class TunnelFacts(msgspec.Struct, frozen=True, tag="tunnel", omit_defaults=True):
    """RTMPT: the session and how its requests went."""

    session_id: str | None = None
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    requests: int = 0
    connections: int = 1  # TCP connections used; more than one when a proxy closes each
    median_request_s: float | None = None
    ident_status: int | None = None  # of POST /fcs/ident2
    ident_address: str | None = None  # the address that ident2 names; Flash would have gone there
    carries_rtmp: bool = False  # C0 and C1 were answered like RTMP: only that proves a tunnel
    body_start: str = ""
    looks_like: str | None = None
    refused_request: str | None = (
        None  # "send": the request within a session that was refused; status and headers are its own
    )


class UdpFacts(msgspec.Struct, frozen=True, tag="udp", omit_defaults=True):
    """RTMFP's start-up: IHello out, RHello or a redirect back (RFC 7016, section 3.5)."""

    datagrams_sent: int = 0
    round_trip_s: float | None = None  # from the IHello that was answered to its RHello
    reply_from: str | None = None  # "address:port" when it is not the one that was asked
    redirects: tuple[str, ...] = ()  # "address:port", in the order in which they were named
    redirected_by: str | None = None  # who sent the redirect that led here
    not_followed: dict[str, str] = {}  # those of `redirects` that were not asked, each with a NotApplicable
    cookie_bytes: int | None = None
    fingerprint: str | None = None  # SHA-256 of the server certificate's canonical part, hex
    groups: tuple[int, ...] = ()  # Diffie-Hellman groups that the certificate offers


class KeyingFacts(msgspec.Struct, frozen=True, tag="keying", omit_defaults=True):
    """RTMFP's key exchange: IIKeying out, RIKeying back (RFC 7016, section 3.5)."""

    datagrams_sent: int = 0
    group: int | None = None
    responder_session_id: str | None = None  # hex
    cookie_changed: bool = False  # the address changed between two packets: NAT rebinding
    hmac_bytes: int | None = None  # length of the HMAC on what the server sends; none: checksums
    sequence_numbers: bool = False


PROXY_UNREACHED = (500, 502, 503, 504)
"""HTTP statuses by which a proxy says that it did not reach the server (RFC 9110, 15.6); tinyproxy says 500."""


class ProxyFacts(msgspec.Struct, frozen=True, tag="proxy", omit_defaults=True):
    """How a proxy answered the wish to go through it."""

    proxy: str  # URL without credentials
    method: str  # a ProxyMethod
    source: str = ""  # a ProxySource
    status: int | None = None  # of the answer to CONNECT, or SOCKS5's reply code
    reason: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body_start: str = ""
    authentication: tuple[str, ...] = ()  # the schemes that it asks for: "Basic", "Negotiate"
    credentials_sent: bool = False
    looks_like: str | None = None

    @property
    def could_not_connect(self) -> bool:
        """Whether it answered that it did not reach the server, which is no denial.

        By SOCKS (RFC 1928, section 6): all but 2, "not allowed by ruleset", and those about the request itself.
        """
        unreached = (1, 3, 4, 5, 6) if self.method == ProxyMethod.SOCKS5 else PROXY_UNREACHED
        return self.status in unreached


class ExchangeFacts(msgspec.Struct, frozen=True, tag="exchange", omit_defaults=True):
    """Bytes that are no protocol's, and what came of them."""

    bytes_sent: int = 0
    unacknowledged: int | None = (
        None  # bytes that the peer's TCP had not taken at the end, where the system tells
    )


class StreamFacts(msgspec.Struct, frozen=True, tag="stream", omit_defaults=True):
    """What became of publish or play, made only with consent."""

    code: str | None = None  # last onStatus code
    description: str | None = None
    codes: tuple[str, ...] = ()  # every onStatus code, in order
    held_s: float | None = None  # how long it lasted after it had started
    bytes_in: int = 0
    created: bool | None = None  # whether createStream was answered with a number


class HandshakeFacts(msgspec.Struct, frozen=True, tag="handshake", omit_defaults=True):
    kind: str = HandshakeOffer.DIGEST  # what we offered: a HandshakeOffer
    s0_version: int | None = None
    first_byte_s: float | None = None  # seconds since the step began, likewise below
    s1_complete_s: float | None = None
    s2_complete_s: float | None = None
    s1_time: int | None = None
    s1_version: str | None = None  # "13.14.10.13"
    server_digest: str = ServerDigest.NONE  # a ServerDigest
    s2_signature_valid: bool | None = None
    s1_echoes_c1: bool | None = None
    encryption: int | None = None  # RTMPE: the C0 version that was offered (6); absent: none offered
    encryption_works: bool | None = None  # a message decrypted to sense
    server_key_valid: bool | None = None  # its Diffie-Hellman public key passed the checks
    dh_scheme: int | None = None  # where the server's key was found
    unacknowledged: int | None = None  # bytes that the peer's TCP had not taken when silence ended the step


class Violation(msgspec.Struct, frozen=True, omit_defaults=True):
    """A rule of RTMP that the server broke after the handshake, and where."""

    rule: str  # a ProtocolRule
    offset: int | None = None  # in what the server sent, its handshake included
    found: str = ""  # the bytes there, hex, at most 16


class EnhancedRtmp(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a server said of Enhanced RTMP in its answer to connect; bounded."""

    codecs: tuple[str, ...] = ()  # FourCCs as sent, such as "hvc1"; "*" is any codec
    caps_ex: int | None = None  # bits: 1 reconnect, 2 multitrack, 4 ModEx, 8 nanosecond timestamps


class ConnectFacts(msgspec.Struct, frozen=True, tag="connect", omit_defaults=True):
    """The server's answer to NetConnection.connect."""

    application: str
    tc_url: str
    command: str | None = None  # a AnswerCommand
    level: str | None = None
    code: str | None = None
    description: str | None = None
    fms_ver: str | None = None
    capabilities: float | None = None
    redirect: str | None = None
    redirected_from: tuple[str, ...] = ()  # tcUrls of the servers that sent us here, first one first
    authentication: str | None = None  # the scheme that the server asked for, usually a LoginScheme
    authenticated: bool | None = None  # whether credentials were sent and taken
    ping_s: float | None = None  # RTMFP: a round trip inside the session, free of the application
    properties: dict[str, str] = {}  # everything else it said, flattened and bounded
    messages_before: tuple[str, ...] = ()  # protocol messages that came before the answer
    unacknowledged: int | None = None  # bytes that the peer's TCP had not taken when no answer came
    violation: Violation | None = None
    swf_verification: bool = False  # the server asked which SWF file is playing (user control event 26)
    enhanced: EnhancedRtmp | None = None  # none where it said nothing of it


class Try(msgspec.Struct, frozen=True, omit_defaults=True):
    """One connect of a series."""

    outcome: str  # a TryOutcome or a FailureKind
    started_s: float  # since the series began
    elapsed_s: float


class SeriesFacts(msgspec.Struct, frozen=True, tag="series", omit_defaults=True):
    """Connects in quick succession (burst) or held open beside each other (hold)."""

    tries: tuple[Try, ...] = ()
    held: bool = False
    later: Try | None = None  # one more: after a pause (burst), or after one was closed (hold)


class IdleFacts(msgspec.Struct, frozen=True, tag="idle", omit_defaults=True):
    """What became of a connection that had nothing to say."""

    waited_s: float
    idle_outcome: str  # an IdleOutcome or a FailureKind
    busy_outcome: str | None = None  # the same for one that spoke meanwhile


class UploadFacts(msgspec.Struct, frozen=True, tag="upload", omit_defaults=True):
    """How fast and how far data messages went up."""

    bytes_wanted: int
    bytes_taken: int  # acknowledged by the peer's TCP where the system tells, else given to ours
    elapsed_s: float
    outcome: str  # an UploadOutcome or a FailureKind
    sent_again: int | None = None  # segments that TCP had to repeat, where the system tells


class FlowTry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One of several equal connections."""

    local_port: int
    outcome: str  # a FlowOutcome or a FailureKind
    started_s: float  # since the series began
    elapsed_s: float
    opened: bool = False  # whether the connection opened, whatever came of what was said on it

    @property
    def works(self) -> bool:
        """Whether it came as far as a player would want."""
        return self.outcome in (FlowOutcome.OPENED, FlowOutcome.ANSWERED)

    @property
    def vanished(self) -> bool:
        """Whether nothing at all came back: only that can be packets that were lost."""
        return not self.opened and self.outcome == FailureKind.TIMED_OUT


def deciding_modulus(tries: Sequence[FlowTry]) -> int | None:
    """2, 4 or 8 where the local port modulo that decides which try works; none where no such number does."""
    for modulus in (2, 4, 8):
        fates: dict[int, set[bool]] = {}
        for one in tries:
            fates.setdefault(one.local_port % modulus, set()).add(one.works)
        all_seen = {fate for seen in fates.values() for fate in seen}
        if len(fates) == modulus and len(all_seen) == 2 and all(len(seen) == 1 for seen in fates.values()):
            return modulus
    return None


class FlowFacts(msgspec.Struct, frozen=True, tag="flows", omit_defaults=True):
    """The same address, port and bytes from several local ports, one after the other."""

    content: str  # a FirstBytes
    tries: tuple[FlowTry, ...] = ()
    again: tuple[FlowTry, ...] = ()  # some once more, from the same local port, with more time

    @property
    def waited_s(self) -> float | None:
        """How long those that failed were waited for, where nothing else ended any of them; none where something did."""
        failed = [one for one in self.tries if not one.works]
        if not failed or any(one.outcome != FailureKind.TIMED_OUT for one in failed):
            return None
        return max(one.elapsed_s for one in failed)


class QuotedSegment(msgspec.Struct, frozen=True, omit_defaults=True):
    """The TCP header of a SYN as a router returned it (RFC 792 and 1812 quote what the router received)."""

    source_port: int
    destination_port: int
    mss: int | None = None  # the option's value, where the quote reaches so far
    options: tuple[str, ...] = ()  # in order: "mss", "sack", "timestamps", "window-scale", or a number
    whole: bool = False  # whether the quote holds all options


class QuotedDatagram(msgspec.Struct, frozen=True, omit_defaults=True):
    """How much of a UDP packet's data a router returned (RFC 792 and 1812 quote what the router received)."""

    size: int  # bytes, from the first one on
    differs_at: int | None = None  # the first byte that is not as it was sent; none where all are


class Hop(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who answered a packet sent with a small time-to-live."""

    ttl: int
    outcome: str  # a HopOutcome
    responder: str | None = None
    elapsed_s: float | None = None
    quoted: QuotedSegment | None = None  # what the router quotes of the SYN, where it quotes enough
    quoted_data: QuotedDatagram | None = None  # and of a UDP packet


class PathProbe(msgspec.Struct, frozen=True, omit_defaults=True):
    """First bytes on a connection of their own, with a small time-to-live."""

    ttl: int
    outcome: str  # a PathOutcome
    local_port: int | None = None
    unacknowledged: int | None = (
        None  # bytes that the peer's TCP had not taken at the end, where the system tells
    )
    elapsed_s: float | None = None


class BytesPathFacts(msgspec.Struct, frozen=True, tag="bytes-path", omit_defaults=True):
    """How far the first bytes on an open connection come. Hop 0 is this computer, hop `distance` the server."""

    content: str  # a FirstBytes
    distance: int  # hops to the server, as a SYN travels
    probes: tuple[PathProbe, ...] = ()
    reached: int = 0  # the last hop that had them
    stopped: int | None = (
        None  # the first that had not; none: they came as far as the server, answered or not
    )
    after: str | None = None  # addresses of the two, where a SYN's time ran out there
    before: str | None = None
    supported: bool = True  # whether this system tells of the end of a time-to-live
    ends_alone: bool = False  # the connection ends although nothing is sent: then the bytes show nothing


class ResetDistanceFacts(msgspec.Struct, frozen=True, tag="reset-distance", omit_defaults=True):
    """With how many hops left the SYN-ACK and what ended the connection arrived."""

    opened_ttl: int | None = None  # of the SYN-ACK; none: it differs from one to the next, or was not found
    end: str = ""  # a PathOutcome
    nearer: bool | None = None  # whether the end arrives with more hops left than the SYN-ACK
    farther: bool | None = None  # whether it does not even with as many


class HopFacts(msgspec.Struct, frozen=True, tag="hops", omit_defaults=True):
    port: int
    hops: tuple[Hop, ...] = ()
    supported: bool = True  # whether this system tells who sent an ICMP error


Facts: TypeAlias = (
    DnsFacts
    | TcpFacts
    | UdpFacts
    | KeyingFacts
    | ProxyFacts
    | TlsFacts
    | HttpFacts
    | TunnelFacts
    | HandshakeFacts
    | ConnectFacts
    | StreamFacts
    | ExchangeFacts
    | SeriesFacts
    | IdleFacts
    | UploadFacts
    | HopFacts
    | FlowFacts
    | BytesPathFacts
    | ResetDistanceFacts
    | None
)
