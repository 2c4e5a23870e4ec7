"""Read-only queries over the attempts of a run, in the words in which rules think.

"Own" attempts are those at the server that a player could have made (the plan and the checks); follow-ups and controls
are asked for by name. What was cancelled or did not apply counts as not seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import msgspec

from fmsdiag.diagnosis.evidence.attempts import TO_THE_PROXY, spoke_rtmp
from fmsdiag.diagnosis.evidence.portal import is_page_for_none, sends_away
from fmsdiag.diagnosis.evidence.proxy_marks import answered_by_proxy
from fmsdiag.diagnosis.evidence.web import http_answer
from fmsdiag.diagnosis.server_software import identify, is_of_media_server
from fmsdiag.hops import without_borrowed_senders
from fmsdiag.model import (
    Attempt,
    Capability,
    DnsFacts,
    Endpoint,
    Environment,
    Experiment,
    FailureKind,
    FlowFacts,
    Hop,
    HopFacts,
    HopOutcome,
    HttpFacts,
    LookupSource,
    Observation,
    Options,
    Purpose,
    Question,
    ServerIdentity,
    Status,
    StepName,
    System,
    Target,
    Transport,
    UdpFacts,
    works,
)
from fmsdiag.private_addresses import is_loopback_address, is_nobodys_address, is_private_address


@dataclass(frozen=True)
class RunView:
    """Everything that a rule may look at."""

    target: Target
    options: Options
    environment: Environment
    attempts: tuple[Attempt, ...]
    started_at: str = ""
    report_id: str = ""
    is_supposed: bool = False
    """Whether it is told as if a fault before the server had been fixed: its certificate accepted, its address right."""

    # ---- attempts
    @property
    def seen(self) -> tuple[Attempt, ...]:
        """Attempts that ended by themselves."""
        over = (Status.CONNECTED, Status.REJECTED, Status.FAILED)
        return tuple(a for a in self.attempts if a.status in over)

    @property
    def beyond_certificates(self) -> RunView:
        """The run as it would have gone on had its certificates been accepted; itself where none was refused."""
        beyond = tuple(a.beyond_certificate for a in self.attempts)
        return self if beyond == self.attempts else replace(self, attempts=beyond, is_supposed=True)

    @property
    def own(self) -> tuple[Attempt, ...]:
        """The plan's attempts and the checks, at the server itself."""
        return tuple(a for a in self.seen if a.purpose in (Purpose.FALLBACK, Purpose.CHECK))

    @property
    def fallback(self) -> tuple[Attempt, ...]:
        """The plan's own attempts to open a NetConnection, in order: a web page that answers connects no player."""
        return tuple(a for a in self.seen if a.purpose is Purpose.FALLBACK and a.endpoint.transport.is_media)

    @property
    def media(self) -> tuple[Attempt, ...]:
        """Own attempts that wanted a NetConnection."""
        return tuple(a for a in self.own if a.endpoint.transport.is_media)

    @property
    def connected(self) -> tuple[Attempt, ...]:
        return tuple(a for a in self.media if a.status is Status.CONNECTED)

    @property
    def plan_connected(self) -> bool:
        """Whether the plan's first attempt did: then only interference or a defective service is worth a finding."""
        return bool(self.fallback) and self.fallback[0].status is Status.CONNECTED

    @property
    def plan_succeeded(self) -> bool:
        """Whether a player would have connected, by whichever of the plan's attempts."""
        return any(a.status is Status.CONNECTED for a in self.fallback)

    @property
    def spoke_rtmp(self) -> tuple[Attempt, ...]:
        """Attempts whose handshake was completed: the network carries RTMP there."""
        return tuple(a for a in self.media if spoke_rtmp(a))

    @property
    def asked_for(self) -> Transport | None:
        """The transport that the user's URL asked for, other than plain RTMP."""
        wanted = self.target.transport
        return None if wanted in (None, Transport.RTMP) else wanted

    # ---- steps
    def steps(self, name: StepName, attempts: Iterable[Attempt] | None = None) -> Iterator[Observation]:
        """All observations of a step, of the own attempts unless others are given.

        Lookups and connects of an attempt through a proxy are left out: they are about the proxy, not about the server.
        """
        for attempt in self.own if attempts is None else attempts:
            if name not in TO_THE_PROXY or attempt.endpoint.proxy is None:
                yield from (o for o in attempt.observations if o.step is name)

    @property
    def tcp(self) -> tuple[Observation, ...]:
        """Every TCP connect to the server by own attempts."""
        return tuple(self.steps(StepName.TCP))

    @property
    def sent(self) -> tuple[Observation, ...]:
        """TCP connects that left this computer: not those to an address family that it has no route for."""
        return tuple(o for o in self.tcp if o.failure is None or o.failure.kind is not FailureKind.NO_ROUTE)

    @property
    def open_ports(self) -> tuple[int, ...]:
        return _ports(o for o in self.tcp if o.ok)

    def dead_ports(self, *kinds: FailureKind) -> tuple[int, ...]:
        """Ports at which every connect failed, and each in one of these ways."""
        return tuple(
            port
            for port in _ports(self.sent)
            if all(o.failure is not None and o.failure.kind in kinds for o in self.sent if o.port == port)
            and not self.ever_opened(port)
        )

    def ever_opened(self, port: int) -> bool:
        """Whether any connect to that port of the server opened, a repeat or a path test included: then it is not shut."""
        here = (
            a
            for a in self.seen
            if a.purpose is not Purpose.CONTROL
            and a.endpoint.proxy is None
            and (a.endpoint.host, a.endpoint.port) == (self.target.host, port)
        )
        return any(_opened(o) for a in here for o in a.observations)

    @property
    def addresses(self) -> tuple[str, ...]:
        """The server's addresses as far as they were used, else as they were resolved."""
        used = [o.address for o in (*self.tcp, *self._greetings) if o.address]
        resolved = [
            a
            for o in self.steps(StepName.DNS)
            if isinstance(o.facts, DnsFacts)
            for a in o.facts.addresses
            if not is_nobodys_address(a)
        ]
        return tuple(dict.fromkeys(used or resolved))

    @property
    def _greetings(self) -> tuple[Observation, ...]:
        """RTMFP's steps by UDP with the server itself: not those with others to which it redirects."""
        steps = self.steps(StepName.UDP)
        return tuple(o for o in steps if isinstance(o.facts, UdpFacts) and o.facts.redirected_by is None)

    # ---- names
    def lookups(self, source: LookupSource) -> tuple[Observation, ...]:
        """DNS steps of own attempts by who was asked."""
        return tuple(
            o for o in self.steps(StepName.DNS) if isinstance(o.facts, DnsFacts) and o.facts.source == source
        )

    @property
    def name_failed(self) -> bool:
        """Whether the system's own lookup gave no address."""
        system = self.lookups(LookupSource.SYSTEM)
        return bool(system) and not any(o.ok for o in system)

    # ---- experiments
    def performed(self, experiment: Experiment, port: int | None = None) -> tuple[Attempt, ...]:
        """Finished follow-ups and controls of a kind, optionally those at one port; each once, and those whose repeats
        disagree not at all.
        """
        kept: dict[Endpoint, Attempt] = {}
        unclear: set[Endpoint] = set()
        for attempt in self.seen:
            if attempt.experiment is experiment and (port is None or attempt.endpoint.port == port):
                first = kept.setdefault(attempt.endpoint, attempt)
                if _outcome(first) != _outcome(attempt):
                    unclear.add(attempt.endpoint)
        return tuple(a for endpoint, a in kept.items() if endpoint not in unclear)

    def control_tcp(self, port: int) -> Observation | None:
        """How the control host's port answered a connect, or none if it was not asked, or not even sent."""
        for attempt in self.performed(Experiment.CONTROL_PORT, port):
            step = attempt.step(StepName.TCP)
            if step is not None and (step.failure is None or step.failure.kind is not FailureKind.NO_ROUTE):
                return step
        return None

    @property
    def control_web(self) -> HttpFacts | None:
        """The control host's answer to a plain web request, made directly."""
        direct = (a for a in self.performed(Experiment.CONTROL_HTTP) if a.endpoint.proxy is None)
        answers = (http_answer(a.step(StepName.HTTP)) for a in direct)
        return next((facts for facts in answers if facts is not None), None)

    def hops(self, port: int) -> tuple[Hop, ...]:
        """The path test to a port of the server, empty when there was none."""
        step = self.hop_step(port)
        return step.facts.hops if step is not None and isinstance(step.facts, HopFacts) else ()

    @property
    def control_hops(self) -> tuple[Hop, ...]:
        """The path test to the control host, empty when there was none."""
        steps = (a.step(StepName.HOP) for a in self.performed(Experiment.CONTROL_HOPS))
        return next((s.facts.hops for s in steps if s is not None and isinstance(s.facts, HopFacts)), ())

    @property
    def control_web_is_genuine(self) -> bool:
        """Whether the control host itself answered a plain web request, and no page in its place."""
        web = self.control_web
        return (
            web is not None
            and not sends_away(web, self.options.control_http or "")
            and not is_page_for_none(web)
        )

    @property
    def is_captive(self) -> bool:
        """Whether someone redirects the control host's visitors: a sign-in page answers for every server here."""
        web = self.control_web
        return web is not None and sends_away(web, self.options.control_http or "")

    def hop_step(self, port: int) -> Observation | None:
        """The observation that holds the path test to a port of the server."""
        return next((s for a in self.performed(Experiment.HOPS, port) if (s := self.path_step(a))), None)

    def path_step(self, attempt: Attempt) -> Observation | None:
        """The path test of an attempt, none of its hops named by the server's address where somebody else stands."""
        step = attempt.step(StepName.HOP)
        if step is None or not isinstance(step.facts, HopFacts):
            return step
        others = (
            other.facts.hops
            for a in self.seen
            if a is not attempt and a.endpoint.host == self.target.host
            for other in a.observations
            if isinstance(other.facts, HopFacts) and other.address == step.address
        )
        gateways = self.environment.default_gateways if self.environment.server_on_link is not True else ()
        hops = without_borrowed_senders(step.facts.hops, step.address, others, gateways)
        return msgspec.structs.replace(step, facts=msgspec.structs.replace(step.facts, hops=hops))

    @property
    def network_is_fine(self) -> bool:
        """Whether the plan's first attempt spoke RTMP with the server, whatever came of it."""
        return bool(self.fallback) and self.fallback[0] in self.spoke_rtmp

    @property
    def sign_of_life(self) -> Observation | None:
        """A connect that the server itself accepted: best one over which it spoke RTMP, none that a proxy answered."""
        direct = [a for a in (*self.spoke_rtmp, *self.own) if not answered_by_proxy(a)]
        # where only a proxy in between answers, the server lives as well, but the times are the proxy's
        candidates = (*direct, *self.spoke_rtmp)
        return next((o for a in candidates for o in self.steps(StepName.TCP, (a,)) if o.ok), None)

    @property
    def path_matters(self) -> bool:
        """Whether a path test can say anything: not for this computer itself or its own link."""
        return bool(self.addresses) and not any(is_private_address(a) for a in self.addresses)

    @property
    def refusals_are_slow(self) -> bool:
        """Whether this system tries a refused connect again before it tells: then its time says nothing of the path."""
        system = System.of_report(self.environment.system)
        return system is not None and not works(Capability.PROMPT_REFUSALS, system)

    @property
    def chooses_segments(self) -> bool:
        """Whether the peer can be told of a small segment size: else its answers in the small-packets test are long as ever.

        A report that names no system was made on one that could.
        """
        system = System.of_report(self.environment.system)
        return system is None or works(Capability.SEGMENT_SIZE, system)

    @property
    def is_macos(self) -> bool:
        return System.of_report(self.environment.system) is System.MACOS

    @property
    def is_loopback(self) -> bool:
        """Whether the server is this computer itself."""
        return bool(self.addresses) and all(map(is_loopback_address, self.addresses))

    @cached_property
    def own_addresses(self) -> frozenset[str]:
        """The addresses of this computer's network cards."""
        return frozenset(a for card in self.environment.interfaces for a in card.addresses)

    def on_local_side(self, address: str | None) -> bool:
        """Whether an address is on our side of the internet: this computer's, its router's, or a private one."""
        if address is None:
            return False
        return (
            address in self.own_addresses
            or address in self.environment.default_gateways
            or is_private_address(address)
        )

    # ---- the server
    @cached_property
    def server_software(self) -> ServerIdentity | None:
        """What the server seems to be, as far as own attempts and questions to it show; none without any mark.

        Only addresses count where RTMP or an administration service answered: a web page alone may be another host's, to
        which a name was led astray, or a hotspot's.
        """
        host = self.target.host
        own = [a for a in self.seen if a.purpose is not Purpose.CONTROL and a.endpoint.host == host]
        media = frozenset(o.address for a in own for o in a.observations if is_of_media_server(o))
        return identify(own, media)

    # ---- questions
    def ask_control_port(self, port: int) -> tuple[Question, ...]:
        """The same port on the control host; empty when there is no control."""
        if self.options.control is None:
            return ()
        return (Question(Experiment.CONTROL_PORT, Endpoint(Transport.RTMP, self.options.control, port)),)

    def ask_control_hops(self, port: int) -> tuple[Question, ...]:
        """The path to the control host; empty when there is no control."""
        if self.options.control is None or not self.path_matters:
            return ()
        return (Question(Experiment.CONTROL_HOPS, Endpoint(Transport.RTMP, self.options.control, port)),)

    def ask_control_http(self) -> tuple[Question, ...]:
        """A plain web request to a host that is known to answer it."""
        if self.options.control_http is None:
            return ()
        return (Question(Experiment.CONTROL_HTTP, Endpoint(Transport.HTTP, self.options.control_http, 80)),)

    def ask_second_resolver(self) -> tuple[Question, ...]:
        if self.options.resolver is None or self.target.is_literal:
            return ()
        if any(o.address == self.options.resolver for o in self.lookups(LookupSource.DNS)):
            return ()  # it is this computer's own: asked twice, it is no second one
        return (Question(Experiment.SECOND_RESOLVER, Endpoint(Transport.HTTP, self.options.resolver, 53)),)

    def ask_server(self, experiment: Experiment, port: int, transport: Transport) -> tuple[Question, ...]:
        """An experiment at the server itself."""
        return (Question(experiment, Endpoint(transport, self.target.host, port)),)

    def ask_http(self, ports: Sequence[int]) -> tuple[Question, ...]:
        """An HTTP GET on one of these ports: 80 if it is among them, since a filter for web traffic sits there first."""
        port = next((p for p in ports if p in (80, 8080)), ports[0])
        return self.ask_server(Experiment.HTTP_ON_PORT, port, Transport.HTTP)

    def ask_in_clear(self, attempt: Attempt) -> tuple[Question, ...]:
        """The same without TLS, where an attempt's TLS failed."""
        plain = Transport.RTMPT if attempt.endpoint.transport.is_tunnel else Transport.RTMP
        return self.ask_server(Experiment.PLAIN_ON_TLS_PORT, attempt.endpoint.port, plain)

    def ask_inside_tls(self, attempt: Attempt) -> tuple[Question, ...]:
        """The same inside TLS, where an attempt in clear was cut off."""
        secure = Transport.RTMPTS if attempt.endpoint.transport.is_tunnel else Transport.RTMPS
        return self.ask_server(Experiment.TLS_ON_PORT, attempt.endpoint.port, secure)

    def ask_hops(self, port: int) -> tuple[Question, ...]:
        if not self.path_matters:
            return ()
        return self.ask_server(Experiment.HOPS, port, Transport.RTMP)


def _outcome(attempt: Attempt) -> tuple[Status, FailureKind | None]:
    ended = attempt.failed_step
    return attempt.status, ended.failure.kind if ended is not None and ended.failure is not None else None


def _opened(seen: Observation) -> bool:
    match seen.facts:
        case FlowFacts():
            return any(one.opened for one in seen.facts.tries)
        case HopFacts():
            return any(hop.outcome == HopOutcome.OPEN for hop in seen.facts.hops)
    return seen.step is StepName.TCP and seen.ok


def _ports(observations: Iterable[Observation]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(o.port for o in observations if o.port is not None))
