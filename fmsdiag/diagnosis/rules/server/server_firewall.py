"""server-firewall: what is sent to the server's port leaves this network and dies at the server's side."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.paths import loop_of, path_end
from fmsdiag.diagnosis.evidence.port_proof import (
    barred,
    first_choice_opens,
    is_blocked,
    rejects_host,
    wanted_ports,
)
from fmsdiag.diagnosis.evidence.ports import (
    SILENT,
    left_home,
    says_forbidden,
    says_no_way,
)
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import Lines, alive_line, evidence_line, port_line, reference_line
from fmsdiag.diagnosis.lines.grounds import RuledOut
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Premise, Table, plural, step, text
from fmsdiag.model import (
    Actor,
    Cause,
    Confidence,
    EvidenceLine,
    Experiment,
    FailureKind,
    Observation,
    StepName,
)


class Rejected(FindingTexts, of="server-firewall.rejected"):
    """A firewall at the server says that the port is prohibited."""

    headline = text("A firewall on the server side blocks port {port}.")
    explanation = text(
        "{sender:address}, which is outside this network, reports that port {port} is prohibited. So a firewall on "
        "{server:host} or in front of it rejects the connection, for everyone or only for this network."
    )
    acts = (Actor.OPERATOR,)
    you = (Steps.SAVE_REPORT, Steps.USE_BEST_ROUTE)
    operator = (
        plural(
            "Allow TCP port {ports} from this customer's public IP address, on the server and in front of it.",
            "Allow TCP ports {ports} from this customer's public IP address, on the server and in front of it.",
        ),
        step(
            "Check cloud security groups, firewall rules (such as “nft list ruleset”), and ban lists such as fail2ban."
        ),
        step("Check that the media server listens on port {port} and takes new connections."),
    )


class RejectedByRouter(FindingTexts, of="server-firewall.rejected-by-router"):
    """A router outside this network says so of this server, and not of a reference server."""

    headline = text("Most likely, a firewall on the server side blocks port {port}.")
    explanation = text(
        "{sender:address}, which is outside this network, reports that port {port} is prohibited. A reference server answers "
        "on the same port. Most likely, {sender:address} protects {server:host}. An internet provider that blocks this server "
        "would look the same."
    )
    acts = Rejected.acts
    you = Rejected.you
    operator = Rejected.operator


class RejectedSuspected(FindingTexts, of="server-firewall.rejected-suspected"):
    """A router outside this network says so; whether it does so for this server only is not known."""

    headline = text("A router outside this network blocks port {port}.")
    explanation = text(
        "{sender:address}, which is outside this network, reports that port {port} is prohibited. Most likely it "
        "protects {server:host}. An internet provider that blocks this port to every server would look the same."
    )
    acts = Rejected.acts
    you = Rejected.you
    operator = Rejected.operator
    decisive_test = text(
        "Run the test again with a reference server. If its port {port} opens, only this server is blocked."
    )


class Dropped(FindingTexts, of="server-firewall.dropped"):
    """The port is silent, and what is sent to it leaves this network; another port of the server answers.

    A path test sees the way there alone: what drops the server's answers on their way back looks the same.
    """

    headline = text("Most likely, a firewall on the server side blocks port {port}.")
    explanation = text(
        "This network allows port {port}: a reference server answers on it. {server:host} answers on another port, but "
        "not on this one. Most likely, a firewall on the server or in front of it drops the packets, for everyone or only for "
        "this network. A media server that is too busy to take new connections, or a firewall in this network that drops what "
        "comes back, would look the same."
    )
    acts = (Actor.OPERATOR, Actor.ADMINISTRATOR)
    you = Rejected.you
    administrator = (
        step(
            "If the server operator finds nothing, check that no rule or blocklist here drops what comes back from port {port} "
            "of {server:host}."
        ),
    )
    operator = Rejected.operator


class DroppedSuspected(FindingTexts, of="server-firewall.dropped-suspected"):
    """Likewise, and the path test does not show that the packets leave this network."""

    headline = text("A firewall on the server side may block port {port}.")
    explanation = text(
        "This network allows port {port}: a reference server answers on it. Something answers on another port of "
        "{server:host}, but not on this one. Most likely a firewall on the server side drops the packets. The path test does "
        "not show whose firewall it is, so a filter in this network is not ruled out."
    )
    acts = Rejected.acts
    you = (Steps.OTHER_NETWORK, Steps.SAVE_REPORT_IF_FAILS_ELSEWHERE, Steps.USE_BEST_ROUTE)
    administrator = (step("Check that no firewall or filter here blocks {server:host}."),)
    operator = Rejected.operator
    decisive_test = text(
        "Run the test from another network, such as a phone's hotspot. If port {port} fails there too, most likely the server "
        "blocks it.",
        premise=Premise.OTHER_NETWORK,
    )


class Ignored(FindingTexts, of="server-firewall.ignored"):
    """The server is silent on every port."""

    headline = text("A firewall on the server side may block this network.")
    explanation = text(
        "This network allows port {port}: a reference server answers on it. {server:host} does not answer on any port "
        "that was tried. Either a firewall or ban list on the server side drops packets from this network, or the "
        "machine is down. From here, the two look the same."
    )
    acts = Rejected.acts
    you = (
        Steps.OTHER_NETWORK,
        step("If it works there, tell the people who run the server that it may be blocking your network."),
        Steps.SAVE_REPORT_IF_FAILS_ELSEWHERE,
    )
    operator = Rejected.operator
    decisive_test = text(
        "Run the test from another network, such as a phone's hotspot. If it works there, the server blocks this network.",
        premise=Premise.OTHER_NETWORK,
    )


class Seen(Table, of="server-firewall.seen"):
    ARRIVES = plural(
        "Packets to port {port} leave this network and reach the server, {hops:count} hop away.",
        "Packets to port {port} leave this network and reach the server, {hops:count} hops away.",
        by="hops",
    )


class Excluded(Table, of="server-firewall.excluded"):
    OWN_FIREWALL = text("A firewall in this network is not the cause: the rejection comes from outside it.")


class Earned(Table, of="server-firewall.earned"):
    """What the confidence rests on."""

    BY_SERVER = text("The rejection comes from the server itself.")
    BY_ROUTER = text("The rejection comes from a router outside this network.")
    OTHER_PORT = text("A reference server answers on the same port, and this server on another one.")
    ONLY_REFERENCE = text(
        "A reference server answers on the same port, but a server that is down would look the same."
    )


def judge(run: RunView) -> Answer:
    """A prohibition from far away, or silence of a port that the control host's same port and the path contradict."""
    first = next(iter(wanted_ports(run)), None)
    wanted = [p for p in wanted_ports(run) if p in run.dead_ports(*SILENT)]
    if not wanted or run.is_loopback or run.is_captive or not run.path_matters:
        return None
    if first is not None and first not in wanted and is_blocked(run, first):
        return None  # this network refuses what is tried first: the server behind it was not seen
    if first_choice_opens(run):
        return (
            None  # ordinary servers have no other port; that what was asked for fails behind it is the matter
        )
    for seen in run.sent:
        if seen.port in wanted and _prohibits(seen, run):
            return _prohibited(run, seen)
    port = wanted[0]
    seen = next(o for o in run.sent if o.port == port)
    if any(_unreachable(o) for o in run.sent):
        return None  # a router says that the machine cannot be found
    control = run.control_tcp(port)
    if control is None or not control.ok:
        return None  # port-blocked and server-down ask for it
    if loop_of(run.hops(port)) is not None:
        return None  # nothing arrives where a firewall could be
    if barred(run, port) is not None or rejects_host(run) is not None:
        return None  # nor does it come as far as the server's side
    questions = run.ask_hops(port)
    passed = left_home(run, port) is not None or not run.hops(port)
    return ask_unless_answered(questions, _silent(run, seen, control, passed))


