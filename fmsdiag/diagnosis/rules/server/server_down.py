"""server-down: a router near the server says that the machine cannot be found, or it is silent on every port."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.port_proof import barred
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, ask_unless_answered, line
from fmsdiag.diagnosis.wording import joined, outcome, ports
from fmsdiag.model import Actor, Confidence, Experiment, FailureKind, Observation, StepName, Transport

CAUSE = "server-down"
_NET_UNREACHABLE = ((3, 0), (1, 0))  # ICMP (RFC 792) and ICMPv6 (RFC 4443), likewise below
_HOST_UNREACHABLE = ((3, 1), (1, 3))


def judge(run: RunView) -> Answer:
    """No port gives any sign while the control host answers; or a far router reports the host as unreachable."""
    tcp = run.sent
    silent = run.dead_ports(FailureKind.TIMED_OUT, FailureKind.UNREACHABLE)
    if not silent or len(silent) < len({o.port for o in tcp}):
        return None  # something opened or was refused: the machine, or somebody for it, answers
    if run.path_matters and any(_stopped_at_home(o, run) for o in tcp):
        return None
    questions = run.ask_control_port(silent[0])
    if len(silent) == 1 and not run.is_loopback:  # is it the port or the machine?
        questions += run.ask_server(Experiment.HTTP_ON_PORT, 443 if silent == (80,) else 80, Transport.HTTP)
    return ask_unless_answered(questions, _conclusion(run, silent))


def _conclusion(run: RunView, silent: tuple[int, ...]) -> Match | None:
    others = list(run.steps(StepName.TCP, run.performed(Experiment.HTTP_ON_PORT)))
    if any(o.ok or (o.failure is not None and o.failure.kind is FailureKind.REFUSED) for o in others):
        return None  # the machine answers on another port
    reported = [o for o in run.sent if _far_router(o, run)]
    control = run.control_tcp(silent[0])
    if control is not None and not control.ok and not any(_host_unreachable(o) for o in reported):
        return None  # the control is as dead: it is not this server
    if barred(run, silent[0]) is not None:
        return None  # it is this network that keeps us from the server
    passed = control if control is not None and control.ok else None
    tested = tuple(dict.fromkeys((*silent, *(o.port for o in others if o.port is not None))))
    return _match(run, tested, reported, passed)


def _far_router(observation: Observation, run: RunView) -> bool:
    """An ICMP "unreachable" from somebody who is neither this computer nor its own network."""
    failure = observation.failure
    if failure is None or failure.kind is not FailureKind.UNREACHABLE or failure.icmp is None:
        return False
    sender = failure.icmp.sender
    unreachable = (failure.icmp.type, failure.icmp.code) in (*_NET_UNREACHABLE, *_HOST_UNREACHABLE)
    return sender is not None and not run.on_local_side(sender) and unreachable


def _stopped_at_home(observation: Observation, run: RunView) -> bool:
    """Whether a router on our side of the internet says that it goes no further; our own address means no more than
    silence on the link."""
    icmp = observation.failure.icmp if observation.failure is not None else None
    own = {a for i in run.environment.interfaces for a in i.addresses}
    return icmp is not None and icmp.sender not in own and run.on_local_side(icmp.sender)


def _host_unreachable(observation: Observation) -> bool:
    """Whether the router that spoke stands on the server's own link; any router on the way can say "net unreachable"."""
    icmp = observation.failure.icmp if observation.failure is not None else None
    return icmp is not None and (icmp.type, icmp.code) in _HOST_UNREACHABLE


def _match(
    run: RunView,
    silent: tuple[int, ...],
    reported: list[Observation],
    control: Observation | None,
) -> Match:
    host = run.target.host
    each = {o.port: o for o in reversed(reported or run.sent)}
    seen = [
        line(f"Port {p}: {outcome(o)}.", o) for p, o in sorted(each.items(), key=lambda pair: pair[1].id)[:3]
    ]
    near_it = any(_host_unreachable(o) for o in reported)
    contrast = control is not None and (len(silent) > 1 or bool(reported))
    if control is not None:
        seen.append(line(f"Another server answers on port {control.port} from here.", control))
    sender = (
        reported[0].failure.icmp.sender
        if reported and reported[0].failure and reported[0].failure.icmp
        else None
    )
    return Match(
        Confidence.LIKELY if near_it or contrast else Confidence.POSSIBLE,
        "The server machine does not answer at all.",
        (
            f"A router {'near the server' if near_it else 'on the way'} ({sender}) reports that {host} cannot be reached. "
            if sender
            else f"{host} gives no sign of life on {ports(silent)}. "
        )
        + ("It is" if near_it or contrast else "It may be")
        + " switched off, cut off, or its address has changed. A firewall at the server that ignores this network would "
        "look the same."
        + (
            ""
            if near_it or contrast
            else " So would a firewall on your side, or a fault of your own internet connection."
        ),
        (Actor.OPERATOR,),
        Advice(
            user="Nothing on your side is known to be wrong. See whether other internet services work; if they do, "
            "send this report to the people who run the server.",
            operator=f"Check that the machine at {joined(run.addresses)} is running and connected, "
            + ("" if run.target.is_literal else f"that the name {host} points to the right address, ")
            + "and that no firewall or ban list drops this client.",
        ),
        "The router in front of the server says so."
        if near_it
        else "Another server answers on the same port from here."
        if contrast
        else f"Only port {silent[0]} was tested."
        if control is not None
        else "No comparison with another server could be made.",
        tuple(seen),
        rules_out=("the application's name",),
        decisive_test="Ask somebody on another network to try the same server: if it fails there too, the server is down.",
    )


RULE = Rule(CAUSE, judge)
