"""port-blocked: a port is silent or refused by a device on the way, on this side of the internet."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.answers import answer, open_port, refused_port, server_spoke
from fmsdiag.diagnosis.evidence.paths import last_router, path_end
from fmsdiag.diagnosis.evidence.places import port_place, unanswered_at_the_end
from fmsdiag.diagnosis.evidence.port_proof import (
    Proof,
    ask_living_control,
    barred,
    first_choice_opens,
    living_port,
    proof_of,
    wanted_ports,
)
from fmsdiag.diagnosis.evidence.ports import open_path
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import Lines, alive_line, evidence_line, port_line, reference_line
from fmsdiag.diagnosis.lines.grounds import RuledOut, every_port_fails, server_not_reached
from fmsdiag.diagnosis.requests import needed, request
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.rules.firewall.port_blocked_by_family import blocked_over_one_family
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.hops import arrived
from fmsdiag.messages.text import Premise, Table, plural, step, text
from fmsdiag.model import (
    Actor,
    Carrier,
    Cause,
    Confidence,
    EvidenceLine,
    FailureKind,
    Hop,
    HopOutcome,
    Message,
    Observation,
    Question,
    Side,
    Status,
)


class Ports(FindingTexts, of="port-blocked.ports"):
    """Some ports are blocked; a comparison shows that the server is not the reason."""

    # translators: {ports} is a list of numbers, such as "80 and 443"
    headline = plural(
        "Port {ports} is blocked by a firewall in your network.",
        "Ports {ports} are blocked by a firewall in your network.",
    )
    explanation = plural(
        "Connections to port {ports} of {server:host} never get through, and the server is not the cause. A firewall "
        "between this computer and the internet blocks the port, most likely this network's own.",
        "Connections to ports {ports} of {server:host} never get through, and the server is not the cause. A firewall "
        "between this computer and the internet blocks these ports, most likely this network's own.",
    )
    acts = (Actor.ADMINISTRATOR,)
    you = (Steps.COPY_REQUEST, Steps.USE_BEST_ROUTE)
    administrator = (
        plural(
            "Allow outgoing TCP port {ports}, at least to {server:host}.",
            "Allow outgoing TCP ports {ports}, at least to {server:host}.",
        ),
    )
    operator = (
        plural(
            "Your customer's network blocks port {ports}. Until that is fixed, offer the service on a port that works from "
            "there.",
            "Your customer's network blocks ports {ports}. Until that is fixed, offer the service on a port that works from "
            "there.",
            premise=Premise.NOT_YET_OFFERED,
        ),
    )


class PortsUnseen(FindingTexts, of="port-blocked.ports-unseen"):
    """Likewise, and the server spoke RTMP on no other port: whether it works was not seen."""

    headline = Ports.headline
    explanation = plural(
        "Connections to port {ports} of {server:host} never get through. A firewall between this computer and the internet "
        "blocks the port, most likely this network's own. Nothing reaches the server there, so the test does not show "
        "whether the server answers on this port.",
        "Connections to ports {ports} of {server:host} never get through. A firewall between this computer and the internet "
        "blocks these ports, most likely this network's own. Nothing reaches the server there, so the test does not show "
        "whether the server answers on these ports.",
    )
    acts = Ports.acts
    you = Ports.you
    administrator = Ports.administrator
    operator = (
        *Ports.operator,
        plural(
            "Check that the server answers on port {ports}. Nothing from this network reaches it there.",
            "Check that the server answers on ports {ports}. Nothing from this network reaches it there.",
        ),
    )


class MostPorts(FindingTexts, of="port-blocked.most-ports"):
    """More ports than a headline can hold."""

    headline = text("Most ports are blocked by a firewall in your network.")
    explanation = Ports.explanation
    acts = Ports.acts
    you = Ports.you
    administrator = Ports.administrator
    operator = Ports.operator


class MostPortsUnseen(FindingTexts, of="port-blocked.most-ports-unseen"):
    """Likewise, and whether the server works was not seen."""

    headline = MostPorts.headline
    explanation = PortsUnseen.explanation
    acts = Ports.acts
    you = Ports.you
    administrator = Ports.administrator
    operator = PortsUnseen.operator


class NearHere(FindingTexts, of="port-blocked.near-here"):
    """Nothing shows that packets to the port leave this computer: its own security software may block it as well."""

    headline = plural(
        "Port {ports} is blocked in your network or on this computer.",
        "Ports {ports} are blocked in your network or on this computer.",
    )
    explanation = plural(
        "Connections to port {ports} of {server:host} never get through, and the server is not the cause. Either a firewall "
        "in your network blocks the port, or security software on this computer does. From here, the two look the same.",
        "Connections to ports {ports} of {server:host} never get through, and the server is not the cause. Either a firewall "
        "in your network blocks these ports, or security software on this computer does. From here, the two look the same.",
    )
    acts = (Actor.USER, Actor.ADMINISTRATOR)
    you = (
        plural(
            "If this computer has a firewall or antivirus of its own, allow outgoing connections to TCP port {ports} there.",
            "If this computer has a firewall or antivirus of its own, allow outgoing connections to TCP ports {ports} there.",
        ),
        Steps.COPY_REQUEST,
        Steps.USE_BEST_ROUTE,
    )
    administrator = Ports.administrator
    operator = Ports.operator
    decisive_test = text(
        "Run the test on another computer in this network. If it connects there, this computer is the cause."
    )


class NearHereUnseen(FindingTexts, of="port-blocked.near-here-unseen"):
    """Likewise, and whether the server works was not seen."""

    headline = NearHere.headline
    explanation = plural(
        "Connections to port {ports} of {server:host} never get through. Either a firewall in your network blocks the port, "
        "or security software on this computer does. From here, the two look the same. Nothing reaches the server there, so "
        "the test does not show whether the server answers on this port.",
        "Connections to ports {ports} of {server:host} never get through. Either a firewall in your network blocks these "
        "ports, or security software on this computer does. From here, the two look the same. Nothing reaches the server "
        "there, so the test does not show whether the server answers on these ports.",
    )
    acts = NearHere.acts
    you = NearHere.you
    administrator = Ports.administrator
    operator = PortsUnseen.operator
    decisive_test = NearHere.decisive_test


class AtProvider(FindingTexts, of="port-blocked.at-provider"):
    """The path test shows that packets leave this network and do not get as far as the server's side."""

    headline = plural(
        "Port {ports} is blocked by an internet provider.",
        "Ports {ports} are blocked by an internet provider.",
    )
    explanation = plural(
        "Connections to port {ports} of {server:host} never get through. The packets leave your network but stop before they "
        "reach the server's network. So a firewall at an internet provider on the path blocks the port.",
        "Connections to ports {ports} of {server:host} never get through. The packets leave your network but stop before they "
        "reach the server's network. So a firewall at an internet provider on the path blocks these ports.",
    )
    acts = (Actor.USER,)
    you = (Steps.SAVE_REPORT_FOR_PROVIDER, Steps.USE_BEST_ROUTE)
    administrator = (Steps.PASS_ON_TO_PROVIDER,)
    operator = (
        plural(
            "A provider between your customer and you blocks port {ports}. Until that is fixed, offer the service on a port "
            "that works from there.",
            "A provider between your customer and you blocks ports {ports}. Until that is fixed, offer the service on a port "
            "that works from there.",
            premise=Premise.NOT_YET_OFFERED,
        ),
    )


