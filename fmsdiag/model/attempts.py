"""What was tried and seen: endpoints, failures, observations, attempts."""

from __future__ import annotations

import msgspec

from fmsdiag.model.facts import ConnectFacts, Facts, ProxyFacts, TlsFacts
from fmsdiag.model.vocabulary import (
    Direction,
    Experiment,
    FailureKind,
    Family,
    NextHop,
    NotApplicable,
    Purpose,
    ReplyProtocol,
    Status,
    StepName,
    Transport,
)


class Icmp(msgspec.Struct, frozen=True, omit_defaults=True):
    """An ICMP or ICMPv6 error as the operating system reported it."""

    # types and codes: RFC 792 and 1812, ICMPv6: RFC 4443

    type: int
    code: int
    sender: str | None  # address of the router or host that sent it
    missing: NextHop | None = None  # this computer itself said so: what it did not find on its own link

    @property
    def is_net_unreachable(self) -> bool:
        """Any router on the way can say so: it knows no way further."""
        return (self.type, self.code) in ((3, 0), (1, 0)) and not self.is_time_exceeded

    @property
    def is_host_unreachable(self) -> bool:
        """The router on the host's own link says so: the host does not answer there."""
        return (self.type, self.code) in ((3, 1), (1, 3))

    @property
    def is_port_unreachable(self) -> bool:
        """The host itself says so, or a filter that speaks for it."""
        return (self.type, self.code) in ((3, 3), (1, 4))

    @property
    def is_prohibited(self) -> bool:
        """A filter says so, and nobody else does."""
        return (self.type, self.code) in ((3, 9), (3, 10), (3, 13), (1, 1), (1, 5))

    @property
    def is_time_exceeded(self) -> bool:
        """It went through more routers than any path has: ICMP says so by type 11, ICMPv6 by type 3."""
        return (self.type, self.code) == (11, 0) or (
            (self.type, self.code) == (3, 0) and ":" in (self.sender or "")
        )

    @property
    def is_route_rejected(self) -> bool:
        """A router has a route to there that forbids it; ICMPv6 alone has a word for that."""
        return (self.type, self.code) == (1, 6)


