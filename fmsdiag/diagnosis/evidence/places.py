"""Where on the path something is stopped: the places of a run, told by its path tests. Pure functions (see hops.py)."""

from __future__ import annotations

import msgspec

from fmsdiag.diagnosis.evidence.changed_datagrams import changed_datagrams
from fmsdiag.diagnosis.evidence.one_family import has_kin
from fmsdiag.diagnosis.evidence.port_proof import proof_of
from fmsdiag.diagnosis.evidence.ports import open_path, udp_path
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.hops import (
    ARRIVED,
    Gap,
    arrived,
    gap_of,
    reset_by,
    reset_from_elsewhere,
    side_of,
    taken_unanswered,
)
from fmsdiag.model import (
    Attempt,
    BytesPathFacts,
    Experiment,
    Hop,
    HopFacts,
    HopOutcome,
    Observation,
    Place,
    ResetBy,
    Side,
    StepName,
)


# ---- a port
def port_place(run: RunView, port: int) -> Place | None:
    """Where connects to a port that never opens end; none where no path test tells.

    The last router before the server is the server's side, unless the same port of a reference server is dead as well: then
    it is a router that others share. Of silence there, see `unanswered_at_the_end`.
    """
    step = run.hop_step(port)
    if step is None or not isinstance(step.facts, HopFacts) or port in run.open_ports:
        return None
    passing = open_path(run)
    place = _place(gap_of(step.facts, passing, step.address), (step,))
    if place is not None and _may_be_own(step.facts.hops, passing):
        return msgspec.structs.replace(place, side=Side.UNKNOWN)
    control = proof_of(run, port).control
    # over the other kind of address, the reference server shows nothing of this path
    alike = control is not None and has_kin(control.address or "", (step.address or "",))
    if place is not None and place.side is Side.REMOTE and alike:
        side = Side.UNKNOWN if unanswered_at_the_end(run, port) else Side.TRANSIT
        return msgspec.structs.replace(place, side=side)
    return place


def unanswered_at_the_end(run: RunView, port: int) -> bool:
    """Whether what is sent to a silent port comes as far as the last router before the server, to others as well as here.

    It may be lost there; or it arrives, and anyone from there to this computer drops what the server answers: a router on
    the way says when a packet's time is over, and nothing of what comes back.
    """
    step = run.hop_step(port)
    if step is None or not isinstance(step.facts, HopFacts) or proof_of(run, port).control is None:
        return False
    if any(hop.outcome in (*ARRIVED, HopOutcome.UNREACHABLE) for hop in step.facts.hops):
        return False
    gap = gap_of(step.facts, open_path(run), step.address)
    return gap is not None and gap.stopped == gap.distance and side_of(gap) is Side.REMOTE


def _may_be_own(dead: tuple[Hop, ...], passing: tuple[Hop, ...]) -> bool:
    """Whether a refusal of the first hop may be this computer's own: it was told from the router's by how fast that answers,
    which takes a system that says who answers, and a clock that is fine enough."""
    first = next(iter(dead), None)
    if first is None or first.ttl != 1 or first.outcome != HopOutcome.REFUSED or first.responder is not None:
        return False
    routers = [hop for hop in passing if hop.outcome == HopOutcome.TIME_EXCEEDED]
    return bool(routers) and all(hop.responder is None for hop in routers)


def udp_place(run: RunView, port: int) -> Place | None:
    """Where datagrams to a port end, or are made useless; the distance is that of TCP's path."""
    _, step = udp_path(run, port)
    if step is None or not isinstance(step.facts, HopFacts):
        return None
    changed = changed_datagrams(run, port)
    if changed is not None:
        reached = changed.before.ttl if changed.before is not None else 0
        passing = open_path(run)
        routers = tuple(hop for hop in step.facts.hops if hop.outcome == HopOutcome.TIME_EXCEEDED)
        gap = Gap(reached, changed.after.ttl, arrived(passing), routers)
        return Place(side_of(gap), gap.address(reached), changed.after.responder, evidence=(step.id,))
    return _place(gap_of(step.facts, open_path(run), step.address), (step,))


def _place(gap: Gap | None, steps: tuple[Observation, ...]) -> Place | None:
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
    """Where the first bytes on a connection to a port are stopped, or what they get no answer from; none where they come
    through, or it was not tested."""
    found = bytes_step(run, experiment, port)
    if found is None:
        return None
    attempt, step = found
    facts, syn = step.facts, run.path_step(attempt)
    assert isinstance(facts, BytesPathFacts)
    if facts.stopped is None or syn is None or not isinstance(syn.facts, HopFacts):
        return None
    if facts.ends_alone:
        return Place(Side.UNKNOWN, evidence=(step.id,))
    if taken_unanswered(facts):
        return Place(Side.REMOTE, evidence=(step.id,))  # at the server: it is behind no hop that they reached
    distant = reset_from_elsewhere(attempt)
    shown = (step.id,) if distant is None else (step.id, distant.id)
    by = reset_by(attempt, facts)
    if not facts.supported:
        return Place(Side.UNKNOWN, reset_by=by, evidence=shown)
    routers = tuple(hop for hop in syn.facts.hops if hop.outcome == HopOutcome.TIME_EXCEEDED)
    gap = Gap(facts.reached, facts.stopped, facts.distance, routers)
    after = facts.after if facts.after != step.address else gap.address(facts.reached)
    return Place(side_of(gap), after, facts.before, by, shown)


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


def other_bytes_get_further(run: RunView, port: int) -> bool:
    """Whether as many bytes of no protocol came further on the path than RTMP's first message did."""
    mine = bytes_step(run, Experiment.APP_PATH, port)
    other = bytes_step(run, Experiment.OTHER_BYTES_PATH, port)
    if mine is None or other is None:
        return False
    my_facts, facts = mine[1].facts, other[1].facts
    assert isinstance(my_facts, BytesPathFacts)
    assert isinstance(facts, BytesPathFacts)
    if not facts.supported or my_facts.stopped is None or taken_unanswered(my_facts):
        return False
    return facts.stopped is None or taken_unanswered(facts) or facts.reached > my_facts.reached