class OnTheWay(FindingTexts, of="port-blocked.on-the-way"):
    """The refusal comes from before the server; whose device sends it is not known."""

    headline = plural(
        "Port {ports} is blocked on the network path to the server.",
        "Ports {ports} are blocked on the network path to the server.",
    )
    explanation = plural(
        "Connections to port {ports} of {server:host} are refused by a device that is closer than the server. It may be a "
        "firewall in your network, at an internet provider, or in front of the server. The path test cannot show which one.",
        "Connections to ports {ports} of {server:host} are refused by a device that is closer than the server. It may be a "
        "firewall in your network, at an internet provider, or in front of the server. The path test cannot show which one.",
    )
    acts = (Actor.USER,)
    you = (Steps.OTHER_NETWORK, Steps.SAVE_REPORT_IF_FAILS_ELSEWHERE, Steps.USE_BEST_ROUTE)
    administrator = (
        plural(
            "Check whether this network blocks outgoing TCP port {ports}. If it does not, pass the report on to its internet "
            "provider.",
            "Check whether this network blocks outgoing TCP ports {ports}. If it does not, pass the report on to its internet "
            "provider.",
        ),
    )
    operator = (
        plural(
            "Check whether a firewall in front of the server refuses port {ports} to this customer.",
            "Check whether a firewall in front of the server refuses ports {ports} to this customer.",
        ),
    )
    decisive_test = text(
        "Run the test from another network, such as a phone's hotspot. If it connects there, the firewall is in this network "
        "or at its internet provider; if it fails there too, the firewall is on the server side.",
        premise=Premise.OTHER_NETWORK,
    )