class Failure(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a step failed, classified once."""

    kind: FailureKind
    detail: str = ""  # one line in English, no secrets
    errno: str | None = None  # "ECONNREFUSED"
    icmp: Icmp | None = None
    bytes_received: int | None = None  # at which byte a handshake stalled or broke
    looks_like: str | None = None  # "HTTP 400 from nginx", "TLS alert", "SSH server"
    offline: bool = False  # this computer had no network by which anything could have been sent

    def replied_in(self, *protocols: ReplyProtocol) -> bool:
        """Whether the reply that was not expected was in one of these protocols."""
        return (self.looks_like or "").startswith(protocols)


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
    def told_failure(self) -> Failure | None:
        """Its failure as people are told it: in a lookup it is the DNS server that gives no answer, not the server, and a
        proxy that did not reach the server has not refused. Other messages before it are no part of an answer to `connect`.
        """
        failure = self.failure
        if failure is None:
            return None
        if self.step is StepName.DNS and failure.kind is FailureKind.TIMED_OUT:
            return msgspec.structs.replace(failure, kind=FailureKind.RESOLVER_SILENT)
        if failure.kind is FailureKind.STALLED and self._had_other_messages:
            return msgspec.structs.replace(failure, kind=FailureKind.TIMED_OUT)
        refused = failure.kind is FailureKind.PROXY_REFUSED
        if refused and isinstance(self.facts, ProxyFacts) and self.facts.could_not_connect:
            return msgspec.structs.replace(failure, kind=FailureKind.PROXY_UNREACHED)
        return failure

    @property
    def _had_other_messages(self) -> bool:
        """Whether whole messages came over TCP while `connect` waited: no answer to it had begun."""
        facts = self.facts
        if not isinstance(facts, ConnectFacts) or facts.tc_url.startswith("rtmfp:"):
            return False
        return bool(facts.messages_before)

    @property
    def elapsed_s(self) -> float:
        return self.ended_s - self.started_s

    @property
    def icmp(self) -> Icmp | None:
        """The ICMP error that ended it, if one did."""
        return self.failure.icmp if self.failure is not None else None

    @property
    def icmp_sender(self) -> str | None:
        """Who sent that error, as far as it can be told: no host reports itself unreachable, but NAT writes the address of
        the host on errors about what it sent on.
        """
        icmp = self.icmp
        if icmp is None or (
            icmp.sender == self.address and (icmp.is_host_unreachable or icmp.is_net_unreachable)
        ):
            return None
        return icmp.sender


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


class TranscriptLine(msgspec.Struct, frozen=True):
    """One protocol message in words, control characters escaped, secrets masked."""

    at_s: float
    direction: Direction
    text: str


class Question(msgspec.Struct, frozen=True):
    """An experiment that a rule wants to see performed, and where. Equal questions are performed once."""

    experiment: Experiment
    endpoint: Endpoint


class UnfinishedStep(msgspec.Struct, frozen=True):
    """A step that was under way when the attempt was stopped: nothing is concluded from it."""

    step: StepName
    started_s: float


class Attempt(msgspec.Struct, frozen=True):
    """One try at one endpoint: one connection at a time; a retry is a new attempt."""

    id: int
    endpoint: Endpoint
    purpose: Purpose
    status: Status
    key: str = ""
    experiment: Experiment | None = None
    asked_by: str | None = None  # cause id of the rule that asked for a follow-up
    reason: str = ""  # the exception of a fault; another program's note, where not_applicable says nothing
    not_applicable: NotApplicable | None = None  # why it was not made or was given up
    started_s: float | None = None
    ended_s: float | None = None
    observations: tuple[Observation, ...] = ()
    transcript: tuple[TranscriptLine, ...] = ()
    unfinished: tuple[UnfinishedStep, ...] = ()  # of a cancelled attempt, in the order of their starts

    @property
    def duration_s(self) -> float | None:
        """Seconds from its start to its end; none if it did not run."""
        if self.started_s is None or self.ended_s is None:
            return None
        return self.ended_s - self.started_s

    @property
    def was_decided(self) -> bool:
        """Whether it ended by the server's own yes or no."""
        return self.status in (Status.CONNECTED, Status.REJECTED)

    @property
    def as_player(self) -> tuple[Observation, ...]:
        """What a player would have lived through: all steps up to the refusal of a certificate."""
        return self.observations[: self._refusal]

    @property
    def behind_certificate(self) -> tuple[Observation, ...]:
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
        """The last observation of that step, those `behind_certificate` apart, or none if it was not reached."""
        return next((o for o in reversed(self.as_player) if o.step is name), None)

    @property
    def failed_step(self) -> Observation | None:
        """The observation that ended the attempt, those `behind_certificate` apart, or none if nothing failed.

        Where one address of the name refused and another one cannot be reached, it is the refusal: the port's own answer.
        Where nothing was sent to an address, for this computer has no way to it, it is what became of the others.
        """
        # DNS proper is asked beside the attempt, and its answer may come when all else is over
        beyond = [o for o in self.as_player if o.step is not StepName.DNS] or self.as_player
        last = beyond[-1] if beyond else None
        if last is None or last.failure is None:
            return None
        if last.failure.kind not in _NO_WAY or last.step not in (StepName.TCP, StepName.UDP):
            return last
        alike = [o for o in beyond if o.step is last.step and o.failure is not None]
        refused = next((o for o in alike if o.failure and o.failure.kind is FailureKind.REFUSED), None)
        if refused is None and last.failure.kind is FailureKind.NO_ROUTE:
            sent = (o for o in reversed(alike) if o.failure and o.failure.kind is not FailureKind.NO_ROUTE)
            return next(sent, last)
        return refused or last

    @property
    def beyond_certificate(self) -> Attempt:
        """The attempt as it would have gone on had the certificate been accepted; itself where none was refused."""
        behind = self.behind_certificate
        if not behind:
            return self
        seen = (*self.as_player[:-1], *(_as_accepted(o) for o in behind))
        last = seen[-1]
        if last.failure is None:
            status = Status.CONNECTED
        else:
            said_no = last.failure.kind in (FailureKind.REJECTED, FailureKind.CLOSED)
            status = Status.REJECTED if said_no and last.step is StepName.CONNECT else Status.FAILED
        return msgspec.structs.replace(self, status=status, observations=seen)


_NO_WAY = (FailureKind.UNREACHABLE, FailureKind.NO_ROUTE)
"""How a connect ends that nothing at its address has answered."""


def _as_accepted(observation: Observation) -> Observation:
    facts = observation.facts
    if not isinstance(facts, TlsFacts):
        return observation
    accepted = msgspec.structs.replace(facts, verification_skipped=False)
    return msgspec.structs.replace(observation, facts=accepted)
