"""packet-loss: connects need a second or third packet here and there, to whomever, in no order.

A lost SYN is sent again after 1 s, then after 2 s more (RFC 6298, section 2), so that loss shows as steps in time. A limit on
connections has an order: the first pass, and it concerns one port; loss concerns other hosts as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from math import inf

from fmsdiag.diagnosis.evidence.payload import round_trip_s
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, ask_unless_answered, line
from fmsdiag.model import (
    Actor,
    Attempt,
    Confidence,
    Experiment,
    FailureKind,
    Observation,
    Purpose,
    Question,
    SeriesFacts,
    StepName,
    Try,
)

CAUSE = "packet-loss"
CONTROL_PORTS = (80, 443, 1935)
ANSWERED = ("open", "refused")
RESEND_S = 0.9
APART_S = 0.1
ENOUGH_ALONE = 4
"""Connects to the server that were late or lost, where there is nobody to compare with."""


def judge(run: RunView) -> Answer:
    """Late and punctual connects in no order, to the server and to the control host."""
    # connects that ended count also where their attempt was given up, since the plan had connected meanwhile
    host = run.target.host
    ours = (a for a in run.attempts if a.purpose is not Purpose.CONTROL and a.endpoint.host == host)
    theirs = (a for a in run.seen if a.purpose is Purpose.CONTROL and a.endpoint.host == run.options.control)
    server, control = _connects(ours), _connects(theirs)
    shortest = min((*(_trip_s(o) for o in (*server, *control)), _quickest_s(run)), default=inf)
    late, others = _late(server, shortest), _late(control, shortest)
    burst = _irregular(run)
    if not late and burst is None:
        return None
    if others and len(others) + len(late) + (2 if burst else 0) >= 2:
        return _match(late, burst, others, Confidence.LIKELY)
    questions: list[Question] = [q for port in CONTROL_PORTS for q in run.ask_control_port(port)]
    lost = len(late) + (burst[1] if burst is not None else 0)
    ports_hit = {o.port for o in late} | ({burst[0].port} if burst is not None else set())
    alone = lost >= ENOUGH_ALONE and (burst is not None or len(ports_hit) > 1)
    return ask_unless_answered(
        tuple(questions), _match(late, burst, [], Confidence.POSSIBLE) if alone else None
    )


def _connects(attempts: Iterable[Attempt]) -> list[Observation]:
    """Connects that came to an end, whichever."""
    ended = (FailureKind.REFUSED,)
    return [
        o
        for a in attempts
        for o in a.observations
        if o.step is StepName.TCP and (o.failure is None or o.failure.kind in ended)
    ]


def _late(connects: list[Observation], shortest_s: float) -> list[Observation]:
    """Those that took a second packet: RESEND_S longer than the shortest way that was seen.

    The shortest of all hosts: a host to which each connect was late would have none of its own, and no host is that far.
    """
    late = [o for o in connects if o.elapsed_s - shortest_s >= RESEND_S]
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
    return min((t.elapsed_s for t in tries if _came(t)), default=inf)


def _irregular(run: RunView) -> tuple[Observation, int] | None:
    """A burst in which connects succeeded and failed by turns, and how many failed."""
    for attempt in run.performed(Experiment.BURST):
        step = attempt.step(StepName.SERIES)
        if step is None or not isinstance(step.facts, SeriesFacts):
            continue
        lost = sum(not _came(t) for t in step.facts.tries)
        if lost >= 2 and _turns(step.facts.tries) >= 2:
            return step, lost
    return None


def _came(tried: Try) -> bool:
    return tried.outcome in ANSWERED


def _turns(tries: tuple[Try, ...]) -> int:
    """How often a failure is followed by a success, or the reverse, in the order in which they began."""
    order = sorted(tries, key=lambda t: t.started_s)
    return sum(_came(a) != _came(b) for a, b in pairwise(order))


def _match(
    late: list[Observation],
    burst: tuple[Observation, int] | None,
    others: list[Observation],
    confidence: Confidence,
) -> Match:
    sure = confidence is Confidence.LIKELY
    seen = [
        line(f"A connect to port {o.port} took {o.elapsed_s:.1f} s: its first packet was lost.", o)
        for o in late[:2]
    ]
    if burst is not None and isinstance(burst[0].facts, SeriesFacts):
        tries = len(burst[0].facts.tries)
        seen.append(line(f"Of {tries} connects in a row {burst[1]} got no answer, in no order.", burst[0]))
    seen += [
        line(f"A connect to another server took {o.elapsed_s:.1f} s, for the same reason.", o)
        for o in others[:2]
    ]
    return Match(
        confidence,
        "Packets get lost on the way." if sure else "Perhaps packets get lost on the way.",
        "Some connections open at once and others only after a second or more, because packets have to be sent again. "
        + (
            "It happens to another server as well, so it is the line or the network here. "
            if sure
            else "Whether other servers are concerned could not be shown. "
        )
        + "A stream over such a line stutters and breaks off.",
        (Actor.USER, Actor.ADMINISTRATOR),
        Advice(
            user="Use a cable in place of wireless, or move nearer to the router; stop large transfers; restart the "
            "router. If it "
            "stays, report it to the provider: some packets are lost, and connections open seconds late.",
            administrator="Look for errors on the line and the interfaces, a full queue, a damaged cable or a wrong "
            "duplex mode, "
            "and measure the loss to several hosts.",
        ),
        "Connections to two servers are late in the same irregular way."
        if sure
        else "Only this server could be observed often enough.",
        tuple(seen[:5]),
        rules_out=("a blocked port",),
        decisive_test="" if sure else "Send a hundred pings to several hosts, and count the answers.",
    )


RULE = Rule(
    CAUSE,
    judge,
    explains=(
        "connection-rate-limited", "connection-count-limited", "idle-timeout", "upload-cut", "throttled", "dns-slow",
        "server-slow", "server-hung", "tls-blocked", "dns-no-answer", "one-address-dead", "server-firewall", "udp-blocked",
        "rtmp-blocked", "mtu-black-hole", "non-http-blocked", "port-blocked", "ipv6-broken", "rtmpe-blocked",
    ),
)  # fmt: skip
