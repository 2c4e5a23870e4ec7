"""The closed vocabularies: transports, purposes, steps, failures, experiments."""

from __future__ import annotations

from enum import StrEnum

KEPT_BYTES = 1024
"""How many of the first bytes of each direction an observation keeps for the transcript."""


class Carrier(StrEnum):
    """The protocol whose port numbers something uses."""

    TCP = "tcp"
    UDP = "udp"


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
    def carrier(self) -> Carrier:
        """The protocol whose port numbers it uses."""
        return Carrier.UDP if self is Transport.RTMFP else Carrier.TCP

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


class Medium(StrEnum):
    """What a network card sends over."""

    CABLE = "cable"
    WIFI = "wifi"


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
    AFTER_CONNECT = "after-connect"  # what ended an accepted connection at once; there only if something did
    PUBLISH = "publish"  # only with the user's explicit consent
    PLAY = "play"  # likewise
    EXCHANGE = "exchange"  # bytes that are not RTMP, and what comes back
    SERIES = "series"  # several connects, quickly or held open
    IDLE = "idle"  # a connection that says nothing for a while
    UPLOAD = "upload"  # data messages, and how fast they are taken
    HOP = "hop"  # one rung of a path test
    FLOWS = "flows"  # the same connection from several local ports
    BYTES_PATH = "bytes-path"  # how far the first bytes on an open connection come
    RESET_DISTANCE = "reset-distance"  # whether who ended a connection is as far away as who opened it


class ProtocolRule(StrEnum):
    """Rules of RTMP that a server can break once the handshake is over (RTMP 1.0, sections 5.3 to 7)."""

    CHUNK_SIZE = "chunk-size"
    MESSAGE_LENGTH = "message-length"
    MESSAGE_INSIDE = "message-inside"
    HEADER_FORMAT = "header-format"
    CONTROL_LENGTH = "control-length"
    CONTENT = "content"
    UNFINISHED = "unfinished"


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
    RESOLVER_TRUNCATED = (
        "resolver-truncated"  # it answers by UDP that the answer is too long, and gives none over TCP
    )
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
    PROXY_UNREACHED = (
        "proxy-unreached"  # only told: the proxy answered that it could not connect to the server
    )
    PROXY_AUTH_REQUIRED = "proxy-auth-required"  # 407, or SOCKS without an acceptable method
    STALLED = "stalled"  # some bytes came, then nothing
    LOCAL_ERROR = "local-error"  # a fault of this program or computer, not of the network

    @property
    def is_about_certificate(self) -> bool:
        """Whether verification of the certificate stopped TLS: the server was reached, and did speak TLS."""
        return self.value.startswith("certificate-")


class ReplyProtocol(StrEnum):
    """What an unexpected reply can be in, as far as that decides anything: how `Failure.looks_like` begins."""

    HTTP = "HTTP"
    TLS = "TLS"
    RTMP = "RTMP"


class PlanName(StrEnum):
    """What a plan is called: the fallback orders that can be chosen, one URL's single attempt, the user's own list."""

    AMS = "ams"
    AMS_443 = "ams-443"
    FLASH_PLAYER = "flash-player"
    NETCONNECTION_SMART = "netconnection-smart"
    NCMANAGER = "ncmanager"
    AKAMAI = "akamai"
    SECURE = "secure"
    ENCODER = "encoder"
    RTMFP_FIRST = "rtmfp-first"  # a player's order, which cannot be chosen for a run
    EVERYTHING = "everything"
    URL = "url"
    CUSTOM = "custom"


class ProxyMode(StrEnum):
    """Where the proxy of a run comes from."""

    SYSTEM = "system"  # what this computer is set to
    NONE = "none"
    GIVEN = "given"  # the user named it


class LeftOut(StrEnum):
    """What was pasted with an address and is in no field of the target."""

    SIGN_IN = "sign-in"  # user name and password: used where the server asks for them, and kept nowhere
    USER = "user"  # a user name alone, likewise
    PASSWORD = "password"  # without a user name: not used
    KEY = "key"  # what a label calls a stream key, and could not be read as one
    ARGUMENTS = "arguments"  # what a program gives to connect beside the address: not used


class ProxyScheme(StrEnum):
    """How a proxy is spoken to; the value is the URL scheme."""

    HTTP = "http"
    HTTPS = "https"
    SOCKS5 = "socks5"


class ProxyType(StrEnum):
    """Flash's NetConnection.proxyType: when and how a player uses the proxy (probe/proxy/ways.py)."""

    NONE = "none"
    HTTP = "http"
    CONNECT = "connect"
    CONNECT_ONLY = "connect-only"
    BEST = "best"


