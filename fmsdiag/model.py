"""Every noun of fmsdiag: frozen data, no input or output.

The objects that a window or a terminal shows while a run goes on are the ones that the report keeps, so this module is
also the definition of the report's JSON (`fmsdiag-report/1.0`); the schema in resources/report/ is generated from it.

Units are in the names or stated: times are seconds on the monotonic clock since the run began, sizes are bytes.
A step that was not reached is absent, never zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import msgspec

SCHEMA_VERSION = "fmsdiag-report/1.0"
KEPT_BYTES = 1024
"""How many of the first bytes of each direction an observation keeps for the transcript."""


class Transport(StrEnum):
    """How an attempt speaks to the server; the value is the URL scheme where there is one."""

    RTMP = "rtmp"
    RTMPE = "rtmpe"
    RTMPS = "rtmps"
    RTMPT = "rtmpt"
    RTMPTE = "rtmpte"
    RTMPTS = "rtmpts"
    RTMFP = "rtmfp"
    HTTP = "http"
    HTTPS = "https"
    ADMIN = "admin"

    @property
    def carrier(self) -> str:
        """The protocol whose port numbers it uses: "tcp" or "udp"."""
        return "udp" if self is Transport.RTMFP else "tcp"

    @property
    def default_port(self) -> int:
        """The port when a URL names none (rtmp-errata URI memo; tn_16499 for the administration port)."""
        return _DEFAULT_PORTS[self]

    @property
    def uses_tls(self) -> bool:
        return self in (Transport.RTMPS, Transport.RTMPTS, Transport.HTTPS)

    @property
    def is_encrypted(self) -> bool:
        """Whether it is RTMPE, bare or in a tunnel: RTMP encrypted without TLS, and without knowing by whom."""
        return self in (Transport.RTMPE, Transport.RTMPTE)

    @property
    def is_tunnel(self) -> bool:
        return self in (Transport.RTMPT, Transport.RTMPTE, Transport.RTMPTS)

    @property
    def is_media(self) -> bool:
        """Whether a NetConnection can be opened over it (HTTP and the administration port only answer)."""
        return self not in (Transport.HTTP, Transport.HTTPS, Transport.ADMIN)


_DEFAULT_PORTS = {
    Transport.RTMP: 1935, Transport.RTMPE: 1935, Transport.RTMPS: 443, Transport.RTMPT: 80, Transport.RTMPTE: 80,
    Transport.RTMPTS: 443, Transport.RTMFP: 1935, Transport.HTTP: 80, Transport.HTTPS: 443, Transport.ADMIN: 1111,
}  # fmt: skip


class Family(StrEnum):
    """Which of a name's addresses an attempt uses."""

    ANY = "any"
    IPV4 = "ipv4"
    IPV6 = "ipv6"


class Purpose(StrEnum):
    """Why an attempt was made."""

    FALLBACK = "fallback"  # one of the plan's: what a player would have tried
    CHECK = "check"  # beside the plan: what else this server offers here
    CONTROL = "control"  # the same question to a third party that is known to work
    FOLLOW_UP = "follow-up"  # asked by a rule to tell two causes apart


class Status(StrEnum):
    """How an attempt ended."""

    NOT_STARTED = "not started"
    CONNECTED = "connected"
    REJECTED = "rejected"  # RTMP was spoken and the server said no: the network works
    FAILED = "failed"
    CANCELLED = "cancelled"
    NOT_APPLICABLE = "not applicable"


class StepName(StrEnum):
    """The steps that an attempt can consist of, in the order in which they come."""

    DNS = "dns"
    ROUTE = "route"
    UDP = "udp"
    TCP = "tcp"
    PROXY = "proxy"
    TLS = "tls"
    HTTP = "http"
    TUNNEL = "tunnel"  # RTMPT: opening the session
    HANDSHAKE = "handshake"
    CONNECT = "connect"
    PUBLISH = "publish"  # only with the user's explicit consent
    PLAY = "play"  # likewise
    EXCHANGE = "exchange"  # bytes that are not RTMP, and what comes back
    SERIES = "series"  # several connects, quickly or held open
    IDLE = "idle"  # a connection that says nothing for a while
    UPLOAD = "upload"  # data messages, and how fast they are taken
    HOP = "hop"  # one rung of a path test