class ThereOrBack(FindingTexts, of="port-blocked.there-or-back"):
    """What is sent leaves this network; whether it is lost there, or the answers to it on their way back, is not known."""

    headline = plural(
        "Port {ports} is blocked in your network or by an internet provider.",
        "Ports {ports} are blocked in your network or by an internet provider.",
    )
    explanation = plural(
        "Connections to port {ports} of {server:host} get no answer, and neither do those to the same port of another server. "
        "The packets leave your network. Either a firewall at an internet provider drops them farther on, or a firewall in "
        "your network or at the provider drops the answers. From here, these look the same.",
        "Connections to ports {ports} of {server:host} get no answer, and neither do those to the same ports of another "
        "server. The packets leave your network. Either a firewall at an internet provider drops them farther on, or a "
        "firewall in your network or at the provider drops the answers. From here, these look the same.",
    )
    acts = (Actor.ADMINISTRATOR,)
    you = (Steps.COPY_REQUEST, Steps.USE_BEST_ROUTE)
    administrator = (
        plural(
            "Check that this network lets out TCP port {ports} and lets back in what answers from it. If it does, pass the "
            "report on to its internet provider.",
            "Check that this network lets out TCP ports {ports} and lets back in what answers from them. If it does, pass the "
            "report on to its internet provider.",
        ),
    )
    operator = (
        plural(
            "A firewall between your customer and you blocks port {ports}. Until that is fixed, offer the service on a port "
            "that works from there.",
            "A firewall between your customer and you blocks ports {ports}. Until that is fixed, offer the service on a port "
            "that works from there.",
            premise=Premise.NOT_YET_OFFERED,
        ),
    )
    decisive_test = plural(
        "On this network's router, capture TCP port {ports} on the provider's side while the test runs again. If answers "
        "arrive there, the router drops them. If none arrive, the provider blocks the port.",
        "On this network's router, capture TCP ports {ports} on the provider's side while the test runs again. If answers "
        "arrive there, the router drops them. If none arrive, the provider blocks the ports.",
    )


class Server(FindingTexts, of="port-blocked.server"):
    """Every port of this server is blocked; other hosts pass."""

    headline = text("This server is blocked by a firewall in your network.")
    explanation = text(
        "Packets to {server:host} stop inside your network, at {router:address}. Packets to other hosts on the same port "
        "continue from there. So a firewall here allows only some hosts, or blocks this one."
    )
    acts = (Actor.ADMINISTRATOR,)
    you = (Steps.COPY_REQUEST, Steps.USE_BEST_ROUTE)
    administrator = (
        plural(
            "Allow outgoing TCP port {ports} to {server:host}.",
            "Allow outgoing TCP ports {ports} to {server:host}.",
        ),
    )
    operator = (
        step("Ask your customer's network administrator to allow your server. Their network blocks it."),
    )


