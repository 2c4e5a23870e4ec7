"""What a run saw of ports: which of them leave this network, where the others end, and who refuses them."""

from __future__ import annotations

from collections.abc import Iterator

from fmsdiag.diagnosis.evidence.paths import ends_locally, last_router
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.hops import arrived
from fmsdiag.model import (
    Attempt,
    Carrier,
    Endpoint,
    Experiment,
    FailureKind,
    Hop,
    HopFacts,
    HopOutcome,
    Icmp,
    Observation,
    Question,
    SeriesFacts,
    Status,
    StepName,
    Transport,
)

SILENT = (FailureKind.TIMED_OUT, FailureKind.UNREACHABLE)
DEAD = (FailureKind.TIMED_OUT, FailureKind.UNREACHABLE, FailureKind.REFUSED, FailureKind.NOT_PERMITTED)
REFERENCE_PORTS = (80, 443, 1935)
"""What reference servers offer, so that a refusal on one of these is not their own."""
_OF_ROUTES = ("EHOSTUNREACH", "EACCES", "EINVAL")
UNUSUAL_PORTS = (19350, 1936)
"""Neither web ports nor RTMP's usual one: whether they leave this network tells a rule for 1935 from one for all."""


def direct(run: RunView) -> Iterator[Observation]:
    """TCP connects of own attempts straight to the server, through no proxy, that left this computer or were forbidden to."""
    attempts = (a for a in run.own if a.endpoint.proxy is None)
    for step in run.steps(StepName.TCP, attempts):
        if step.failure is None or step.failure.kind is not FailureKind.NO_ROUTE:
            yield step


def planned_ports(run: RunView) -> tuple[int, ...]:
    """Where the server should answer by what the user wants: the plan's TCP ports, no check's and no guess of ours.

    A tunnel's only where tunneling was asked for, or nothing else is in the plan.
    """
    direct = [
        a.endpoint
        for a in run.fallback
        if a.endpoint.proxy is None and a.endpoint.transport.carrier is Carrier.TCP
    ]
    usual = [e for e in direct if not e.transport.is_tunnel or e.transport is run.asked_for]
    return tuple(dict.fromkeys(e.port for e in usual or direct))


def first_shut_port(run: RunView) -> int | None:
    """The port that the plan tries first, straight to the server, where it never opened; none otherwise."""
    first = next((a for a in run.fallback if a.endpoint.proxy is None), None)
    if first is None or not any(o.port == first.endpoint.port for o in run.steps(StepName.TCP, (first,))):
        return None
    return None if run.ever_opened(first.endpoint.port) else first.endpoint.port


def says_forbidden(icmp: Icmp | None) -> bool:
    """Whether an ICMP error says that a rule keeps something from going on: no broken path, and no closed port."""
    return icmp is not None and (icmp.is_prohibited or icmp.is_route_rejected)


def says_no_way(icmp: Icmp | None) -> bool:
    """Whether an ICMP error says that the path is broken: the network or the host cannot be reached."""
    return icmp is not None and (icmp.is_net_unreachable or icmp.is_host_unreachable)


def rejected_by_own_routes(observation: Observation) -> bool:
    """Whether this computer's own table of routes rejects the address (see own_routes_reject): nothing was sent.

    A computer without any route says ENETUNREACH.
    """
    failure = observation.failure
    return failure is not None and failure.kind is FailureKind.NO_ROUTE and failure.errno in _OF_ROUTES


def open_path(run: RunView) -> tuple[Hop, ...]:
    """The path test to a port of the server that opens, empty when there was none."""
    ports = dict.fromkeys((*run.open_ports, *_tested_ports(run)))
    paths = (run.hops(port) for port in ports)
    return next((hops for hops in paths if any(h.outcome == HopOutcome.OPEN for h in hops)), ())


def _tested_ports(run: RunView) -> tuple[int, ...]:
    return tuple(a.endpoint.port for a in run.performed(Experiment.HOPS))