class FailureKind(StrEnum):
    """The closed vocabulary of what can go wrong in a step; probe/failure.py is the only classifier."""

    TIMED_OUT = "timed-out"  # nothing came back at all
    REFUSED = "refused"  # RST to our SYN, or ICMP port unreachable
    RESET = "reset"  # RST on an open connection
    CLOSED = "closed"  # FIN before the answer was complete
    UNREACHABLE = "unreachable"  # ICMP said so; its type, code and sender are in `icmp`
    NO_ROUTE = "no-route"  # this computer has no way to send it
    NOT_PERMITTED = "not-permitted"  # this computer's own policy forbids it
    NAME_NOT_FOUND = "name-not-found"
    NO_DATA = "no-data"  # the name exists, but not with an address of that kind
    SERVER_FAILURE = "server-failure"  # SERVFAIL or REFUSED from a resolver
    RESOLVER_SILENT = "resolver-silent"
    RESOLVER_CLOSED = "resolver-closed"  # the resolver's port is closed
    CERTIFICATE_EXPIRED = "certificate-expired"
    CERTIFICATE_NOT_YET_VALID = "certificate-not-yet-valid"
    CERTIFICATE_SELF_SIGNED = "certificate-self-signed"
    CERTIFICATE_UNTRUSTED = "certificate-untrusted"
    CERTIFICATE_WRONG_HOST = "certificate-wrong-host"
    CERTIFICATE_OTHER = "certificate-other"
    TLS_ALERT = "tls-alert"
    UNEXPECTED_REPLY = "unexpected-reply"  # bytes of another protocol; `looks_like` names it
    REJECTED = "rejected"  # the server's own words are in the facts
    PROXY_REFUSED = "proxy-refused"  # the proxy answered and will not carry this
    PROXY_AUTH_REQUIRED = "proxy-auth-required"  # 407, or SOCKS without an acceptable method
    STALLED = "stalled"  # some bytes came, then nothing
    LOCAL_ERROR = "local-error"  # a fault of this program or computer, not of the network


class Icmp(msgspec.Struct, frozen=True):
    """An ICMP or ICMPv6 error as the operating system reported it."""

    type: int
    code: int
    sender: str | None  # address of the router or host that sent it