class NotApplicable(StrEnum):
    """Why an attempt was not made or was given up; messages/not_applicable.py has the words."""

    NO_PROXY = "no-proxy"  # it needs a proxy and none is configured
    PROXIES_OFF = "proxies-off"  # it needs a proxy and the user wants none
    PROXY_EXCEPTION = "proxy-exception"  # the proxy settings except this server
    UDP_THROUGH_PROXY = "udp-through-proxy"  # no proxy carries UDP
    PROXY_WOULD_ANSWER = "proxy-would-answer"  # it would test the proxy, not the server
    NO_IPV4 = "no-ipv4"  # the server has no address of this family
    NO_IPV6 = "no-ipv6"
    OTHER_ADDRESS = "other-address"  # the name does not lead to the address that is asked about
    TCP_ONLY = "tcp-only"  # what it measures exists in TCP only
    NO_OLD_TLS = "no-old-tls"  # the TLS library here has no TLS 1.0 and 1.1
    NO_NAME_SERVER = "no-name-server"
    NO_SEARCH_DOMAIN = "no-search-domain"  # the proxy's name is looked for in search domains
    REDIRECT_UNUSABLE = "redirect-unusable"  # the address in a redirect is none
    REDIRECT_CIRCLE = "redirect-circle"
    REDIRECT_TOO_FAR = "redirect-too-far"  # more hops than are followed
    REDIRECT_OTHER_SERVICE = "redirect-other-service"  # a port that belongs to SSH, SMTP and their kind
    REDIRECT_PRIVATE = "redirect-private"  # a public server names a private address
    NO_LOCAL_PORT = "no-local-port"  # other programs have the local ports that it needs
    TIME_OVER = "time-over"  # begun so late that no answer within the rest of the time shows nothing
    CROWDED_OUT = "crowded-out"  # a second connection that a busy server may not have wanted
    NO_TURN = "no-turn"  # the run ended first
    STOPPED = "stopped"  # it was under way when the run ended
    FAULT = "fault"  # of this program; Attempt.reason has the exception


class Direction(StrEnum):
    OUT = "out"
    IN = "in"


class Experiment(StrEnum):
    """Questions that a rule can ask; probe/experiments/ performs them."""

    CONTROL_PORT = "control-port"  # the same port on the control host
    CONTROL_HTTP = "control-http"  # a plain web request to the control host
    CONTROL_TLS = "control-tls"  # TLS to the control host
    CONTROL_HOPS = "control-hops"  # the path to the control host, where the one to the server breaks off
    CONTROL_NAME = "control-name"  # the control host's name, asked of the system
    HTTP_ON_PORT = "http-on-port"  # HTTP GET on the port that swallowed RTMP
    PLAIN_ON_TLS_PORT = "plain-on-tls-port"  # C0 and C1 in clear on the port where TLS failed
    TLS_ON_PORT = "tls-on-port"  # RTMPS on the port that cut plain RTMP off
    OTHER_BYTES = "other-bytes"  # as many bytes as C0 and C1, which are not RTMP
    NO_BYTES = "no-bytes"  # an open connection on which nothing is sent: does it stay open?
    PROXY_HEADER = "proxy-header"  # the same behind a PROXY header, as load balancers send it
    SMALL_SEGMENTS = "small-segments"  # RTMP in segments that fit through any link
    WEB_PAGE = "web-page"  # the page on a web port of the server: does it name the media server's ports?
    SERVER_PORT = "server-port"  # RTMP on another port of the server
    OTHER_ADDRESS = "other-address"  # RTMP at an address that DNS gives, other than the one that was used
    TLS_WITHOUT_NAME = "tls-without-name"  # TLS to the server without a server name
    TLS_OTHER_NAME = "tls-other-name"  # TLS to the server with another name
    TLS_VERSIONS = "tls-versions"  # TLS of older versions: does the server know only those?
    THROUGH_PROXY = "through-proxy"  # an attempt through a proxy that was found out
    MADE_UP_APPLICATION = "made-up-application"  # does another name get the same answer?
    SAME_APPLICATION = "same-application"  # the same again: does every server behind the address say so?
    SHORTER_APPLICATION = "shorter-application"  # only the first part of the path as the application
    LONGER_APPLICATION = "longer-application"  # one part of the path more as the application
    REVERSE_NAME = "reverse-name"  # which name this computer's own resolver knows for the server's address
    UNDER_NAME = "under-name"  # the same address, addressed by its name
    SECOND_RESOLVER = "second-resolver"  # does another resolver know the name?
    WPAD = "wpad"  # does the network announce a proxy?
    HOPS = "hops"  # rising time-to-live: where does the path end?
    UDP_HOPS = "udp-hops"  # the same with RTMFP's first datagram
    FLOWS = "flows"  # the same connection from several local ports: does each one work?
    APP_PATH = "app-path"  # rising time-to-live of the first bytes on an open connection: where are they cut?
    CONNECT_PATH = "connect-path"  # the same with RTMP's connect, behind a handshake that passed
    OTHER_BYTES_PATH = "other-bytes-path"  # the same with bytes of no protocol
    BURST = "burst"  # connects in quick succession; only with the deep tests, as the next three
    HOLD = "hold"  # connections held open beside each other
    IDLE = "idle"  # a connection that says nothing for a while, beside one that does
    UPLOAD = "upload"  # how fast and how far data goes up
    REDIRECT = "redirect"  # not asked by a rule: where the server sends its clients
    PUBLISH = "publish"  # not asked by a rule, but by the user: publishing to the stream
    PLAY = "play"  # likewise: playing the stream