class PortOfServer(FindingTexts, of="port-blocked.port-of-server"):
    """Packets to a port of this server stop here; the same port of other hosts and other ports of the server pass."""

    headline = plural(
        "A firewall in your network blocks port {ports} of this server.",
        "A firewall in your network blocks ports {ports} of this server.",
    )
    explanation = plural(
        "Packets to port {ports} of {server:host} stop inside your network, at {router:address}. The server answers on other "
        "ports, and the same port of other hosts can be reached. So a firewall here blocks this port for this server.",
        "Packets to ports {ports} of {server:host} stop inside your network, at {router:address}. The server answers on other "
        "ports, and the same ports of other hosts can be reached. So a firewall here blocks these ports for this server.",
    )
    acts = (Actor.ADMINISTRATOR,)
    you = (Steps.COPY_REQUEST, Steps.USE_BEST_ROUTE)
    administrator = (
        plural(
            "Allow outgoing TCP port {ports} to {server:host}, as to other hosts.",
            "Allow outgoing TCP ports {ports} to {server:host}, as to other hosts.",
        ),
    )
    operator = Ports.operator


class Suspected(FindingTexts, of="port-blocked.suspected"):
    """Silence that nothing was compared with."""

    headline = text("Port {port} does not answer; a firewall may be blocking it.")
    explanation = text(
        "Port {port} does not answer, but the same server answers on port {alive:port}. Either a firewall drops these "
        "packets, or the server does not use this port. From here, the two look the same."
    )
    acts = (Actor.ADMINISTRATOR, Actor.OPERATOR)
    you = (
        step("Ask the people who run the server whether it answers on port {port}."),
        step(
            "If it does, press Copy Request and send it to the person who runs this network.",
            Steps.COPY_REQUEST.action,
            elsewhere=text("If it does, send the request to the person who runs this network."),
        ),
        Steps.USE_BEST_ROUTE,
    )
    administrator = (step("Check whether outgoing TCP port {port} is allowed."),)
    operator = (Steps.CHECK_LISTENING,)
    decisive_test = text(
        "Run the test again with a reference server, or from another network, such as a phone's hotspot. If port {port} "
        "opens there, a firewall in this network blocks it.",
        premise=Premise.OTHER_NETWORK,
    )


class Earned(Table, of="port-blocked.earned"):
    """What the confidence rests on."""

    SENDER = text("The refusal came from {sender:address}, a device in your network.")
    REFERENCE_AND_PATH = text(
        "Port {port} of a reference server fails too, and packets stop inside your network."
    )
    REFERENCE = text("Port {port} of a reference server fails too, while its port {living:port} answers.")
    PATH_OF_PROVIDER = text(
        "The same server answers on another port. Packets to this one leave your network but stop before the server."
    )
    PATH_ENDS_EARLY = text(
        "The same server answers on another port. The refusal of this one comes from a device closer than the server."
    )
    PATH = text("The same server answers on another port, and packets to this one stop inside your network.")
    PATH_OF_PORT = text(
        "Packets to port {port} of this server stop inside your network; the same port of another host can be reached."
    )
    PATH_OF_HOST = text("Packets to this server stop inside your network; packets to another host get out.")
    NO_COMPARISON = text("No reference server was contacted, so nothing shows who drops the packets.")


class Excluded(Table, of="port-blocked.excluded"):
    EVERY_SERVER = text("Port {port} is not blocked to every server: a reference server answers on it.")


def judge(run: RunView) -> Answer:
    """The plan lost time or failed at a port; the control host's same port is as dead, or the path ends near us."""
    if run.is_loopback or run.is_captive:
        return None
    wanted = wanted_ports(run)
    if not wanted:
        return blocked_over_one_family(run)
    found = _conclusion(run, wanted) or blocked_over_one_family(run)
    return ask_unless_answered(_questions(run, wanted[0]), found)


def _questions(run: RunView, port: int) -> tuple[Question, ...]:
    controls = (*run.ask_control_port(port), *ask_living_control(run, port))
    if not run.open_ports:  # without a path that arrives, one that does not says little
        control = run.control_tcp(port)
        passed = control is not None and control.ok and port in run.dead_ports(FailureKind.TIMED_OUT)
        compared = (*run.ask_hops(port), *run.ask_control_hops(port)) if passed else ()
        return (*controls, *compared)
    return (*controls, *run.ask_hops(port), *run.ask_hops(run.open_ports[0]))


