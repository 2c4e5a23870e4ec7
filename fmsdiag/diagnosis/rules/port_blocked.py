"""port-blocked: a port is silent or refused by somebody on the way, while another port of the same server connects."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence import Evidence, arrived, path_end
from fmsdiag.diagnosis.rule import Answer, Ask, Match, Rule, line
from fmsdiag.diagnosis.wording import firewall_request, outcome, ports
from fmsdiag.model import (
    Actor,
    Advice,
    Attempt,
    Confidence,
    Experiment,
    FailureKind,
    Hop,
    Observation,
    Question,
    Status,
    StepName,
)

CAUSE = "port-blocked"
_BLOCKED = (FailureKind.TIMED_OUT, FailureKind.REFUSED, FailureKind.UNREACHABLE)


def judge(evidence: Evidence) -> Answer:
    """The plan lost time or failed at a port, and the control host's same port is as dead, or the path ends early."""
    wanted = _wanted(evidence)
    if not wanted or not evidence.open_ports:
        return None
    port = wanted[0]
    controls = evidence.performed(Experiment.CONTROL_PORT, port)
    hops, other = evidence.hops(port), evidence.hops(evidence.open_ports[0])
    questions = _questions(evidence, port)
    if questions and not controls and not hops:
        return Ask(questions)
    failed = next((a for a in controls if a.status is Status.FAILED), None)
    if any(a.status is Status.CONNECTED for a in controls):
        return None  # this port leaves the network: the silence is the server's
    early = _ends_early(hops, other)
    if failed is None and early is None:
        return None
    return _match(evidence, wanted, failed, early)


def _wanted(evidence: Evidence) -> tuple[int, ...]:
    """Dead ports that mattered: those of the plan that a player would have tried before it connected."""
    dead = evidence.dead_ports(*_BLOCKED)
    found = []
    for attempt in evidence.fallback:
        if attempt.status is Status.CONNECTED:
            break
        if attempt.endpoint.port in dead and not attempt.endpoint.transport.is_tunnel:
            found.append(attempt.endpoint.port)
    if evidence.asked_for is not None:
        found += [a.endpoint.port for a in evidence.fallback if a.endpoint.port in dead]
    return tuple(dict.fromkeys(found))


def _questions(evidence: Evidence, port: int) -> tuple[Question, ...]:
    hops = (*evidence.ask_hops(port), *evidence.ask_hops(evidence.open_ports[0]))
    return (*evidence.ask_control_port(port), *hops)


def _ends_early(hops: tuple[Hop, ...], other: tuple[Hop, ...]) -> Hop | None:
    """Where the path to the dead port ends, when that is before the server: the open port's path is longer."""
    distance = arrived(other)
    if not hops or distance is None:
        return None
    end = path_end(hops)
    if end is None:
        return Hop(0, "silent")
    early = end.ttl < distance and not (end.outcome == "time-exceeded" and end.ttl > 2)
    return end if early else None


def _match(evidence: Evidence, wanted: tuple[int, ...], control: Attempt | None, early: Hop | None) -> Match:
    port = wanted[0]
    dead = [o for o in evidence.tcp if o.port in wanted and o.failure is not None]
    alive = next(o for o in evidence.tcp if o.ok)
    seen = [line(f"Port {o.port}: {outcome(o)}.", o) for o in dead[:3]]
    seen.append(
        line(f"The same server answers on port {alive.port} in {alive.elapsed_s * 1000:.0f} ms.", alive)
    )
    step = control.step(StepName.TCP) if control else None
    if step is not None:
        seen.append(line(f"Another server's port {port} is as dead from here: {outcome(step)}.", step))
    if early is not None and early.responder:
        seen.append(
            line(
                f"The path to port {port} ends at {early.responder}, {early.ttl} hops from here; the server is farther."
            )
        )
    endpoints = [
        a.endpoint for a in evidence.media if a.endpoint.port in wanted and a.status is Status.FAILED
    ]
    return Match(
        Confidence.CONFIRMED if step is not None and early is not None else Confidence.LIKELY,
        f"A firewall on your side blocks {ports(wanted)}.",
        f"{ports(wanted).capitalize()} gives no connection, but the same server answers on port {alive.port}. "
        + (
            "Another server's port is blocked in the same way, so it is not the server: "
            if step is not None
            else ""
        )
        + ("something" if step is not None else "Something")
        + " between this computer and the internet blocks it, most likely this network's firewall.",
        (Actor.ADMINISTRATOR,),
        Advice(
            user="Give the text below to whoever looks after this network."
            + (
                " Until then the player connects another way, which may take longer."
                if evidence.connected
                else ""
            ),
            administrator=f"Outbound TCP {ports(wanted)} is "
            + ("rejected" if _is_refused(dead) else "dropped")
            + " before it reaches the server. Allow it, to this server at least.",
            operator=f"The customer's network blocks {ports(wanted)}. Until it is opened, offer the same service on a port "
            "that passes: ADAPTOR.HOSTPORT in fms.ini (AMS), HostPort in VHost.xml (Wowza), a second “listen” (nginx-rtmp, "
            "SRS).",
            firewall_request=firewall_request(evidence, endpoints),
        ),
        "The same server answers on another port, and another server's port is blocked, too."
        if step is not None
        else "The same server answers on another port, and the path ends before it.",
        tuple(seen),
        rules_out=("the server being down", "the application's name"),
    )


def _is_refused(dead: list[Observation]) -> bool:
    return any(o.failure is not None and o.failure.kind is not FailureKind.TIMED_OUT for o in dead)


RULE = Rule(CAUSE, judge)
