"""server-down: a router near the server says that the machine cannot be found, or it is silent on every port."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence import Evidence
from fmsdiag.diagnosis.rule import Answer, Ask, Match, Rule, line
from fmsdiag.diagnosis.wording import outcome, ports
from fmsdiag.model import Actor, Advice, Confidence, Experiment, FailureKind, Observation, Question, Status
from fmsdiag.target import is_private_address

CAUSE = "server-down"


def judge(evidence: Evidence) -> Answer:
    """No port gives any sign while the control host answers; or a far router reports the host as unreachable."""
    tcp = evidence.tcp
    if not tcp or any(o.ok for o in tcp):
        return None
    reported = [o for o in tcp if _far_router(o, evidence)]
    silent = evidence.dead_ports(FailureKind.TIMED_OUT, FailureKind.UNREACHABLE)
    if len(silent) < len({o.port for o in tcp}):
        return None  # something was refused: the machine, or somebody for it, answers
    if not reported and len(silent) < 2:
        return None  # one silent port says nothing about the machine
    questions = _questions(evidence, silent)
    controls = evidence.performed(Experiment.CONTROL_PORT)
    passed = [a for a in controls if a.status is Status.CONNECTED]
    if not controls and questions and not reported:
        return Ask(questions, _match(evidence, silent, reported, None))
    if controls and not passed and not reported:
        return None  # the control is as dead: it is not this server
    return _match(evidence, silent, reported, passed[0].observations[-1] if passed else None)


def _questions(evidence: Evidence, silent: tuple[int, ...]) -> tuple[Question, ...]:
    return (*evidence.ask_control_port(silent[0]), *evidence.ask_hops(silent[0]))


def _far_router(observation: Observation, evidence: Evidence) -> bool:
    """An ICMP "unreachable" from somebody who is neither this computer nor its own network."""
    failure = observation.failure
    if failure is None or failure.kind is not FailureKind.UNREACHABLE or failure.icmp is None:
        return False
    sender = failure.icmp.sender
    own = {a for i in evidence.environment.interfaces for a in i.addresses} | set(
        evidence.environment.default_gateways
    )
    prohibited = (failure.icmp.type, failure.icmp.code) in ((3, 9), (3, 10), (3, 13), (1, 1))
    return sender is not None and sender not in own and not is_private_address(sender) and not prohibited


def _match(
    evidence: Evidence, silent: tuple[int, ...], reported: list[Observation], control: Observation | None
) -> Match:
    host = evidence.target.host
    seen = [line(f"Port {o.port}: {outcome(o)}.", o) for o in (reported or evidence.tcp)[:3]]
    if control is not None:
        seen.append(line(f"Another server answers on port {control.port} from here.", control))
    sender = (
        reported[0].failure.icmp.sender
        if reported and reported[0].failure and reported[0].failure.icmp
        else None
    )
    return Match(
        Confidence.LIKELY if reported or control is not None else Confidence.POSSIBLE,
        "The server machine does not answer at all.",
        (
            f"A router near the server ({sender}) reports that {host} cannot be reached. "
            if sender
            else f"{host} gives no sign of life on {ports(silent)}. "
        )
        + "It is switched off, cut off, or its address has changed. A firewall at the server that ignores this network "
        "would look the same.",
        (Actor.OPERATOR,),
        Advice(
            user="Nothing on your side is known to be wrong. Send this report to the people who run the server.",
            operator=f"Check that the machine at {', '.join(evidence.addresses)} is running and connected, that the name "
            f"{host} points to the right address, and that no firewall or ban list drops this client.",
        ),
        "A router on the way says so."
        if reported
        else "Another server answers on the same port from here."
        if control is not None
        else "No comparison with another server could be made.",
        tuple(seen),
        rules_out=("the application's name",),
        decisive_test="Ask somebody on another network to try the same server: if it fails there too, the server is down.",
    )


RULE = Rule(CAUSE, judge)