class RtmpeShortfall(StrEnum):
    """In which way a media server's answer falls short of RTMPE: what `Failure.looks_like` says of it."""

    PLAIN = "plain RTMP server"
    NO_DIGEST = "RTMP server without the digest of RTMPE"
    BAD_KEY = "RTMPE server with an invalid key"
    SIGNATURE_TYPE = "RTMPE with signatures of type"  # and the type behind it


# ---- what facts say; a report's fields of these are plain text, for a newer program may write more


class LookupSource(StrEnum):
    """Who looked a name up: `DnsFacts.source`."""

    SYSTEM = "system"  # getaddrinfo, what players use
    DNS = "dns"  # a query of DNS proper


class Rcode(StrEnum):
    """The response codes of DNS that decide something here (RFC 1035, 4.1.1): `DnsFacts.rcode`."""

    NOERROR = "NOERROR"
    NXDOMAIN = "NXDOMAIN"
    REFUSED = "REFUSED"


class ProxyMethod(StrEnum):
    """How a proxy is asked for the server: `ProxyFacts.method`."""

    CONNECT = "CONNECT"  # a tunnel through a web proxy
    HTTP = "HTTP"  # request by request, with an absolute URL
    SOCKS5 = "SOCKS5"


class ProxySource(StrEnum):
    """Where a proxy is known from: `ProxyFacts.source`."""

    GIVEN = "given"  # the user named it
    ENVIRONMENT = "environment"
    SYSTEM = "system"
    PAC = "pac"  # the system's own configuration script


class HandshakeOffer(StrEnum):
    """Which of RTMP's handshakes was offered: `HandshakeFacts.kind`."""

    DIGEST = "digest"
    SIMPLE = "simple"


class ServerDigest(StrEnum):
    """Where the digest was in what a server greeted with: `HandshakeFacts.server_digest`."""

    NONE = "none"
    SCHEME_0 = "scheme 0"
    SCHEME_1 = "scheme 1"


class AnswerCommand(StrEnum):
    """The commands by which a server answers, `connect` above all: `ConnectFacts.command`."""

    RESULT = "_result"
    ERROR = "_error"
    STATUS = "onStatus"
    CLOSE = "close"


class LoginScheme(StrEnum):
    """The ways of a name and password that this program understands: `ConnectFacts.authentication`."""

    ADOBE = "adobe"
    LIMELIGHT = "llnw"


class TryOutcome(StrEnum):
    """How one connect of a series ended, where it did not fail (then it is a FailureKind): `Try.outcome`."""

    OPEN = "open"


class FirstBytes(StrEnum):
    """What is said first on a connection: `FlowFacts.content`, `BytesPathFacts.content`."""

    NOTHING = "nothing"
    RTMP = "rtmp"  # C0 and C1
    CONNECT = "connect"  # C2 and connect, behind a handshake
    TLS = "tls"  # ClientHello
    RTMPT = "rtmpt"  # POST /open/1
    OTHER = "other"  # as many as C0 and C1, of no protocol


class FlowOutcome(StrEnum):
    """How one of several equal connections ended, where it did not fail (then it is a FailureKind): `FlowTry.outcome`."""

    OPENED = "opened"  # nothing was to be said
    ANSWERED = "answered"


class FlowPattern(StrEnum):
    """Which of several equal connections fail."""

    NONE = "none"  # all do, or none does
    LOCAL_PORT = "local-port"  # those from certain ports, again and again
    IN_TURN = "in-turn"  # every second, third or fourth one
    NO_PATTERN = "no-pattern"


class PathOutcome(StrEnum):
    """What became of the first bytes with a small time-to-live: `PathProbe.outcome`."""

    EXPIRED = "expired"  # a router on the way had them
    SILENT = "silent"
    RESET = "reset"
    CLOSED = "closed"
    ANSWERED = "answered"


class IdleOutcome(StrEnum):
    """How a connection fared that waited, where it did not fail (then it is a FailureKind): `IdleFacts`."""

    ALIVE = "alive"


class UploadOutcome(StrEnum):
    """How an upload ended, where the connection did not fail (then it is a FailureKind): `UploadFacts.outcome`."""

    COMPLETE = "complete"
    TOO_SLOW = "too slow"
    STOPPED = (
        "stopped"  # nothing more was taken, or all was and nothing answered, long before the time was over
    )


class NextHop(StrEnum):
    """Whom a computer looks for on its own link: `Icmp.missing`."""

    SERVER = "server"
    ROUTER = "router"


class HopOutcome(StrEnum):
    """Who ended a connect with a small time-to-live: `Hop.outcome`."""

    TIME_EXCEEDED = "time-exceeded"  # a router on the way
    OPEN = "open"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    SILENT = "silent"