def ends_at_home(run: RunView, port: int) -> Hop | None:
    """Where the path to a port ends, if that is on our side while the path to another port of the server goes on."""
    return ends_locally(run.hops(port), open_path(run), run.on_local_side)


def left_home(run: RunView, port: int) -> Hop | None:
    """The last router that answered on the path to a port, if it stands beyond our side of the internet.

    Whose a router is that the system does not name is not known.
    """
    hops = run.hops(port)
    last = last_router(hops)
    if last is None or last.responder is None:
        return None
    return last if not run.on_local_side(last.responder) else None


def refused_by_server(run: RunView, port: int) -> Observation | None:
    """What shows that it is the server that refuses a port: its own machine or link, a control that passes, or the path's
    end."""
    if run.is_loopback:
        return next((o for o in run.sent if o.port == port), None)
    if (near := refused_on_link(run, port)) is not None:
        return near
    hops = run.hops(port)
    far = arrived(hops)
    passing = arrived(open_path(run))
    if far is not None and (left_home(run, port) is not None or (passing is not None and far >= passing > 1)):
        return run.hop_step(port)
    if far is not None and passing is not None and far < passing:
        return None  # who refuses stands before the server, whatever a reference server shows
    control = run.control_tcp(port)
    return control if control is not None and control.ok else None


def may_be_before_server(proof: Observation) -> bool:
    """Whether what `refused_by_server` found leaves room for a device before the server that refuses in its name.

    A router right before it sends a reset as far away as the server does, and one that knows its address lets the same port
    of a reference server pass. Only on this computer and its own link is nothing in between.
    """
    return proof.failure is None


LINK_S = 0.05
"""Within which a neighbour answers, over a slow radio link as well; what takes longer may come from behind one."""


def refused_on_link(run: RunView, port: int) -> Observation | None:
    """A refusal that came back as fast as only the server can send it: it is on this computer's own link, no router between."""
    if run.environment.server_on_link is not True:
        return None
    for refusal in run.sent:
        failure = refusal.failure
        if refusal.port == port and failure is not None and failure.kind is FailureKind.REFUSED:
            by_another = failure.icmp is not None and failure.icmp.sender not in (None, refusal.address)
            return (
                refusal if (refusal.elapsed_s <= LINK_S or run.refusals_are_slow) and not by_another else None
            )
    return None


def udp_attempts(run: RunView) -> tuple[Attempt, ...]:
    """RTMFP attempts of plan and checks, also those that were given up when the run was decided."""
    return tuple(
        a
        for a in run.attempts
        if a.endpoint.transport is Transport.RTMFP
        and a.experiment is None
        and a.status not in (Status.NOT_APPLICABLE, Status.NOT_STARTED)
    )


def udp_path(run: RunView, port: int) -> tuple[tuple[Hop, ...], Observation | None]:
    """The path test by UDP to a port of the server, and its observation."""
    for attempt in run.performed(Experiment.UDP_HOPS, port):
        step = run.path_step(attempt)
        if step is not None and isinstance(step.facts, HopFacts):
            return step.facts.hops, step
    return (), None


def series(run: RunView, experiment: Experiment) -> tuple[SeriesFacts, Observation] | None:
    """The connects in quick succession, or held open, and their observation."""
    for attempt in run.performed(experiment):
        step = attempt.step(StepName.SERIES)
        if step is not None and isinstance(step.facts, SeriesFacts) and step.facts.tries:
            return step.facts, step
    return None


def ask_udp_hops(run: RunView, port: int) -> tuple[Question, ...]:
    if not run.path_matters:
        return ()
    return (Question(Experiment.UDP_HOPS, Endpoint(Transport.RTMFP, run.target.host, port)),)


def wants_udp(run: RunView) -> bool:
    """Whether RTMFP matters in this run: it was asked for, is part of the plan, or the user wants to know everything."""
    planned = any(a.endpoint.transport is Transport.RTMFP for a in run.fallback)
    return planned or run.asked_for is Transport.RTMFP or run.options.deep
