"""server-not-listening: the machine is up and refuses every port; no media server runs on it."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.rtmfp import only_way, refused_greeting
from fmsdiag.diagnosis.evidence.run import RunView, arrived, last_router
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, ask_unless_answered, line
from fmsdiag.diagnosis.wording import hops_away, joined, outcome, ports
from fmsdiag.model import Actor, Confidence, Experiment, FailureKind, Observation, StepName

CAUSE = "server-not-listening"


def judge(run: RunView) -> Answer:
    """Every tested port is refused, by the server itself: its hop, or the control host's same port is open."""
    tcp = run.sent
    refused = run.dead_ports(FailureKind.REFUSED)
    if not refused or len(refused) < len({o.port for o in tcp}) or any(_by_another(o) for o in tcp):
        return None
    elsewhere = _also_refused(run)
    if run.asked_for is not None and len(refused) == 1 and not elsewhere:
        return None  # only the port of a special transport was tried: plain RTMP may be served beside it
    questions = (*run.ask_control_port(refused[0]), *run.ask_hops(refused[0]))
    ports = tuple(dict.fromkeys((*refused, *elsewhere)))
    return ask_unless_answered(questions, _conclusion(run, ports, [*tcp, *elsewhere.values()]))


def _also_refused(run: RunView) -> dict[int, Observation]:
    """Ports that rules asked for beside the plan's, if the server refuses all of them; with RTMFP alone, that as well."""
    asked = run.performed(Experiment.SERVER_PORT)
    steps = [o for a in asked if (o := a.step(StepName.TCP)) is not None]
    refused = [o for o in steps if _failed_by(o, FailureKind.REFUSED) and not _by_another(o)]
    by_udp = only_way(run)
    if len(refused) < len(steps) or (by_udp is not None and refused_greeting(by_udp) is None):
        return {}
    return {o.port: o for o in refused if o.port is not None}


def _failed_by(step: Observation, kind: FailureKind) -> bool:
    return step.failure is not None and step.failure.kind is kind


def _by_another(refusal: Observation) -> bool:
    """Whether an ICMP error refused in the server's place."""
    icmp = refusal.failure.icmp if refusal.failure is not None else None
    return icmp is not None and icmp.sender not in (None, refusal.address)


def _conclusion(run: RunView, refused: tuple[int, ...], refusals: list[Observation]) -> Match | None:
    control, hops = run.control_tcp(refused[0]), run.hops(refused[0])
    router = last_router(hops)
    distance = arrived(hops)
    far = distance is not None and router is not None and not run.on_local_side(router.responder)
    if control is not None and not control.ok and not far:
        return None  # the same refusal meets another server, and nothing shows that this one comes from far
    if control is None and distance == 1:
        return None  # the first hop refuses: this computer's own firewall or its router
    passed = control if control is not None and control.ok else None
    return _match(run, refused, refusals, passed, distance if far else None)


def _match(
    run: RunView,
    refused: tuple[int, ...],
    refusals: list[Observation],
    control: Observation | None,
    distance: int | None,
) -> Match:
    host = run.target.host
    each = {o.port: o for o in reversed(refusals)}
    seen = [line(f"Port {p}: {outcome(each[p])}.", each[p]) for p in refused[:3]]
    if control is not None:
        seen.append(line(f"Another server accepts connections on port {control.port} from here.", control))
    by_udp = only_way(run)
    greeting = refused_greeting(by_udp) if by_udp is not None else None
    if greeting is not None:
        seen.append(line(f"RTMFP on UDP port {greeting.port}: {outcome(greeting)}.", greeting))
    if distance is not None:
        text = f"The refusal comes from {hops_away(distance)}, past this network."
        seen.append(line(text, run.hop_step(refused[0])))
    local = run.is_loopback
    # a name that leads to this computer may be a name that somebody turned off
    meant = local and (run.target.is_literal or host.split(".")[-1] == "localhost")
    known = control is not None or distance is not None or meant
    one = len(refused) == 1
    which = ports(refused)
    return Match(
        Confidence.LIKELY if known else Confidence.POSSIBLE,
        f"The server is up, but nothing listens on {which}."
        if one
        else "The server is up, but no media server runs on it.",
        f"{host} answers, and refuses {'the connection' if one else 'every connection'} ({which}). A machine does that "
        f"when no program waits on {'this port' if one else 'these ports'}: the media server is stopped, or listens "
        "elsewhere."
        + ("" if known else " A firewall that refuses in the server's place would look the same."),
        (Actor.OPERATOR,),
        Advice(
            user="Check the server name and port against what you were given. If they are right, send this report to the "
            "people who run the server.",
            operator=f"Start the media server on {host} and check the ports that it listens on "
            f"({joined([str(p) for p in refused])}): HostPort in Adaptor.xml (AMS), VHost.xml (Wowza), red5.properties (Red5), "
            "“listen” (nginx-rtmp, SRS).",
        ),
        "Another server's port is open from here, so the refusal is this server's own."
        if control is not None
        else "The refusal comes from past this network."
        if distance is not None
        else "The server is this computer, so nobody stands between."
        if local
        else "No comparison with another server could be made.",
        tuple(seen),
        rules_out=("the application's name", "an interruption of the internet connection"),
        decisive_test="" if known else f"Try port {refused[0]} of another server from here.",
    )


RULE = Rule(CAUSE, judge, explains=("tunnel-not-offered",))