class Failure(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a step failed, classified once."""

    kind: FailureKind
    detail: str = ""  # one line in English, no secrets
    errno: str | None = None  # "ECONNREFUSED"
    icmp: Icmp | None = None
    bytes_received: int | None = None  # at which byte a handshake stalled or broke
    looks_like: str | None = None  # "HTTP 400 from nginx", "TLS alert", "SSH server"


# ---- facts: one small struct per step ---------------------------------------------------------------------------


class DnsFacts(msgspec.Struct, frozen=True, tag="dns", omit_defaults=True):
    """What was asked and answered; `source` tells the operating system's resolution from a DNS query."""

    name: str
    source: str  # "system" (getaddrinfo, what players use) or "dns"
    addresses: tuple[str, ...] = ()
    omitted_addresses: int = 0  # more than this program keeps
    resolver: str | None = None  # the address that was asked, for "dns"
    rcode: str | None = None  # "NOERROR", "NXDOMAIN", "SERVFAIL" …
    canonical_name: str | None = None


class TcpFacts(msgspec.Struct, frozen=True, tag="tcp", omit_defaults=True):
    local_address: str | None = None
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
    proxies: tuple[str, ...] = ()  # URLs of the proxies that a proxy configuration script (PAC) names


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


class UdpFacts(msgspec.Struct, frozen=True, tag="udp", omit_defaults=True):
    """RTMFP's start-up: IHello out, RHello or a redirect back (rtmfp notes, section 3)."""

    datagrams_sent: int = 0
    round_trip_s: float | None = None  # from the IHello that was answered to its RHello
    reply_from: str | None = None  # "address:port" when it is not the one that was asked
    redirects: tuple[str, ...] = ()  # "address:port", in the order in which they were named
    redirected_by: str | None = None  # who sent the redirect that led here
    cookie_bytes: int | None = None
    fingerprint: str | None = None  # SHA-256 of the server certificate's canonical part, hex
    groups: tuple[int, ...] = ()  # Diffie-Hellman groups that the certificate offers


class KeyingFacts(msgspec.Struct, frozen=True, tag="keying", omit_defaults=True):
    """RTMFP's key exchange: IIKeying out, RIKeying back (rtmfp notes, section 4)."""

    datagrams_sent: int = 0
    group: int | None = None
    responder_session_id: str | None = None  # hex
    cookie_changed: bool = False  # the address changed between two packets: NAT rebinding
    hmac_bytes: int | None = None  # length of the HMAC on what the server sends; none: checksums
    sequence_numbers: bool = False


class ProxyFacts(msgspec.Struct, frozen=True, tag="proxy", omit_defaults=True):
    """How a proxy answered the wish to go through it."""

    proxy: str  # URL without credentials
    method: str  # "CONNECT", "HTTP" (absolute URL), "SOCKS5"
    source: str = ""  # "given", "environment", "system", "pac"
    status: int | None = None  # of the answer to CONNECT, or SOCKS5's reply code
    reason: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body_start: str = ""
    authentication: tuple[str, ...] = ()  # the schemes that it asks for: "Basic", "Negotiate"
    credentials_sent: bool = False
    looks_like: str | None = None


class ExchangeFacts(msgspec.Struct, frozen=True, tag="exchange", omit_defaults=True):
    """Bytes that are no protocol's, and what came of them."""

    bytes_sent: int = 0
    unacknowledged: int | None = None  # bytes that the peer's TCP had not taken at the end, where the system tells


class StreamFacts(msgspec.Struct, frozen=True, tag="stream", omit_defaults=True):
    """What became of publish or play, made only with consent."""

    code: str | None = None  # last onStatus code
    description: str | None = None
    codes: tuple[str, ...] = ()  # every onStatus code, in order
    held_s: float | None = None  # how long it lasted after it had started
    bytes_in: int = 0


class HandshakeFacts(msgspec.Struct, frozen=True, tag="handshake", omit_defaults=True):
    kind: str = "digest"  # what we offered: "digest" or "simple"
    s0_version: int | None = None
    first_byte_s: float | None = None  # seconds since the step began, likewise below
    s1_complete_s: float | None = None
    s2_complete_s: float | None = None
    s1_time: int | None = None
    s1_version: str | None = None  # "13.14.10.13"
    server_digest: str = "none"  # "scheme 0", "scheme 1" or "none"
    s2_signature_valid: bool | None = None
    s1_echoes_c1: bool | None = None
    encryption: int | None = None  # RTMPE: the C0 version that was offered (6); absent: none offered
    encryption_works: bool | None = None  # a message decrypted to sense
    server_key_valid: bool | None = None  # its Diffie-Hellman public key passed the checks
    dh_scheme: int | None = None  # where the server's key was found
    unacknowledged: int | None = None  # bytes that the peer's TCP had not taken when silence ended the step


class ConnectFacts(msgspec.Struct, frozen=True, tag="connect", omit_defaults=True):
    """The server's answer to NetConnection.connect."""

    application: str
    tc_url: str
    command: str | None = None  # "_result", "_error", "onStatus", "close"
    level: str | None = None
    code: str | None = None
    description: str | None = None
    fms_ver: str | None = None
    capabilities: float | None = None
    redirect: str | None = None
    redirected_from: tuple[str, ...] = ()  # tcUrls of the servers that sent us here, first one first
    authentication: str | None = None  # "adobe" or "llnw": the scheme that the server asked for
    authenticated: bool | None = None  # whether credentials were sent and taken
    ping_s: float | None = None  # RTMFP: a round trip inside the session, free of the application
    properties: dict[str, str] = {}  # everything else it said, flattened and bounded
    messages_before: tuple[str, ...] = ()  # protocol messages that came before the answer
    unacknowledged: int | None = None  # bytes that the peer's TCP had not taken when no answer came


class Try(msgspec.Struct, frozen=True, omit_defaults=True):
    """One connect of a series."""

    outcome: str  # "open", or a FailureKind
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
    idle_outcome: str  # "alive", or a FailureKind
    busy_outcome: str | None = None  # the same for one that spoke meanwhile


class UploadFacts(msgspec.Struct, frozen=True, tag="upload", omit_defaults=True):
    """How fast and how far data messages went up."""

    bytes_wanted: int
    bytes_taken: int  # acknowledged by the peer's TCP where the system tells, else given to ours
    elapsed_s: float
    outcome: str  # "complete", "too slow", or a FailureKind


class Hop(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who answered a TCP connect sent with a small time-to-live."""

    ttl: int
    outcome: str  # "time-exceeded", "open", "refused", "unreachable", "silent"
    responder: str | None = None
    elapsed_s: float | None = None


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
    | None
)


class Observation(msgspec.Struct, frozen=True):
    """One step of one attempt: what was done, when, and what came of it."""

    id: str  # "3.tls"
    step: StepName
    started_s: float
    ended_s: float
    address: str | None = None  # the peer's address, without port
    port: int | None = None
    bytes_out: int = 0
    bytes_in: int = 0
    failure: Failure | None = None
    facts: Facts = None
    first_out: bytes = b""  # at most KEPT_BYTES, secrets masked
    first_in: bytes = b""

    @property
    def ok(self) -> bool:
        return self.failure is None

    @property
    def elapsed_s(self) -> float:
        return self.ended_s - self.started_s


class Endpoint(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where an attempt goes and how it speaks there."""

    transport: Transport
    host: str
    port: int
    family: Family = Family.ANY
    address: str | None = None  # one address of the name, when the attempt is about that address alone
    proxy: str | None = None  # URL without credentials, or none

    @property
    def key(self) -> str:
        """What joins the attempts of two reports: "tcp/1935/rtmp", with "/ipv6" or "/proxy" where it applies."""
        parts = [self.transport.carrier, str(self.port), self.transport.value]
        if self.family is not Family.ANY:
            parts.append(self.family.value)
        if self.proxy:
            parts.append("proxy")
        return "/".join(parts)


class Direction(StrEnum):
    OUT = "out"
    IN = "in"


class TranscriptLine(msgspec.Struct, frozen=True):
    """One protocol message in words, control characters escaped, secrets masked."""

    at_s: float
    direction: Direction
    text: str


class Experiment(StrEnum):
    """Questions that a rule can ask; probe/experiments/ performs them."""

    CONTROL_PORT = "control-port"  # the same port on the control host
    CONTROL_HTTP = "control-http"  # a plain web request to the control host
    CONTROL_TLS = "control-tls"  # TLS to the control host
    CONTROL_NAME = "control-name"  # the control host's name, asked of the system
    HTTP_ON_PORT = "http-on-port"  # HTTP GET on the port that swallowed RTMP
    PLAIN_ON_TLS_PORT = "plain-on-tls-port"  # C0 and C1 in clear on the port where TLS failed
    TLS_ON_PORT = "tls-on-port"  # RTMPS on the port that cut plain RTMP off
    OTHER_BYTES = "other-bytes"  # as many bytes as C0 and C1, which are not RTMP
    NO_BYTES = "no-bytes"  # an open connection on which nothing is sent: does it stay open?
    SMALL_SEGMENTS = "small-segments"  # RTMP in segments that fit through any link
    REPEAT = "repeat"  # the same attempt once more
    SERVER_PORT = "server-port"  # RTMP on another port of the server
    OTHER_ADDRESS = "other-address"  # RTMP at the address that the second resolver gives
    TLS_WITHOUT_NAME = "tls-without-name"  # TLS to the server without a server name
    TLS_OTHER_NAME = "tls-other-name"  # TLS to the server with another name
    TLS_VERSIONS = "tls-versions"  # TLS of older versions: does the server know only those?
    THROUGH_PROXY = "through-proxy"  # an attempt through a proxy that was found out
    MADE_UP_APPLICATION = "made-up-application"  # does another name get the same answer?
    SECOND_RESOLVER = "second-resolver"  # does another resolver know the name?
    WPAD = "wpad"  # does the network announce a proxy?
    HOPS = "hops"  # rising time-to-live: where does the path end?
    UDP_HOPS = "udp-hops"  # the same with RTMFP's first datagram
    BURST = "burst"  # connects in quick succession; only with the deep tests, as the next three
    HOLD = "hold"  # connections held open beside each other
    IDLE = "idle"  # a connection that says nothing for a while, beside one that does
    UPLOAD = "upload"  # how fast and how far data goes up
    REDIRECT = "redirect"  # not asked by a rule: where the server sends its clients
    PUBLISH = "publish"  # not asked by a rule, but by the user: publishing to the stream
    PLAY = "play"  # likewise: playing the stream


class Question(msgspec.Struct, frozen=True):
    """An experiment that a rule wants to see performed, and where. Equal questions are performed once."""

    experiment: Experiment
    endpoint: Endpoint


class Attempt(msgspec.Struct, frozen=True):
    """One try at one endpoint: one connection at a time; a retry is a new attempt."""

    id: int
    endpoint: Endpoint
    purpose: Purpose
    status: Status
    key: str = ""
    experiment: Experiment | None = None
    asked_by: str | None = None  # cause id of the rule that asked for a follow-up
    reason: str = ""  # why it is not applicable or was cancelled
    started_s: float | None = None
    ended_s: float | None = None
    observations: tuple[Observation, ...] = ()
    transcript: tuple[TranscriptLine, ...] = ()

    @property
    def lived(self) -> tuple[Observation, ...]:
        """What a player would have lived through: all steps up to the refusal of a certificate."""
        return self.observations[: self._refusal]

    @property
    def inside(self) -> tuple[Observation, ...]:
        """What was learnt of the server in spite of its certificate, by a second connection; most often empty."""
        return self.observations[self._refusal :]

    @property
    def _refusal(self) -> int:
        """How many observations come before the first TLS handshake without verification."""
        skipped = (
            number
            for number, seen in enumerate(self.observations)
            if isinstance(seen.facts, TlsFacts) and seen.facts.verification_skipped
        )
        return next(skipped, len(self.observations))

    def step(self, name: StepName) -> Observation | None:
        """The last observation of that step, those `inside` apart, or none if it was not reached."""
        return next((o for o in reversed(self.lived) if o.step is name), None)

    @property
    def failed_step(self) -> Observation | None:
        """The observation that ended the attempt, those `inside` apart, or none if nothing failed."""
        last = self.lived[-1] if self.lived else None
        return last if last is not None and last.failure is not None else None


# ---- what the run was asked to do -------------------------------------------------------------------------------


class Target(msgspec.Struct, frozen=True, omit_defaults=True):
    """The server and application that the user wants to reach; made by target.py only."""

    host: str  # lower case, IDNA-encoded, IPv6 literals without brackets
    application: str
    transport: Transport | None = None  # what the URL's scheme asked for, beyond plain rtmp
    port: int | None = None  # a port in the URL: exactly one attempt
    stream: str | None = None  # a secret: masked in every report
    query: str | None = None  # likewise

    @property
    def is_literal(self) -> bool:
        """Whether the host is an address, so that no name is looked up."""
        return ":" in self.host or self.host.replace(".", "").isdigit()


class PlannedAttempt(msgspec.Struct, frozen=True, omit_defaults=True):
    endpoint: Endpoint
    purpose: Purpose
    not_applicable: str = ""  # the reason, when it cannot be tried here


class Plan(msgspec.Struct, frozen=True):
    name: str
    attempts: tuple[PlannedAttempt, ...]
    interval_s: float = 0.2
    sequential: bool = False


class Options(msgspec.Struct, frozen=True, omit_defaults=True):
    """Everything that a user may choose beside the target."""

    plan: str | None = None  # preset name; none = what the URL implies, else "ams"
    ports: str | None = None  # a custom list such as "1935, 80, rtmpt:80"
    interval_ms: int = 200
    sequential: bool = False
    checks: tuple[str, ...] | None = None  # keys of extra checks; none = the default ones
    all_checks: bool = False
    deep: bool = False
    idle_s: float = 10.0  # how long the deep tests leave a connection silent
    family: Family = Family.ANY
    timeout_s: float = 10.0
    tcp_timeout_s: float = 5.0
    control: str | None = None  # host that is known to work, or none when switched off
    control_http: str | None = None  # host that answers GET /generate_204, likewise
    resolver: str | None = None  # address of the second resolver, or none when switched off
    proxy: str = "system"  # "system", "none", or a proxy's URL without credentials
    proxy_type: str | None = None  # Flash's NetConnection.proxyType: "none", "http", "connect", "connect-only", "best"
    publish: bool = False  # publish to the target's stream; the user says that it is theirs
    play: bool = False  # play the target's stream, likewise


@dataclass(frozen=True, repr=False)
class Credentials:
    """What the user entrusts to a run; no part of a report, a log or a representation ever holds it."""

    server: tuple[str, str] | None = None  # name and password for Adobe's or Limelight's RTMP authentication
    proxy: tuple[str, str] | None = None  # likewise for the proxy


NO_CREDENTIALS = Credentials()


# ---- what was concluded -----------------------------------------------------------------------------------------


class Confidence(StrEnum):
    CONFIRMED = "confirmed"  # the server, the system or the network itself says so
    LIKELY = "likely"  # a symptom and a control that passed
    POSSIBLE = "possible"  # the symptom alone


class Actor(StrEnum):
    """Who can mend it."""

    USER = "user"
    ADMINISTRATOR = "network administrator"
    OPERATOR = "server operator"


class Evidence(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of "what we saw", linked to the observation that shows it."""

    text: str
    observation: str = ""  # id, e.g. "1.tcp"


class Advice(msgspec.Struct, frozen=True, omit_defaults=True):
    """What each of three readers should do; empty where there is nothing for that reader to do."""

    user: str = ""
    administrator: str = ""
    operator: str = ""
    firewall_request: str = ""  # ready to copy; lists only what failed


class Finding(msgspec.Struct, frozen=True):
    cause: str  # an id of the closed vocabulary of causes
    confidence: Confidence
    headline: str  # at most 12 words
    explanation: str
    acts: tuple[Actor, ...]
    advice: Advice
    confidence_reason: str = ""
    evidence: tuple[Evidence, ...] = ()
    counter_evidence: tuple[Evidence, ...] = ()
    rules_out: tuple[str, ...] = ()
    explains: tuple[str, ...] = ()  # causes that were folded into this one
    decisive_test: str = ""  # where two causes stay open: the one test that would decide


class Note(msgspec.Struct, frozen=True, omit_defaults=True):
    """Information that accuses nobody."""

    text: str
    observation: str = ""


class VerdictStatus(StrEnum):
    CONNECTED = "connected"
    CONNECTED_BY_FALLBACK = "connected-by-fallback"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    INCONCLUSIVE = "inconclusive"
    STOPPED = "stopped"


class Verdict(msgspec.Struct, frozen=True):
    status: VerdictStatus
    headline: str
    cause: str = "none"
    confidence: Confidence | None = None
    connected_by: int | None = None  # id of the attempt by which a player would have connected
    connected_after_s: float | None = None


class ClientProfile(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a named player would have done with these results."""

    name: str
    connects: bool | None  # none: that depends on what was not tested
    by: str | None = None  # key of the attempt
    after_s: float | None = None  # none where that depends on what was not tested
    note: str = ""
    untested: tuple[str, ...] = ()  # keys of attempts that it would make and that were not made here


class Recommendation(msgspec.Struct, frozen=True, omit_defaults=True):
    url: str
    ports: tuple[str, ...] = ()  # "rtmp:1935", best first
    text: str = ""
    server: str = ""  # the server settings by which it is offered


# ---- where it ran -----------------------------------------------------------------------------------------------


class Interface(msgspec.Struct, frozen=True, omit_defaults=True):
    name: str
    addresses: tuple[str, ...] = ()
    up: bool = True
    tunnel: bool = False  # a VPN's, by its name


class Environment(msgspec.Struct, frozen=True, omit_defaults=True):
    """This computer's own state, read without privileges."""

    system: str = ""
    interfaces: tuple[Interface, ...] = ()
    default_gateways: tuple[str, ...] = ()
    resolvers: tuple[str, ...] = ()
    hosts_file_addresses: tuple[str, ...] = ()  # what the hosts file says of the server's name
    proxies: dict[str, str] = {}  # scheme -> URL without credentials
    pac_url: str | None = None  # a proxy configuration script that the system names
    wpad: str | None = None  # a proxy configuration script that the network announces (WPAD)
    utc_offset: str = ""
    ipv6: bool | None = None  # whether there is a route for IPv6; none: not known
    gateway_answers: bool | None = None  # whether the router of the default route is found on its link; none: not known


class ServerIdentity(msgspec.Struct, frozen=True, omit_defaults=True):
    """What software the server seems to be; many imitate others, so each mark has a weight."""

    software: str  # "nginx-rtmp", "Wowza Streaming Engine" …
    probability: float  # 0 to 1
    marks: tuple[Evidence, ...] = ()


class Tool(msgspec.Struct, frozen=True, omit_defaults=True):
    name: str
    version: str
    python: str = ""


class RuleError(msgspec.Struct, frozen=True):
    """A rule that crashed: a fault of this program, contained."""

    cause: str
    error: str


class Report(msgspec.Struct, frozen=True):
    """A run, whole: what was asked, seen and concluded."""

    schema_version: str
    report_id: str
    tool: Tool
    started_at: str  # RFC 3339, UTC
    duration_s: float
    target: Target
    options: Options
    plan: Plan
    environment: Environment
    verdict: Verdict
    attempts: tuple[Attempt, ...] = ()
    findings: tuple[Finding, ...] = ()  # best first; empty: nothing is wrong
    notes: tuple[Note, ...] = ()
    identity: ServerIdentity | None = None  # the most probable software, or none without any mark
    client_profiles: tuple[ClientProfile, ...] = ()
    recommendation: Recommendation | None = None
    contacts: tuple[str, ...] = ()  # third parties that this run contacted, and why
    redaction: tuple[str, ...] = ()  # what was hidden
    rule_errors: tuple[RuleError, ...] = ()


# ---- what is told while a run goes on ---------------------------------------------------------------------------


class AttemptStarted(msgspec.Struct, frozen=True):
    attempt_id: int
    endpoint: Endpoint
    purpose: Purpose
    at_s: float
    experiment: Experiment | None = None
    asked_by: str | None = None


class StepStarted(msgspec.Struct, frozen=True):
    attempt_id: int
    step: StepName
    at_s: float
    timeout_s: float | None = None


class StepFinished(msgspec.Struct, frozen=True):
    attempt_id: int
    observation: Observation


class AttemptFinished(msgspec.Struct, frozen=True):
    attempt: Attempt


class FindingsChanged(msgspec.Struct, frozen=True):
    findings: tuple[Finding, ...]


class PlanMade(msgspec.Struct, frozen=True):
    """First of all events: what will be tried, so that a timeline can show what has not started yet."""

    plan: Plan
    attempt_ids: tuple[int, ...]  # of plan.attempts, in the same order


Event: TypeAlias = PlanMade | AttemptStarted | StepStarted | StepFinished | AttemptFinished | FindingsChanged