def _conclusion(run: RunView, wanted: tuple[int, ...]) -> Found | None:
    place = port_place(run, wanted[0])
    if place is not None and place.side is Side.TRANSIT:
        return _at_provider(run, wanted)
    if unanswered_at_the_end(run, wanted[0]):
        return _there_or_back(run, wanted)
    proofs = {port: proof for port in wanted if (proof := proof_of(run, port)).any}
    if proofs:
        return _ports_blocked(run, proofs | _proved_beside(run, wanted))
    end = barred(run, wanted[0])
    if end is not None:
        answered = answer(run) or refused_port(run)
        return (
            _host_barred(run, wanted[0], end)
            if answered is None
            else _port_of_server_barred(run, wanted, end)
        )
    if place is not None and place.side is Side.UNKNOWN and _is_refused_early(run, wanted[0]):
        return _on_the_way(run, wanted)
    silent = [p for p in wanted if p in run.dead_ports(FailureKind.TIMED_OUT, FailureKind.UNREACHABLE)]
    # a refusal is most often the server's own, and whole silence has causes of its own
    if not silent or run.sign_of_life is None or first_choice_opens(run):
        return None
    control, end = run.control_tcp(silent[0]), path_end(run.hops(silent[0]))
    left = end is not None and end.responder is not None and not run.on_local_side(end.responder)
    if left or (control is not None and control.ok):
        return None  # what is sent to the port leaves this network: the silence is the server's side's
    return _suspicion(run, silent[0])


def _proved_beside(run: RunView, wanted: tuple[int, ...]) -> dict[int, Proof]:
    """Silent ports of other ways to the server whose silence a reference server shows to be this network's as well."""
    silent = run.dead_ports(FailureKind.TIMED_OUT, FailureKind.UNREACHABLE)
    tried = dict.fromkeys(a.endpoint.port for a in run.media if a.endpoint.proxy is None)
    beside = (port for port in tried if port in silent and port not in wanted)
    return {port: proof for port in beside if (proof := proof_of(run, port)).control is not None}


def _ports_blocked(run: RunView, proofs: dict[int, Proof]) -> Found:
    blocked = tuple(proofs)
    port, proof = next(iter(proofs.items()))
    alive = run.sign_of_life
    dead = [o for o in run.sent if o.port in proofs and o.failure is not None]
    endpoints = [
        a.endpoint
        for a in run.attempts
        if a.experiment is None
        and a.endpoint.port in proofs
        and a.status in (Status.FAILED, Status.CANCELLED)
    ]
    certain = proof.sender is not None or (proof.control is not None and proof.early is not None)
    return Found(
        _case(run, blocked, proof),
        Confidence.CONFIRMED if certain else Confidence.LIKELY,
        _earned(run, port, proof),
        _seen(run, dead, alive, port, proof),
        values={"ports": blocked},
        # whoever else answers there: a website does not show that the media server runs
        rules_out=(RuledOut.SERVER_DOWN.of(port=alive.port or 0),)
        if alive is not None and server_spoke(run)
        else (),
        request=request(
            run, endpoints, reference=proof.control, stops_after=_last_passed(run, port, proof.early)
        ),
    )


def _case(run: RunView, blocked: tuple[int, ...], proof: Proof) -> type[FindingTexts]:
    spoke = server_spoke(run)
    if len(blocked) > 3:
        return MostPorts if spoke else MostPortsUnseen
    if _may_be_this_computer(run, blocked[0], proof):
        return NearHere if spoke else NearHereUnseen
    return Ports if spoke else PortsUnseen


def _may_be_this_computer(run: RunView, port: int, proof: Proof) -> bool:
    """Whether a refusal was not seen to come from beyond this computer, as where the system hides the routers.

    Silence is left to the network: what this computer's own software forbids, it mostly refuses.
    """
    refused = port in run.dead_ports(FailureKind.REFUSED)
    if not refused or run.hop_step(port) is None or proof.sender is not None:
        return False
    if any(hop.ttl > 0 and hop.responder is not None for hop in run.hops(port)):
        return False  # a router received it
    place = port_place(run, port)
    return place is None or place.side is Side.UNKNOWN


