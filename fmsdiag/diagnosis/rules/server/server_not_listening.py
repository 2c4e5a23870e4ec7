"""server-not-listening: the machine is up and refuses every port; no media server runs on it."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.dns import has_ipv6_alone, leads_to_this_computer
from fmsdiag.diagnosis.evidence.paths import last_router
from fmsdiag.diagnosis.evidence.ports import planned_ports, refused_on_link
from fmsdiag.diagnosis.evidence.rtmfp import only_way, refused_greeting
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import ended_line, evidence_line, port_line, reference_line
from fmsdiag.diagnosis.lines.grounds import Grounds, RuledOut
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.server_settings import Topic, settings
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.hops import arrived
from fmsdiag.messages.text import Table, plural, step, text
from fmsdiag.model import (
    Actor,
    Cause,
    Confidence,
    EvidenceLine,
    Experiment,
    FailureKind,
    Message,
    Observation,
    StepName,
)


class OnePort(FindingTexts, of="server-not-listening.one-port"):
    """The only port that was tried is refused by the server itself."""

    headline = text("The server is up, but nothing listens on port {port}.")
    explanation = text(
        "{server:host} answers but refuses connections to port {port}. That happens when no program listens there: the "
        "media server is stopped, or it uses another port."
    )
    acts = (Actor.OPERATOR,)
    you = (Steps.CHECK_ADDRESS, Steps.SAVE_REPORT_IF_BOTH_RIGHT)
    operator = (
        plural(
            "Start the media server on {server:host}, and check that it listens on port {planned:ports}.",
            "Start the media server on {server:host}, and check that it listens on ports {planned:ports}.",
        ),
        Steps.SETTING,
    )


class AllPorts(FindingTexts, of="server-not-listening.all-ports"):
    """Likewise all ports that were tried."""

    headline = text("The server is up but refuses every port that was tested.")
    explanation = text(
        "{server:host} answers but refuses connections to ports {ports}. That happens when no program listens there: the "
        "media server is stopped, or it uses other ports."
    )
    acts = OnePort.acts
    you = OnePort.you
    operator = OnePort.operator


class Ipv6Alone(FindingTexts, of="server-not-listening.ipv6-alone"):
    """The name has IPv6 addresses alone, which refuse: many media servers listen on IPv4 only."""

    headline = text("No media server listens on the server's IPv6 address.")
    explanation = plural(
        "The name {server:host} has only IPv6 addresses, and the server refuses connections to port {ports} there. Many media "
        "servers listen on IPv4 only. If this one does, its name needs an IPv4 address. Otherwise the media server is stopped, "
        "or it uses another port.",
        "The name {server:host} has only IPv6 addresses, and the server refuses connections to ports {ports} there. Many media "
        "servers listen on IPv4 only. If this one does, its name needs an IPv4 address. Otherwise the media server is stopped, "
        "or it uses other ports.",
    )
    acts = OnePort.acts
    you = (
        step("Ask the people who run the server for an IPv4 address, and try that."),
        Steps.SAVE_REPORT,
    )
    operator = (
        step(
            "Let the media server listen on IPv6 as well, or give {server:host} an IPv4 address (A record)."
        ),
        *OnePort.operator,
    )


class Suspected(FindingTexts, of="server-not-listening.suspected"):
    """Whether the server or a firewall refuses is not known."""

    headline = plural(
        "Port {ports} is refused; the media server may not be running.",
        "Every tested port is refused; the media server may not be running.",
    )
    explanation = plural(
        "Connections to port {ports} of {server:host} are refused. That happens when no program listens there. A firewall "
        "that refuses connections would look the same.",
        "Connections to ports {ports} of {server:host} are refused. That happens when no program listens there. A "
        "firewall that refuses connections would look the same.",
    )
    acts = OnePort.acts
    you = OnePort.you
    operator = OnePort.operator
    decisive_test = text(
        "Run the test again with a reference server. If its port {port} opens, the refusal comes from this server."
    )


class NamedHere(FindingTexts, of="server-not-listening.named-here"):
    """A name that is not this computer's own leads to this computer."""

    headline = text("The server name points to this computer, where nothing is listening.")
    explanation = plural(
        "{server:host} points to this computer, which refuses connections to port {ports}. Either the media server here "
        "is stopped, or the name was pointed here to block it.",
        "{server:host} points to this computer, which refuses connections to ports {ports}. Either the media server here "
        "is stopped, or the name was pointed here to block it.",
    )
    acts = OnePort.acts
    you = OnePort.you
    operator = OnePort.operator
    decisive_test = text(
        "Look up the name from another network. If it points to another address there, it is blocked here.",
    )


