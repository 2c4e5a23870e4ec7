"""Who answers in the server's place: a connection that opens nearer than the server is. Pure functions over path tests."""

from __future__ import annotations

from typing import NamedTuple

from fmsdiag.diagnosis.evidence.ports import ask_udp_hops, udp_attempts, udp_path
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.hops import arrived, last_local_hop
from fmsdiag.model import Hop, HopFacts, HopOutcome, Observation, Place, Question, Side


class Interceptor(NamedTuple):
    """A device of this network that answers on a port of the server."""

    near: int  # hops to what answers
    far: int  # hops to the server
    place: Place
    step: Observation  # the path test of the port


def interceptor(run: RunView, port: int) -> Interceptor | None:
    """The device of this network in which connections to a port end, though the server is farther away; none where no path
    test shows one.

    The server's own side may answer at several distances as well: a balancer for one port, the machine itself for another.
    """
    step = run.hop_step(port)
    near = arrived(step.facts.hops) if step is not None and isinstance(step.facts, HopFacts) else None
    if step is None or near is None:
        return None
    for path in _other_paths(run, port):
        far = arrived(path)
        routers = tuple(hop for hop in path if hop.outcome == HopOutcome.TIME_EXCEEDED)
        last, certain = last_local_hop(routers)
        if certain and far is not None and near <= last < far:
            at = {hop.ttl: hop.responder for hop in routers}
            return Interceptor(
                near, far, Place(Side.LOCAL, at.get(near), at.get(near + 1), evidence=(step.id,)), step
            )
    return None


def ask_interceptor(run: RunView, port: int) -> tuple[Question, ...]:
    """The path tests that show one: of the port, and of RTMFP's, which no proxy for TCP takes."""
    udp = tuple(dict.fromkeys(a.endpoint.port for a in udp_attempts(run)))[:1]
    return (*run.ask_hops(port), *(question for each in udp for question in ask_udp_hops(run, each)))


def _other_paths(run: RunView, port: int) -> list[tuple[Hop, ...]]:
    udp = [udp_path(run, a.endpoint.port)[0] for a in udp_attempts(run)]
    asked = {a.endpoint.port for a in run.attempts if a.experiment is not None}
    return [path for path in (*udp, *(run.hops(other) for other in asked if other != port)) if path]
