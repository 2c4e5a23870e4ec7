"""server-firewall: what is sent to the server's port leaves this network and dies at the server's side."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.port_proof import barred, wanted_ports
from fmsdiag.diagnosis.evidence.ports import (
    FILTERED,
    NET_OR_HOST_UNREACHABLE,
    SILENT,
    icmp_of,
    last_sign,
    left_home,
)
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, ask_unless_answered, line
from fmsdiag.diagnosis.wording import outcome, ports
from fmsdiag.model import Actor, Confidence, Experiment, FailureKind, Observation, StepName

CAUSE = "server-firewall"


def judge(run: RunView) -> Answer:
    """A prohibition from far away, or silence of a port that the control host's same port and the path contradict."""
    wanted = [p for p in wanted_ports(run) if p in run.dead_ports(*SILENT)]
    if not wanted or run.is_loopback or run.is_captive or not run.path_matters:
        return None
    for step in run.sent:
        if step.port in wanted and _prohibits(step, run):
            return _prohibited(run, step)
    port = wanted[0]
    step = next(o for o in run.sent if o.port == port)
    if any(_unreachable(o) for o in run.sent):
        return None  # a router says that the machine cannot be found
    control = run.control_tcp(port)
    if control is None or not control.ok:
        return None  # port-blocked and server-down ask for it
    if barred(run, port) is not None:
        return None  # nor does it come as far as the server's side
    questions = run.ask_hops(port)
    passed = left_home(run, port) is not None or not run.hops(port)
    likely = passed and _machine_lives(run)
    return ask_unless_answered(
        questions, _match(run, step, Confidence.LIKELY if likely else Confidence.POSSIBLE, control)
    )


def _prohibited(run: RunView, step: Observation) -> Answer:
    """By the server itself, or by a router on the way: whose rule that is, another server's same port tells."""
    if _is_server(step):
        return _match(run, step, Confidence.CONFIRMED, None)
    port = step.port or 0
    control = run.control_tcp(port)
    if control is None:
        match = _match(run, step, Confidence.POSSIBLE, None)
        return ask_unless_answered(run.ask_control_port(port), match)
    theirs, ours = icmp_of(control), icmp_of(step)
    if theirs is not None and ours is not None and theirs.sender == ours.sender:
        return None  # the same router says so of everybody: it is not this server's
    return _match(run, step, Confidence.LIKELY, None)


def _prohibits(step: Observation, run: RunView) -> bool:
    icmp = icmp_of(step)
    return icmp is not None and (icmp.type, icmp.code) in FILTERED and not run.on_local_side(icmp.sender)


def _is_server(step: Observation) -> bool:
    icmp = icmp_of(step)
    return icmp is not None and icmp.sender == step.address


def _unreachable(step: Observation) -> bool:
    icmp = icmp_of(step)
    return icmp is not None and (icmp.type, icmp.code) in NET_OR_HOST_UNREACHABLE


def _machine_lives(run: RunView) -> bool:
    """Whether another port of the server gave any answer of its own."""
    if run.open_ports or run.dead_ports(FailureKind.REFUSED):
        return True
    asked = run.performed(Experiment.HTTP_ON_PORT)
    steps = run.steps(StepName.TCP, asked)
    return any(o.ok or (o.failure is not None and o.failure.kind is FailureKind.REFUSED) for o in steps)


def _match(run: RunView, step: Observation, confidence: Confidence, control: Observation | None) -> Match:
    port = step.port or 0
    alive = _machine_lives(run)
    icmp = icmp_of(step)
    said = control is None and icmp is not None
    seen = [line(f"Port {port}: {outcome(step)}.", step)]
    if control is not None:
        seen.append(line(f"Another server accepts connections on port {port} from here.", control))
    if left_home(run, port) is not None:
        text = f"What is sent to port {port} leaves this network: the last answer comes from {last_sign(run.hops(port))}."
        seen.append(line(text, run.hop_step(port)))
    life = run.sign_of_life
    if life is not None:
        seen.append(line(f"The same server answers on port {life.port}.", life))
    silent = [p for p in wanted_ports(run) if p in run.dead_ports(*SILENT)]
    return Match(
        confidence,
        f"A router beyond this network prohibits port {port}."
        if said and confidence is Confidence.POSSIBLE
        else f"A firewall at the server's side blocks port {port}."
        if alive or said
        else "A firewall at the server may ignore this network.",
        (
            f"{icmp.sender if icmp else ''} answers that {ports([port])} is prohibited, and it does not belong to this "
            "network. "
            if said
            else f"This network lets port {port} out, for another server answers on it. "
        )
        + (
            f"So a firewall before or on {run.target.host} rejects it, for everybody or for this network."
            if said
            else f"Yet {run.target.host} gives no answer there: a firewall before or on the server discards it, for "
            "everybody or for this network."
            if alive
            else f"Yet {run.target.host} is silent on every port that was tried. Either a firewall or ban list at the "
            "server discards what comes from this network, or the machine is down. From here, the two look alike."
        ),
        (Actor.OPERATOR,),
        Advice(
            user="Nothing on your side is known to be wrong. Send this report to the people who run the server"
            + (
                ". Until then the player connects another way, which may take longer."
                if run.plan_succeeded
                else "."
            ),
            operator=f"Check the firewalls before and on {', '.join(run.addresses)} (security groups of the data centre, "
            f"“nft list ruleset”, fail2ban): allow TCP {ports(silent or [port])} from this customer's public address, and "
            "check "
            "that the media server listens there.",
        ),
        "The prohibition comes from the server itself."
        if said and _is_server(step)
        else "The prohibition comes from a router beyond this network."
        if said
        else "Another server answers on the same port, and this server on another one."
        if alive
        else "Another server answers on the same port, but a machine that is down would look the same.",
        tuple(seen[:5]),
        rules_out=("this network's firewall", "the application's name"),
        decisive_test=""
        if alive or said
        else "Ask somebody on another network to try the same server: if it works there, it is this network that is banned.",
    )


RULE = Rule(CAUSE, judge)
