"""Hops of the network path: where what is sent ends, and whose side that is on. Pure functions over facts of path tests.

A router looks at a packet's time-to-live before it forwards it. So a filter in hop k still lets hop k answer what ends there,
and drops or refuses what is to go on: the gap is between k and k + 1, and hop k, the last one reached, is who does it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

from msgspec import structs

from fmsdiag.model import (
    Attempt,
    BytesPathFacts,
    Hop,
    HopFacts,
    HopOutcome,
    Observation,
    PathOutcome,
    ResetBy,
    ResetDistanceFacts,
    Side,
    StepName,
)
from fmsdiag.private_addresses import is_private_address

ARRIVED = (HopOutcome.OPEN, HopOutcome.REFUSED)
"""What only the machine at the end of the path says, or who speaks for it."""

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
    return is_private_address(address) and not is_shared_address(address)


def is_shared_address(address: str) -> bool:
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
    sides = {side_of_hop(ttl, gap.routers, gap.distance) for ttl in devices}
    if gap.reached and gap.stopped == gap.distance and not last_local_hop(gap.routers)[1]:
        sides.add(Side.REMOTE)  # the server itself, or whoever owns the one router in front of it
    return sides.pop() if len(sides) == 1 else Side.UNKNOWN


def side_of_hop(ttl: int, routers: Iterable[Hop], distance: int | None) -> Side:
    """Whose the device is at a hop, `distance` being that of the server; unknown where it can be of two sides."""
    last, certain = last_local_hop(routers)
    if ttl <= last:
        return Side.LOCAL
    if distance is not None and ttl >= distance - 1:
        return Side.REMOTE
    if distance is None or not certain:
        return Side.UNKNOWN
    return Side.TRANSIT


def without_borrowed_senders(
    hops: tuple[Hop, ...], server: str | None, others: Iterable[tuple[Hop, ...]], gateways: Iterable[str] = ()
) -> tuple[Hop, ...]:
    """The hops, without the server's address where somebody else answers: NAT writes it on errors about what it sent on.

    `others` are further paths from here to the server; another router in the same place shows that the server is not there.
    So do `gateways`, this computer's own, of the first hop.
    """
    if server is None or not any(hop.responder == server for hop in hops):
        return hops
    routers = {
        hop.ttl
        for path in others
        for hop in path
        if hop.outcome == HopOutcome.TIME_EXCEEDED and hop.responder not in (None, server)
    }
    known = tuple(gateways)
    if known and server not in known:
        routers.add(1)
    return tuple(
        structs.replace(hop, responder=None)
        if hop.responder == server and hop.ttl in routers and hop.outcome not in ARRIVED
        else hop
        for hop in hops
    )


def at_its_distance(end: Hop, hops: Iterable[Hop]) -> Hop:
    """A hop as far away as it stands: a router rejects only what it would forward, and so what was sent one hop farther."""
    if end.outcome not in (HopOutcome.UNREACHABLE, HopOutcome.REFUSED) or end.responder is None:
        return end
    here = min((hop.ttl for hop in hops if hop.responder == end.responder), default=end.ttl)
    return structs.replace(end, ttl=min(here, end.ttl))


def arrived(hops: tuple[Hop, ...]) -> int | None:
    """At which time-to-live the connect was completed or refused, or none if neither happened."""
    return next((h.ttl for h in hops if h.outcome in ARRIVED), None)


def gap_of(dead: HopFacts, passing: tuple[Hop, ...], server: str | None) -> Gap | None:
    """Between which hops the path to a dead port ends; `passing` is the path to another port of `server` that opens.

    None where the path does not end, or the routers are silent to whatever is sent.
    """
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


def taken_unanswered(facts: BytesPathFacts) -> bool:
    """Whether the server's TCP acknowledged the bytes that went all the way and nothing came back: the path stopped none of
    them, although no router says so of its last hop. False where the system does not tell (see PathProbe)."""
    whole = [probe for probe in facts.probes if probe.ttl == facts.distance]
    return bool(whole) and all(p.outcome == PathOutcome.SILENT and p.unacknowledged == 0 for p in whole)


def ended_at_full_distance(facts: BytesPathFacts) -> bool:
    """Whether the bytes are known to come as far as the last router, and were ended where they could go on to the server: they
    may have got there, for a server ends connections as well."""
    ends = [p.outcome for p in facts.probes if p.ttl == facts.distance]
    ended = any(outcome in (PathOutcome.RESET, PathOutcome.CLOSED) for outcome in ends)
    return facts.supported and facts.stopped == facts.distance and ended


def ended_as_far(attempt: Attempt, facts: BytesPathFacts) -> Observation | None:
    """What shows that such an end travels as many hops as the server's answers: it is the server's, or of a device right
    before it."""
    by = attempt.step(StepName.RESET_DISTANCE)
    if by is None or not isinstance(by.facts, ResetDistanceFacts) or not ended_at_full_distance(facts):
        return None
    return by if (by.facts.nearer, by.facts.farther) == (False, False) else None


def reset_by(attempt: Attempt, facts: BytesPathFacts) -> ResetBy | None:
    """Who resets the bytes that a test of their path sent, where that is shown not to be the server."""
    if ended_early(facts) or reset_from_elsewhere(attempt) is not None:
        return ResetBy.OTHER
    return None


def reset_from_elsewhere(attempt: Attempt) -> Observation | None:
    """What shows that a reset travels another number of hops than the server's answers."""
    by = attempt.step(StepName.RESET_DISTANCE)
    if by is not None and isinstance(by.facts, ResetDistanceFacts) and (by.facts.nearer or by.facts.farther):
        return by
    return None


def ended_early(facts: BytesPathFacts) -> bool:
    """Whether a reset came although the bytes cannot have reached the server."""
    return any(p.ttl < facts.distance and p.outcome == PathOutcome.RESET for p in facts.probes)
