"""high-latency: the way to the server takes so long that players give up, or nearly do."""

from __future__ import annotations

from collections.abc import Iterator

from fmsdiag.diagnosis.evidence.payload import at_server, round_trip_s
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, line
from fmsdiag.diagnosis.wording import ports
from fmsdiag.model import (
    Actor,
    Attempt,
    Confidence,
    Experiment,
    Observation,
    Status,
    StepName,
    TcpFacts,
)

CAUSE = "high-latency"
_ANSWERED = (StepName.TLS, StepName.TUNNEL, StepName.HANDSHAKE, StepName.CONNECT, StepName.HTTP)
LONG_S = 1.0
"""A geostationary satellite is 0.6 s away; nothing that works well is further."""
LEAST_WITHOUT_KERNEL = 3
"""Connects that are needed where the kernel does not tell: one may only have lost a packet."""


def judge(run: RunView) -> Answer:
    """Every connect to the server took a round trip of over LONG_S, on every port."""
    trips = [(o, trip) for o in run.tcp if (trip := round_trip_s(o)) is not None]
    if not trips or any(trip <= LONG_S for _, trip in trips) or any(_is_quick(o) for o in _exchanges(run)):
        return None
    known = [o for o, _ in trips if isinstance(o.facts, TcpFacts) and o.facts.kernel_rtt_s is not None]
    if not known and len(trips) < LEAST_WITHOUT_KERNEL:
        return None
    return _match(run, trips)


def _exchanges(run: RunView) -> Iterator[Observation]:
    return (o for a in at_server(run) for o in a.observations)


def _is_quick(step: Observation) -> bool:
    """Whether the server answered something within LONG_S: then a late connect was only sent again."""
    if step.step is StepName.TCP:
        return (trip := round_trip_s(step)) is not None and trip <= LONG_S
    return step.ok and step.step in _ANSWERED and step.bytes_in > 0 and step.elapsed_s <= LONG_S


def _match(run: RunView, trips: list[tuple[Observation, float]]) -> Match:
    shortest = min(trip for _, trip in trips)
    numbers = sorted({o.port for o, _ in trips if o.port is not None})
    seen = [line(f"A round trip to port {o.port} takes {trip:.1f} s.", o) for o, trip in trips[:3]]
    control = next(
        (o for a in _controls(run) for o in a.observations if o.step is StepName.TCP and o.ok), None
    )
    far = control is not None and (round_trip_s(control) or 0.0) > LONG_S
    if control is not None:
        seen.append(line(f"To another server it takes {round_trip_s(control):.1f} s.", control))
    slow = next((o for o in run.steps(StepName.DNS) if o.elapsed_s > LONG_S), None)
    if slow is not None and len(seen) < 5:
        seen.append(line(f"Looking up the server's name takes {slow.elapsed_s:.1f} s.", slow))
    everywhere = far or slow is not None
    return Match(
        Confidence.CONFIRMED,
        "The connection is very slow: each answer takes over a second.",
        f"Whatever is sent to the server comes back after {shortest:.1f} s at the earliest, on {ports(numbers)}. "
        "Opening a stream takes "
        "five or more such round trips, and many players give up before that."
        + (" Everything from here is as slow, so that it is this computer's own line." if everywhere else ""),
        (Actor.USER, Actor.ADMINISTRATOR),
        Advice(
            user="Stop large uploads and downloads, move nearer to the wireless router, or try another network. By "
            "satellite or a "
            "weak mobile connection, choose a player that waits longer.",
            administrator="Look for a full queue on the line (“bufferbloat”), an overloaded VPN, or a backup line over "
            "satellite "
            "or mobile that is in use.",
        ),
        "The time that the very first packet takes to be answered says so.",
        tuple(seen[:5]),
        rules_out=("a blocked port", "a slow media server"),
    )


def _controls(run: RunView) -> tuple[Attempt, ...]:
    kinds = (Experiment.CONTROL_HTTP, Experiment.CONTROL_PORT)
    return tuple(a for a in run.seen if a.experiment in kinds and a.status is Status.CONNECTED)


RULE = Rule(
    CAUSE,
    judge,
    explains=(
        "dns-slow", "dns-no-answer", "server-slow", "packet-loss", "throttled", "upload-cut", "server-hung", "tls-blocked",
        "rtmp-blocked", "non-http-blocked", "connection-rate-limited", "connection-count-limited", "idle-timeout",
        "tunnel-not-offered", "server-firewall", "server-down", "udp-blocked", "port-blocked", "one-address-dead",
    ),
)  # fmt: skip