def _prohibited(run: RunView, seen: Observation) -> Answer:
    """By the server itself, or by a router on the way: whose rule that is, another server's same port tells."""
    if _is_server(seen):
        return _rejected(run, seen, Confidence.CONFIRMED)
    port = seen.port or 0
    control = run.control_tcp(port)
    if control is None:
        suspected = _rejected(run, seen, Confidence.POSSIBLE)
        return ask_unless_answered(run.ask_control_port(port), suspected)
    theirs, ours = control.icmp, seen.icmp
    if theirs is not None and ours is not None and theirs.sender == ours.sender:
        return None  # the same router says so of everybody: it is not this server's
    return _rejected(run, seen, Confidence.LIKELY if control.ok else Confidence.POSSIBLE)


def _prohibits(seen: Observation, run: RunView) -> bool:
    icmp = seen.icmp
    return icmp is not None and says_forbidden(icmp) and not run.on_local_side(icmp.sender)


def _is_server(seen: Observation) -> bool:
    icmp = seen.icmp
    return icmp is not None and icmp.sender == seen.address


def _unreachable(seen: Observation) -> bool:
    return says_no_way(seen.icmp)


def _machine_lives(run: RunView) -> bool:
    """Whether another port of the server gave any answer of its own."""
    if run.open_ports or any(not is_blocked(run, port) for port in run.dead_ports(FailureKind.REFUSED)):
        return True
    asked = run.performed(Experiment.HTTP_ON_PORT)
    steps = run.steps(StepName.TCP, asked)
    return any(o.ok or (o.failure is not None and o.failure.kind is FailureKind.REFUSED) for o in steps)


