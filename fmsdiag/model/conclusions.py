"""What was concluded, and from which evidence. Texts are messages: see fmsdiag.model.messages."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from fmsdiag.model.causes import NO_CAUSE
from fmsdiag.model.messages import Message, Proxy
from fmsdiag.model.vocabulary import Transport


class Confidence(StrEnum):
    CONFIRMED = "confirmed"  # the server, the system or the network itself says so
    LIKELY = "likely"  # a symptom and a control that passed
    POSSIBLE = "possible"  # the symptom alone


class Actor(StrEnum):
    """Who can fix it."""

    USER = "user"
    ADMINISTRATOR = "network administrator"
    OPERATOR = "server operator"


class Action(StrEnum):
    """What a face can offer beside a step: a button of the window, a link of a page, a line of a terminal."""

    COPY_REQUEST = "copy-request"  # the request for this network's administrator
    USE_ADDRESS = "use-address"  # the message's value `url` goes into the form
    EDIT_SERVER = "edit-server"  # the form's field
    EDIT_APPLICATION = "edit-application"
    EDIT_PORTS = "edit-ports"
    SIGN_IN = "sign-in"  # user name and password for the server
    PROXY_SETTINGS = "proxy-settings"  # Advanced, at the proxy
    COMPARE = "compare"  # Advanced, at the reference server and the second resolver
    DEEP_TESTS = "deep-tests"  # Advanced, at the deep tests
    OPEN_PAGE = "open-page"  # the message's value `page` in a web browser
    RUN_AGAIN = "run-again"
    SAVE_REPORT = "save-report"


class EvidenceLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of "what we saw", linked to the observation that shows it."""

    message: Message
    observation: str = ""  # id, e.g. "1.tcp"


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that a reader can do."""

    message: Message
    action: Action | None = None


class Advice(msgspec.Struct, frozen=True, omit_defaults=True):
    """What each of three readers should do, first things first: at most three steps each."""

    user: tuple[Step, ...] = ()
    administrator: tuple[Step, ...] = ()
    operator: tuple[Step, ...] = ()


class RequestKind(StrEnum):
    """What is asked of this network's administrator."""

    OPEN_PORTS = "open-ports"  # a firewall lets these ports out
    EXEMPT = "exempt"  # a filter leaves this traffic alone
    OPEN_AND_EXEMPT = "open-and-exempt"  # likewise, and some of its ports are shut as well
    LIMIT = "limit"  # what holds this traffic back lets it pass at full speed
    PROXY = "proxy"  # a proxy lets this server through


class PortRange(msgspec.Struct, frozen=True, omit_defaults=True):
    """What to open: one port, or several in a row."""

    protocol: str  # a Carrier
    first: int
    last: int | None = None  # none: one port


class Request(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an administrator of this network is asked to change; faces write it as a text to copy.

    It names this network's own routers and proxies, for it goes to their owner.
    """

    kind: RequestKind
    host: str
    addresses: tuple[str, ...] = ()
    ports: tuple[PortRange, ...] = ()  # only what was seen to fail and is needed
    transports: tuple[Transport, ...] = ()  # what is spoken there
    seen: tuple[Message, ...] = ()  # each a sentence
    stops_after: str | None = None  # the last router that still got it
    stops_after_hops: int | None = None
    rejected: bool = False  # by that router itself, which says so
    proxy: str | None = None  # "10.66.0.1:3128"
    tested_at: str = ""  # RFC 3339
    report_id: str = ""


class Side(StrEnum):
    """Whose part of the path something is in."""

    COMPUTER = "computer"  # this one
    LOCAL = "local"  # up to and including this network's last router
    TRANSIT = "transit"  # providers, carrier-grade NAT included
    REMOTE = "remote"  # the last router before the server, and the server
    UNKNOWN = "unknown"


class ResetBy(StrEnum):
    """Who ended a connection that a host had opened."""

    SERVER = "server"  # whoever opened it
    OTHER = "other"


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where on the path it happens: between two hops, of which one still got what the other did not."""

    side: Side
    after: str | None = None  # address of the last hop that was reached; none: this computer, or not known
    before: str | None = None  # address of the first that was not
    reset_by: ResetBy | None = None
    evidence: tuple[str, ...] = ()  # ids of the observations that show it


class Finding(msgspec.Struct, frozen=True):
    cause: str  # a Cause; a newer program's report may name one that this program does not know
    case: str  # in which way this cause shows
    confidence: Confidence
    headline: Message  # at most 12 words
    explanation: Message
    confidence_reason: Message  # what earned it
    acts: tuple[Actor, ...] = ()
    advice: Advice = Advice()
    evidence: tuple[EvidenceLine, ...] = ()
    counter_evidence: tuple[EvidenceLine, ...] = ()
    rules_out: tuple[Message, ...] = ()
    explains: tuple[str, ...] = ()  # causes that were folded into this one
    decisive_test: Message | None = None  # where two causes stay open: the one test that would decide
    request: Request | None = None
    place: Place | None = None  # where on the path, for what has a place there


class Note(msgspec.Struct, frozen=True, omit_defaults=True):
    """Information that accuses nobody."""

    message: Message
    observation: str = ""


class VerdictStatus(StrEnum):
    CONNECTED = "connected"
    CONNECTED_BY_FALLBACK = "connected-by-fallback"
    CONNECTED_THROUGH_PROXY = "connected-through-proxy"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    INCONCLUSIVE = "inconclusive"
    STOPPED = "stopped"


class Undecided(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a run without a finding leaves open: what was seen, the test that would decide, and who does what."""

    evidence: tuple[EvidenceLine, ...]
    decisive_test: Message
    advice: Advice


class Verdict(msgspec.Struct, frozen=True, omit_defaults=True):
    status: VerdictStatus
    headline: Message  # at most 12 words
    explanation: Message
    cause: str = NO_CAUSE
    confidence: Confidence | None = None
    connected_by: int | None = None  # id of the attempt by which a player would have connected
    connected_after_s: float | None = None
    impaired: bool = False  # it connected, but not well: loss, a limit, a slow server
    undecided: Undecided | None = (
        None  # where nothing was found, though the plan's first attempt did not connect, or a deep test fell short
    )


class ClientProfile(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a named player would have done with these results."""

    name: str
    connects: bool | None  # none: that depends on what was not tested
    by: str | None = None  # key of the attempt
    after_s: float | None = None  # none where that depends on what was not tested
    notes: tuple[Message, ...] = ()
    untested: tuple[str, ...] = ()  # keys of attempts that it would make and that were not made here
    sometimes: bool = (
        False  # it depends on which of several equal connections it makes; then `connects` is none
    )


class Recommendation(msgspec.Struct, frozen=True, omit_defaults=True):
    """What to enter in a player or an encoder: the best route from here."""

    url: str
    ports: tuple[str, ...] = ()  # "rtmp:1935", best first
    message: Message | None = None  # what it is, how fast, why this one
    settings: tuple[Message, ...] = ()  # the sign-in that it needs, and how servers offer this route
    proxy: Proxy | None = None  # the proxy that it needs


class ServerIdentity(msgspec.Struct, frozen=True, omit_defaults=True):
    """What software the server seems to be; many imitate others, so each mark has a weight."""

    software: str  # "nginx-rtmp", "Wowza Streaming Engine" …
    probability: float  # 0 to 1
    marks: tuple[EvidenceLine, ...] = ()
