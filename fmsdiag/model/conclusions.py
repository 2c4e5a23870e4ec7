"""What was concluded, and from which evidence."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Confidence(StrEnum):
    CONFIRMED = "confirmed"  # the server, the system or the network itself says so
    LIKELY = "likely"  # a symptom and a control that passed
    POSSIBLE = "possible"  # the symptom alone


class Actor(StrEnum):
    """Who can mend it."""

    USER = "user"
    ADMINISTRATOR = "network administrator"
    OPERATOR = "server operator"


class EvidenceLine(msgspec.Struct, frozen=True, omit_defaults=True):
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
    evidence: tuple[EvidenceLine, ...] = ()
    counter_evidence: tuple[EvidenceLine, ...] = ()
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


class ServerIdentity(msgspec.Struct, frozen=True, omit_defaults=True):
    """What software the server seems to be; many imitate others, so each mark has a weight."""

    software: str  # "nginx-rtmp", "Wowza Streaming Engine" …
    probability: float  # 0 to 1
    marks: tuple[EvidenceLine, ...] = ()