def _rejected(run: RunView, seen: Observation, confidence: Confidence) -> Found:
    icmp = seen.icmp
    sender = {"sender": icmp.sender or ""} if icmp is not None else {}
    by_router = RejectedSuspected if confidence is Confidence.POSSIBLE else RejectedByRouter
    return Found(
        Rejected if _is_server(seen) else by_router,
        confidence,
        Earned.BY_SERVER.of() if _is_server(seen) else Earned.BY_ROUTER.of(),
        _seen(run, seen, None),
        values=_values(run, seen.port or 0) | sender,
        rules_out=(Excluded.OWN_FIREWALL.of(), RuledOut.APPLICATION.of()),
    )


def _silent(run: RunView, seen: Observation, control: Observation, passed: bool) -> Found:
    alive = _machine_lives(run)
    likely = Dropped if passed else DroppedSuspected
    return Found(
        likely if alive else Ignored,
        Confidence.LIKELY if alive and passed else Confidence.POSSIBLE,
        Earned.OTHER_PORT.of() if alive else Earned.ONLY_REFERENCE.of(),
        _seen(run, seen, control),
        values=_values(run, seen.port or 0),
        rules_out=(RuledOut.APPLICATION.of(),),
    )


def _values(run: RunView, port: int) -> dict[str, object]:
    silent = tuple(p for p in wanted_ports(run) if p in run.dead_ports(*SILENT))
    return {"port": port, "ports": silent or (port,)}


def _seen(run: RunView, seen: Observation, control: Observation | None) -> tuple[EvidenceLine, ...]:
    port, life = seen.port or 0, run.sign_of_life
    lines = [port_line(seen)]
    if control is not None:
        lines.append(reference_line(run, control))
    last, end = left_home(run, port), path_end(run.hops(port))
    if end is not None and end.responder is not None and end.responder in run.addresses:
        lines.append(evidence_line(Seen.ARRIVES.of(port=port, hops=end.ttl), run.hop_step(port)))
    elif last is not None and last.responder is not None:
        said = Lines.PATH_LEAVES.of(port=port, router=last.responder, hops=last.ttl)
        lines.append(evidence_line(said, run.hop_step(port)))
    if life is not None:
        lines.append(alive_line(life))
    return tuple(lines)


RULE = Rule(Cause.SERVER_FIREWALL, judge)
