"""Where on the path something is stopped: whose side the gap between two hops is on. Pure functions over path tests.

A router looks at a packet's time-to-live before it forwards it. So a filter in hop k still lets hop k answer what ends there,
and swallows or refuses what is to go on: the gap is between k and k + 1, and hop k, the last one reached, is who does it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

from fmsdiag.diagnosis.evidence.paths import arrived
from fmsdiag.diagnosis.evidence.ports import open_path, udp_path
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.model import (
    Attempt,
    BytesPathFacts,
    Experiment,
    Hop,
    HopFacts,
    HopOutcome,
    Observation,
    PathOutcome,
    Place,
    ResetBy,
    ResetDistanceFacts,
    Side,
    StepName,
)
from fmsdiag.target import is_private_address

_CARRIER_NAT = ipaddress.ip_network("100.64.0.0/10")
_HIDDEN = "lan-"
"""How a report calls an address of its own network that it hides."""


@dataclass(frozen=True)
class Gap:
    """Between two hops; hop 0 is this computer."""

    reached: int
    stopped: int
    distance: int | None  # of the server; none where nothing came as far
    routers: tuple[Hop, ...]  # those that answered

    def address(self, ttl: int) -> str | None:
        return next((hop.responder for hop in self.routers if hop.ttl == ttl), None)


def is_of_own_network(address: str) -> bool:
    """Whether an address is one that networks give themselves; a carrier's own (100.64/10) is not."""
    if address.startswith(_HIDDEN):
        return True
    return is_private_address(address) and not _is_carriers(address)


def _is_carriers(address: str) -> bool:
    """Whether it is one of 100.64.0.0/10 (RFC 6598), which providers give to customers that share an address."""
    value = ipaddress.ip_address(address.partition("%")[0])
    return value.version == 4 and value in _CARRIER_NAT


def last_local_hop(routers: Iterable[Hop]) -> tuple[int, bool]:
    """The last router of this network, and whether that is certain: the last with an address of its own before the first other.

    Where no router has one, hop 1 is this network's, and what is behind it is not known.
    """
    last = 0
    for hop in sorted(routers, key=lambda hop: hop.ttl):
        if hop.responder is None:
            continue
        if not is_of_own_network(hop.responder):
            break
        last = hop.ttl
    return (last, True) if last else (1, False)


def side_of(gap: Gap) -> Side:
    """Whose the device is that stops something in a gap; unknown where it can be of two sides."""
    devices = range(max(gap.reached, 1), max(gap.stopped, 2))  # hop `reached`, or a silent one behind it
    sides = {_side_of_hop(ttl, gap) for ttl in devices}
    return sides.pop() if len(sides) == 1 else Side.UNKNOWN


def _side_of_hop(ttl: int, gap: Gap) -> Side:
    last, certain = last_local_hop(gap.routers)
    if ttl <= last:
        return Side.LOCAL
    if gap.distance is not None and ttl >= gap.distance - 1:
        return Side.REMOTE
    if gap.distance is None or not certain:
        return Side.UNKNOWN
    return Side.TRANSIT


# ---- a port
def port_place(run: RunView, port: int) -> Place | None:
    """Where connects to a port that never opens end; none where no path test tells."""
    step = run.hop_step(port)
    if step is None or not isinstance(step.facts, HopFacts) or port in run.open_ports:
        return None
    return _place(run, _gap(step.facts, open_path(run), step.address), (step,))


def udp_place(run: RunView, port: int) -> Place | None:
    """Where datagrams to a port end; the distance is that of TCP's path."""
    _, step = udp_path(run, port)
    if step is None or not isinstance(step.facts, HopFacts):
        return None
    return _place(run, _gap(step.facts, open_path(run), step.address), (step,))


