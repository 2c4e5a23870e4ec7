"""high-latency: the way to the server takes so long that players give up, or nearly do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fmsdiag.diagnosis.evidence.payload import at_server, round_trip_s
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import evidence_line
from fmsdiag.diagnosis.lines.grounds import RuledOut
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Premise, Table, step, text
from fmsdiag.model import (
    Actor,
    Attempt,
    Cause,
    Confidence,
    EvidenceLine,
    Experiment,
    Observation,
    Status,
    StepName,
    TcpFacts,
)


class Slow(FindingTexts, of="high-latency.slow"):
    """Only the server was measured, and no player connects."""

    headline = text("The connection is very slow: each answer takes over a second.")
    explanation = text(
        "Every answer from {server:host} takes at least {trip:duration}. Opening a stream takes five or more such round trips, "
        "and many players give up sooner."
    )
    acts = (Actor.USER, Actor.ADMINISTRATOR)
    you = (
        Steps.STOP_TRANSFERS,
        Steps.USE_CABLE,
        step(
            "On a satellite or weak mobile connection, use another network or a player with a longer timeout.",
            premise=Premise.OTHER_NETWORK,
        ),
    )
    administrator = (
        step(
            "Look for a full queue on the internet connection (bufferbloat), an overloaded VPN, or a satellite or mobile "
            "backup link in use."
        ),
    )


class SlowEverywhere(FindingTexts, of="high-latency.slow-everywhere"):
    """Something else than the server is as slow from here."""

    headline = Slow.headline
    explanation = text(
        "Every answer from {server:host} takes at least {trip:duration}. Opening a stream takes five or more such round trips, "
        "and many players give up sooner. Other servers are just as slow from here, so this computer's internet connection is "
        "the cause."
    )
    acts = Slow.acts
    you = Slow.you
    administrator = Slow.administrator


class SlowLookup(FindingTexts, of="high-latency.slow-lookup"):
    """Beside the server, only a name was looked up, as slowly."""

    headline = Slow.headline
    explanation = text(
        "Every answer from {server:host} takes at least {trip:duration}. Opening a stream takes five or more such round trips, "
        "and many players give up sooner. Looking up names takes long as well, so most likely this computer's internet "
        "connection is the cause."
    )
    acts = Slow.acts
    you = Slow.you
    administrator = Slow.administrator


class Connected(FindingTexts, of="high-latency.connected"):
    """Only the server was measured, and players connect late."""

    headline = text("Every answer from the server takes over a second.")
    says_it_works = True
    explanation = Slow.explanation
    acts = Slow.acts
    you = Slow.you
    administrator = Slow.administrator


class ConnectedEverywhere(FindingTexts, of="high-latency.connected-everywhere"):
    """Likewise, and something else than the server is as slow from here."""

    headline = text("This internet connection responds very slowly.")
    says_it_works = True
    explanation = SlowEverywhere.explanation
    acts = Slow.acts
    you = Slow.you
    administrator = Slow.administrator


class ConnectedSlowLookup(FindingTexts, of="high-latency.connected-slow-lookup"):
    """Likewise, while players connect."""

    headline = ConnectedEverywhere.headline
    says_it_works = True
    explanation = SlowLookup.explanation
    acts = Slow.acts
    you = Slow.you
    administrator = Slow.administrator


class Seen(Table, of="high-latency.seen"):
    TRIP = text("A round trip to port {port} takes {trip:duration}.")
    REFERENCE = text("A round trip to a reference server takes {trip:duration}.")
    LOOKUP = text("Looking up the server name takes {took:duration}.")


class Earned(Table, of="high-latency.earned"):
    """What the confidence rests on."""

    FIRST_PACKET = text("Even the first packet of each connection takes that long to be answered.")


class Excluded(Table, of="high-latency.ruled-out"):
    SLOW_SERVER = text("The media server is not slow: the network path to it is.")


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
    return _found(run, trips)


def _exchanges(run: RunView) -> Iterator[Observation]:
    return (o for a in at_server(run) for o in a.observations)


def _is_quick(step: Observation) -> bool:
    """Whether the server answered something within LONG_S: then a late connect was only sent again."""
    if step.step is StepName.TCP:
        return (trip := round_trip_s(step)) is not None and trip <= LONG_S
    return step.ok and step.step in _ANSWERED and step.bytes_in > 0 and step.elapsed_s <= LONG_S


def _found(run: RunView, trips: Sequence[tuple[Observation, float]]) -> Found:
    control = next(
        (o for a in _controls(run) for o in a.observations if o.step is StepName.TCP and o.ok), None
    )
    lookup = next((o for o in run.steps(StepName.DNS) if o.elapsed_s > LONG_S), None)
    far = control is not None and (round_trip_s(control) or 0.0) > LONG_S
    ports = tuple(sorted({o.port for o, _ in trips if o.port is not None}))
    return Found(
        _case(run, everywhere=far, looked_up=lookup is not None),
        Confidence.CONFIRMED,
        Earned.FIRST_PACKET.of(),
        _seen(trips, control, lookup),
        values={"trip": min(trip for _, trip in trips)},
        rules_out=(RuledOut.BLOCKED_PORT.of(ports=ports), Excluded.SLOW_SERVER.of()),
    )


def _case(run: RunView, everywhere: bool, looked_up: bool) -> type[FindingTexts]:
    if run.plan_succeeded:
        return ConnectedEverywhere if everywhere else ConnectedSlowLookup if looked_up else Connected
    return SlowEverywhere if everywhere else SlowLookup if looked_up else Slow


def _seen(
    trips: Sequence[tuple[Observation, float]], control: Observation | None, lookup: Observation | None
) -> tuple[EvidenceLine, ...]:
    seen = [evidence_line(Seen.TRIP.of(port=o.port or 0, trip=trip), o) for o, trip in trips[:3]]
    if control is not None:
        seen.append(evidence_line(Seen.REFERENCE.of(trip=round_trip_s(control) or 0.0), control))
    if lookup is not None:
        seen.append(evidence_line(Seen.LOOKUP.of(took=lookup.elapsed_s), lookup))
    return tuple(seen)


def _controls(run: RunView) -> tuple[Attempt, ...]:
    kinds = (Experiment.CONTROL_HTTP, Experiment.CONTROL_PORT)
    return tuple(a for a in run.seen if a.experiment in kinds and a.status is Status.CONNECTED)


RULE = Rule(
    Cause.HIGH_LATENCY,
    judge,
    explains=(
        Cause.DNS_SLOW, Cause.DNS_NO_ANSWER, Cause.SERVER_SLOW, Cause.PACKET_LOSS, Cause.THROTTLED, Cause.UPLOAD_CUT,
        Cause.SERVER_HUNG, Cause.TLS_BLOCKED, Cause.RTMP_BLOCKED, Cause.NON_HTTP_BLOCKED, Cause.CONNECTION_RATE_LIMITED,
        Cause.CONNECTION_COUNT_LIMITED, Cause.IDLE_TIMEOUT, Cause.TUNNEL_NOT_OFFERED, Cause.SERVER_FIREWALL,
        Cause.SERVER_DOWN, Cause.UDP_BLOCKED, Cause.PORT_BLOCKED, Cause.ONE_ADDRESS_DEAD,
    ),
)  # fmt: skip