def _at_provider(run: RunView, wanted: tuple[int, ...]) -> Found:
    """The packets stop behind this network, and before the server's side."""
    blocked = tuple(
        port for port in wanted if (p := port_place(run, port)) is not None and p.side is Side.TRANSIT
    )
    dead = [o for o in run.sent if o.port in blocked and o.failure is not None]
    alive, end = run.sign_of_life, last_router(run.hops(blocked[0]))
    lines = [*map(port_line, dead[:2])]
    if alive is not None:
        lines.append(alive_line(alive))
    if end is not None:
        lines.append(path_end_line(run, blocked[0], end))
    control = run.control_tcp(blocked[0])
    if control is not None:
        lines.append(reference_line(run, control))
    excluded = [RuledOut.SERVER_DOWN.of(port=alive.port or 0)] if alive is not None else []
    if control is not None and control.ok:
        excluded.append(Excluded.EVERY_SERVER.of(port=blocked[0]))
    return Found(
        AtProvider,
        Confidence.LIKELY,
        Earned.PATH_OF_PROVIDER.of(),
        tuple(lines),
        values={"ports": blocked},
        rules_out=tuple(excluded),
    )


def _there_or_back(run: RunView, wanted: tuple[int, ...]) -> Found:
    """Nothing comes back from a port, here as from a reference server, though what is sent leaves this network."""
    blocked = tuple(port for port in wanted if unanswered_at_the_end(run, port))
    port, alive = blocked[0], run.sign_of_life
    dead = [o for o in run.sent if o.port in blocked and o.failure is not None]
    control, end = run.control_tcp(port), last_router(run.hops(port))
    lines = [*map(port_line, dead[:2])]
    if alive is not None:
        lines.append(alive_line(alive))
    if end is not None and end.responder is not None:
        values = {"port": port, "router": end.responder, "hops": end.ttl}
        lines.append(evidence_line(Lines.PATH_LEAVES.of(**values), run.hop_step(port)))
    if control is not None:
        lines.append(reference_line(run, control))
    return Found(
        ThereOrBack,
        Confidence.LIKELY,
        Earned.REFERENCE.of(port=port, living=living_port(run, port)),
        tuple(lines),
        values={"ports": blocked},
        rules_out=(RuledOut.SERVER_DOWN.of(port=alive.port or 0),) if alive is not None else (),
        request=request(
            run,
            [a.endpoint for a in run.media if a.status is Status.FAILED and a.endpoint.port in blocked],
            reference=control,
        ),
    )


def _is_refused_early(run: RunView, port: int) -> bool:
    """Whether a refusal comes back to packets that cannot have come as far as the server."""
    refused, distance = arrived(run.hops(port)), arrived(open_path(run))
    return refused is not None and distance is not None and refused < distance


def _on_the_way(run: RunView, wanted: tuple[int, ...]) -> Found:
    blocked = tuple(port for port in wanted if _is_refused_early(run, port))
    dead = [o for o in run.sent if o.port in blocked and o.failure is not None]
    alive, end = run.sign_of_life, path_end(run.hops(blocked[0]))
    return Found(
        OnTheWay,
        Confidence.LIKELY,
        Earned.PATH_ENDS_EARLY.of(),
        (
            *map(port_line, dead[:2]),
            *((alive_line(alive),) if alive is not None else ()),
            *((path_end_line(run, blocked[0], end),) if end is not None else ()),
        ),
        values={"ports": blocked},
        rules_out=(RuledOut.SERVER_DOWN.of(port=alive.port or 0),) if alive is not None else (),
    )


def _seen(
    run: RunView, dead: list[Observation], alive: Observation | None, port: int, proof: Proof
) -> tuple[EvidenceLine, ...]:
    seen = [port_line(o) for o in dead[:2]]
    if alive is not None:
        seen.append(alive_line(alive))
    control = proof.control or run.control_tcp(port)
    if control is not None:
        seen.append(reference_line(run, control))
    if proof.early is not None:
        seen.append(path_end_line(run, port, proof.early))
    return tuple(seen)