class Seen(Table, of="server-not-listening.seen"):
    FAR = plural(
        "The refusal comes from {hops:count} hop away, outside this network.",
        "The refusal comes from {hops:count} hops away, outside this network.",
    )


class Excluded(Table, of="server-not-listening.excluded"):
    CONNECTION = text("The internet connection is not the cause: the refusal is an answer.")


class Earned(Table, of="server-not-listening.earned"):
    """What the confidence rests on."""

    REFERENCE = text("Port {port} of a reference server opens from here, so this network allows it.")
    FAR = text("The refusal comes from outside this network.")
    NAMED_HERE = text("Nothing shows whether the name is meant to point to this computer.")


def judge(run: RunView) -> Answer:
    """Every tested port is refused, by the server itself: its hop, or the control host's same port is open."""
    tcp = run.sent
    refused = run.dead_ports(FailureKind.REFUSED)
    if not refused or len(refused) < len({o.port for o in tcp}) or any(_by_another(o) for o in tcp):
        return None
    if leads_to_this_computer(run):
        return None  # it is this computer that refuses
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
    icmp = refusal.icmp
    return icmp is not None and icmp.sender not in (None, refusal.address)


def _conclusion(run: RunView, refused: tuple[int, ...], refusals: list[Observation]) -> Found | None:
    control, hops = run.control_tcp(refused[0]), run.hops(refused[0])
    router = last_router(hops)
    distance = arrived(hops)
    far = distance is not None and router is not None and not run.on_local_side(router.responder)
    near = refused_on_link(run, refused[0]) is not None
    if control is not None and not control.ok and not far and not near:
        return None  # the same refusal meets another server, and nothing shows that this one comes from far
    if control is None and distance == 1 and not near:
        return None  # the first hop refuses: this computer's own firewall or its router
    passed = control if control is not None and control.ok else None
    return _found(run, refused, refusals, passed, distance if far else None)


def _found(
    run: RunView,
    refused: tuple[int, ...],
    refusals: list[Observation],
    control: Observation | None,
    distance: int | None,
) -> Found:
    # a name that leads to this computer may be a name that was turned off
    own_name = run.target.is_literal or run.target.host.split(".")[-1] == "localhost"
    near = not run.is_loopback and refused_on_link(run, refused[0]) is not None
    known = control is not None or distance is not None or near or (run.is_loopback and own_name)
    one = len(refused) == 1
    sure, unsure = OnePort if one else AllPorts, NamedHere if run.is_loopback else Suspected
    case: type[FindingTexts] = sure if known else unsure
    if known and has_ipv6_alone(run) and not run.is_loopback:
        case = Ipv6Alone
    values: dict[str, object] = {
        "planned": planned_ports(run) or refused[:1],
        "settings": settings(run, Topic.PORT),
    }
    if case is not OnePort:
        values["ports"] = refused
    if case in (OnePort, Suspected):
        values["port"] = refused[0]
    return Found(
        case,
        Confidence.LIKELY if known else Confidence.POSSIBLE,
        _earned(run, control, distance, known),
        _seen(run, refused, refusals, control, distance),
        values=values,
        rules_out=(RuledOut.APPLICATION.of(), Excluded.CONNECTION.of()),
    )


def _earned(run: RunView, control: Observation | None, distance: int | None, known: bool) -> Message:
    if control is not None:
        return Earned.REFERENCE.of(port=control.port or 0)
    if distance is not None:
        return Earned.FAR.of()
    if run.is_loopback:
        return Grounds.THIS_COMPUTER.of() if known else Earned.NAMED_HERE.of()
    if known:
        return Grounds.SAME_LINK.of()
    return Grounds.NO_REFERENCE.of()


def _seen(
    run: RunView,
    refused: tuple[int, ...],
    refusals: list[Observation],
    control: Observation | None,
    distance: int | None,
) -> tuple[EvidenceLine, ...]:
    each = {o.port: o for o in reversed(refusals)}
    seen = [port_line(each[port]) for port in refused[:3]]
    if control is not None:
        seen.append(reference_line(run, control))
    by_udp = only_way(run)
    greeting = refused_greeting(by_udp) if by_udp is not None else None
    if by_udp is not None and greeting is not None:
        seen.append(ended_line(by_udp, greeting))
    if distance is not None:
        seen.append(evidence_line(Seen.FAR.of(hops=distance), run.hop_step(refused[0])))
    return tuple(seen[:5])


RULE = Rule(Cause.SERVER_NOT_LISTENING, judge, explains=(Cause.TUNNEL_NOT_OFFERED,))