def _gap(dead: HopFacts, passing: tuple[Hop, ...], server: str | None) -> Gap | None:
    """None where the path does not end, or the routers are silent to whatever is sent."""
    if not dead.supported or any(hop.outcome == HopOutcome.OPEN for hop in dead.hops):
        return None
    routers = tuple(hop for hop in dead.hops if hop.outcome == HopOutcome.TIME_EXCEEDED)
    reached = max((hop.ttl for hop in routers), default=0)
    distance = _distance(passing, server)
    known = (
        *routers,
        *(hop for hop in passing if hop.outcome == HopOutcome.TIME_EXCEEDED and hop.ttl > reached),
    )
    end = next(
        (hop for hop in dead.hops if hop.outcome in (HopOutcome.REFUSED, HopOutcome.UNREACHABLE)), None
    )
    if end is not None:
        if end.ttl == 0:
            return Gap(0, 0, distance, known)
        if distance is None:
            return None  # the server itself may be as near
        answering = [hop.ttl for hop in known if hop.ttl > reached]
        stopped = end.ttl if not answering else min(end.ttl, *answering)
        return Gap(reached, max(stopped, reached + 1), distance, known)
    # who answers another port's packets and not this one's, or the server itself, was not reached
    beyond = [hop.ttl for hop in passing if hop.ttl > reached and hop.outcome != HopOutcome.SILENT]
    return Gap(reached, min(beyond), distance, known) if beyond else None


def _distance(passing: tuple[Hop, ...], server: str | None) -> int | None:
    """Hops to the server, or to a balancer that bears its address."""
    end = arrived(passing)
    bearing = [hop.ttl for hop in passing if hop.responder is not None and hop.responder == server]
    return min((end, *bearing)) if end is not None else None


def _place(run: RunView, gap: Gap | None, steps: tuple[Observation, ...]) -> Place | None:
    if gap is None:
        return None
    shown = tuple(step.id for step in steps)
    if gap.stopped == 0:
        return Place(Side.COMPUTER, evidence=shown)
    before = gap.address(gap.stopped)
    if before is None and gap.stopped == gap.distance:
        before = steps[0].address
    return Place(side_of(gap), gap.address(gap.reached), before, evidence=shown)


# ---- the first bytes
def bytes_step(run: RunView, experiment: Experiment, port: int) -> tuple[Attempt, Observation] | None:
    """The test of how far the first bytes to a port come."""
    for attempt in run.performed(experiment, port):
        step = attempt.step(StepName.BYTES_PATH)
        if step is not None and isinstance(step.facts, BytesPathFacts):
            return attempt, step
    return None


def bytes_place(run: RunView, experiment: Experiment, port: int) -> Place | None:
    """Where the first bytes on a connection to a port are stopped; none where they come through, or it was not tested."""
    found = bytes_step(run, experiment, port)
    if found is None:
        return None
    attempt, step = found
    facts, syn = step.facts, attempt.step(StepName.HOP)
    assert isinstance(facts, BytesPathFacts)
    if facts.stopped is None or syn is None or not isinstance(syn.facts, HopFacts):
        return None
    shown: tuple[str, ...] = (step.id,)
    reset_by: ResetBy | None = None
    by = attempt.step(StepName.RESET_DISTANCE)
    if by is not None and isinstance(by.facts, ResetDistanceFacts) and (by.facts.nearer or by.facts.farther):
        shown, reset_by = (step.id, by.id), ResetBy.OTHER
    if ended_early(facts):
        reset_by = ResetBy.OTHER
    if facts.ends_alone:
        return Place(Side.UNKNOWN, evidence=(step.id,))
    if not facts.supported:
        return Place(Side.UNKNOWN, reset_by=reset_by, evidence=shown)
    routers = tuple(hop for hop in syn.facts.hops if hop.outcome == HopOutcome.TIME_EXCEEDED)
    gap = Gap(facts.reached, facts.stopped, facts.distance, routers)
    return Place(side_of(gap), facts.after, facts.before, reset_by, shown)


def ended_early(facts: BytesPathFacts) -> bool:
    """Whether a reset came although the bytes cannot have reached the server."""
    return any(p.ttl < facts.distance and p.outcome == PathOutcome.RESET for p in facts.probes)


def never_taken(run: RunView, experiment: Experiment, port: int) -> bool:
    """Whether the server's TCP did not acknowledge the bytes that went all the way: they were lost, not ignored."""
    found = bytes_step(run, experiment, port)
    if found is None or not isinstance(found[1].facts, BytesPathFacts):
        return False
    whole = [p for p in found[1].facts.probes if p.ttl == found[1].facts.distance]
    return bool(whole) and all(bool(p.unacknowledged) for p in whole)


def not_by_server(place: Place | None) -> bool:
    """Whether what stops the bytes is shown to be on the way, not at the server."""
    return place is not None and (place.reset_by is ResetBy.OTHER or place.side in (Side.LOCAL, Side.TRANSIT))