def path_end_line(run: RunView, port: int, end: Hop) -> EvidenceLine:
    """Where packets to a port stop."""
    step = run.hop_step(port)
    if end.ttl == 0:
        return evidence_line(Lines.PATH_ENDS_HERE.of(port=port), step)
    if end.responder is not None:
        return evidence_line(Lines.PATH_ENDS.of(port=port, router=end.responder, hops=end.ttl), step)
    if end.outcome != HopOutcome.REFUSED:
        return evidence_line(Lines.PATH_FAILS_NEAR.of(port=port, hops=end.ttl), step)
    # a refusal bears the server's address, whoever sent it
    last = last_router(run.hops(port))
    if last is None or last.responder is None:
        return evidence_line(Lines.PATH_REFUSED_NEAR.of(port=port, hops=end.ttl), step)
    return evidence_line(Lines.PATH_REFUSED.of(port=port, router=last.responder, hops=last.ttl), step)


def _last_passed(run: RunView, port: int, end: Hop | None) -> Hop | None:
    """The last router that answered for itself where the path to a port ends."""
    refused = end is not None and end.ttl > 0 and end.responder is None
    return last_router(run.hops(port)) if refused else end


def _earned(run: RunView, port: int, proof: Proof) -> Message:
    sender = proof.sender
    if sender is not None and sender.icmp is not None:
        return Earned.SENDER.of(sender=sender.icmp.sender or "")
    if proof.control is None:
        return Earned.PATH.of()
    if proof.early is not None:
        return Earned.REFERENCE_AND_PATH.of(port=port)
    return Earned.REFERENCE.of(port=port, living=living_port(run, port))


def _host_barred(run: RunView, port: int, end: Hop) -> Found:
    """Not the port is blocked but the server, on all ports that were tried."""
    dead = [o for o in run.sent if o.failure is not None]
    endpoints = needed([a for a in run.media if a.status is Status.FAILED and a.endpoint.proxy is None])
    numbers = tuple(dict.fromkeys(e.port for e in endpoints if e.transport.carrier is Carrier.TCP))
    control = run.control_tcp(port)
    return Found(
        Server,
        Confidence.LIKELY,
        Earned.PATH_OF_HOST.of(),
        (
            *(port_line(o) for o in dead[:2]),
            path_end_line(run, port, end),
            *((reference_line(run, control),) if control is not None else ()),
        ),
        values={"router": end.responder or "", "ports": numbers},
        rules_out=(*server_not_reached(run), *every_port_fails(run)),
        request=request(run, endpoints, reference=control, stops_after=end),
    )


def _port_of_server_barred(run: RunView, wanted: tuple[int, ...], end: Hop) -> Found:
    """The server answers elsewhere, so what stops here is one port of it."""
    barred_ports = tuple(port for port in wanted if port == wanted[0] or barred(run, port) is not None)
    dead = [o for o in run.sent if o.failure is not None and o.port in barred_ports]
    failed = [a for a in run.media if a.status is Status.FAILED and a.endpoint.proxy is None]
    control, alive = run.control_tcp(wanted[0]), open_port(run)
    return Found(
        PortOfServer,
        Confidence.LIKELY,
        Earned.PATH_OF_PORT.of(port=wanted[0]),
        (
            *(port_line(o) for o in dead[:2]),
            *((alive_line(alive),) if alive is not None else ()),
            path_end_line(run, wanted[0], end),
            *((reference_line(run, control),) if control is not None else ()),
        ),
        values={"router": end.responder or "", "ports": barred_ports},
        rules_out=(RuledOut.SERVER_DOWN.of(port=alive.port or 0),) if alive is not None else (),
        request=request(
            run,
            [a.endpoint for a in failed if a.endpoint.port in barred_ports],
            reference=control,
            stops_after=end,
        ),
    )


def _suspicion(run: RunView, port: int) -> Found:
    """Silence that nothing was compared with."""
    alive = run.sign_of_life
    assert alive is not None
    dead = [o for o in run.sent if o.port == port]
    endpoints = [a.endpoint for a in run.media if a.endpoint.port == port and a.status is Status.FAILED]
    return Found(
        Suspected,
        Confidence.POSSIBLE,
        Earned.NO_COMPARISON.of(),
        (*(port_line(o) for o in dead[:2]), alive_line(alive)),
        values={"port": port, "alive": alive.port or 0},
        rules_out=(RuledOut.SERVER_DOWN.of(port=alive.port or 0),),
        request=request(run, endpoints),
    )


RULE = Rule(Cause.PORT_BLOCKED, judge)
