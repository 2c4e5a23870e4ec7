"""Connects that opened late, since a packet was sent again, and what else was open when they began. Pure functions.

A lost SYN is sent again after 1 s, then after 2 s more (RFC 6298, section 2), so that loss shows as steps in time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

from fmsdiag.diagnosis.evidence.payload import round_trip_s
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.model import (
    Attempt,
    Experiment,
    FailureKind,
    Observation,
    Purpose,
    SeriesFacts,
    Status,
    StepName,
    Try,
)

LEAST_LATE = 2
LEAST_ALIKE = 4
RESEND_S = 0.9
APART_S = 0.1
LEAST_RESEND_S = 0.2
"""On an open connection a lost packet is sent again after so much at least, as Linux does it (RFC 6298, section 2.4)."""
_EXCHANGES = (StepName.TLS, StepName.TUNNEL, StepName.HANDSHAKE, StepName.CONNECT)
WATCHED_S = 0.5
"""A player's way that works stays open so long after its last step."""
LEAVES_S = 0.05
"""What was closed is closed for a device on the path a little later."""


@dataclass(frozen=True)
class LateConnects:
    """Connects that took a second packet, each moment once, and the others."""

    server: tuple[Observation, ...]
    control: tuple[Observation, ...]
    punctual: tuple[Observation, ...]


@dataclass(frozen=True)
class BesideOthers:
    """Late connects that all began while at least `open_then` others were open; no other did."""

    late: tuple[Observation, ...]
    connects: int  # in all
    open_then: int


def came(tried: Try) -> bool:
    """Whether a connect of a series got an answer."""
    return tried.outcome != FailureKind.TIMED_OUT


def late_connects(run: RunView) -> LateConnects:
    """Those of the run. Connects that ended count also where their attempt was given up, since the plan had connected."""
    host = run.target.host
    ours = (a for a in run.attempts if a.purpose is not Purpose.CONTROL and a.endpoint.host == host)
    theirs = (a for a in run.seen if a.purpose is Purpose.CONTROL and a.endpoint.host == run.options.control)
    ended = () if run.refusals_are_slow else (FailureKind.REFUSED,)
    server, control = _connects(ours, ended), _connects(theirs, ended)
    shortest = min((*(_trip_s(o) for o in (*server, *control)), _quickest_s(run)), default=inf)
    late, others = _late(server, shortest), _late(control, shortest)
    waited = [o for o in (*server, *control) if _waited(o, shortest)]
    punctual = tuple(o for o in (*server, *control) if o not in waited)
    return LateConnects(tuple(late), tuple(others), punctual)


def is_delayed_when_open(run: RunView) -> bool:
    """Whether equal steps on open connections to the server took unequally long, by a retransmission or more."""
    took: dict[StepName, list[float]] = {}
    for attempt in run.seen:
        if attempt.endpoint.host == run.target.host and attempt.endpoint.proxy is None:
            for step in attempt.observations:
                if step.step in _EXCHANGES and step.ok:
                    took.setdefault(step.step, []).append(step.elapsed_s)
    return any(max(times) - min(times) >= LEAST_RESEND_S for times in took.values())


def late_beside_others(run: RunView) -> BesideOthers | None:
    """Late connects, two or more, whose only order is that other connections were open; None where one had no company.

    Loss strikes whatever else is open. A limit on open connections lets a connect through when another has been closed.
    """
    connects = late_connects(run)
    late = (*connects.server, *connects.control)
    if len(late) < LEAST_LATE or len(connects.punctual) < LEAST_LATE:
        return None
    spans = _open_spans(run)
    fewest = min(_open_at(o, spans) for o in late)
    if fewest <= max(_open_at(o, spans) for o in connects.punctual):
        return None
    return BesideOthers(late, len(late) + len(connects.punctual), fewest)


def all_late_alike(run: RunView) -> int:
    """How many connects there were, where every one of them took a second packet and as long as the others; else 0.

    Loss lets some through at the first packet, and delays others twice.
    """
    connects = late_connects(run)
    if connects.punctual or not connects.server or not connects.control:
        return 0
    host = run.target.host
    ours = (a for a in run.seen if a.endpoint.host in (host, run.options.control))
    took = [o.elapsed_s for a in ours for o in a.observations if o.step is StepName.TCP and o.ok]
    return len(took) if len(took) >= LEAST_ALIKE and max(took) - min(took) < APART_S else 0


def _open_spans(run: RunView) -> list[tuple[Observation, float]]:
    """Each connect of the run with the moment until which its connection may have been open."""
    return [
        (o, a.observations[-1].ended_s + (WATCHED_S if a.status is Status.CONNECTED else LEAVES_S))
        for a in run.attempts
        for o in a.observations
        if o.step is StepName.TCP and o.failure is None
    ]


def _open_at(connect: Observation, spans: list[tuple[Observation, float]]) -> int:
    """How many others were open when a connect began, or opened at the same moment."""
    begun = connect.started_s
    return sum(
        other is not connect and other.started_s <= begun <= until and other.ended_s <= begun + LEAVES_S
        for other, until in spans
    )


def _connects(attempts: Iterable[Attempt], ended: tuple[FailureKind, ...]) -> list[Observation]:
    """Connects that came to an end, by opening or in one of these ways."""
    return [
        o
        for a in attempts
        for o in a.observations
        if o.step is StepName.TCP and (o.failure is None or o.failure.kind in ended)
    ]


def _waited(connect: Observation, shortest_s: float) -> bool:
    """Whether it took RESEND_S longer than the shortest way that was seen.

    The shortest of all hosts: a host to which each connect was late would have none of its own, and no host is that far.
    """
    return connect.elapsed_s - shortest_s >= RESEND_S


def _late(connects: list[Observation], shortest_s: float) -> list[Observation]:
    """Those that took a second packet."""
    late = [o for o in connects if _waited(o, shortest_s)]
    return [o for number, o in enumerate(late) if not any(_together(o, other) for other in late[:number])]


def _together(one: Observation, other: Observation) -> bool:
    """Whether two connects were answered at one moment: what held them lifted, such as a search for a neighbour's address.

    Packets that are sent again come apart as far as the connects began.
    """
    apart_s = abs(one.started_s - other.started_s)
    ended_apart_s = abs(one.ended_s - other.ended_s)
    return one.address == other.address and apart_s >= APART_S and ended_apart_s < APART_S / 2


def _trip_s(connect: Observation) -> float:
    trip = round_trip_s(connect)
    return connect.elapsed_s if trip is None else trip


def _quickest_s(run: RunView) -> float:
    """The quickest connect of a burst; without one, endless."""
    series = (o.facts for a in run.performed(Experiment.BURST) for o in a.observations)
    tries = (t for facts in series if isinstance(facts, SeriesFacts) for t in facts.tries)
    return min((t.elapsed_s for t in tries if came(t)), default=inf)
