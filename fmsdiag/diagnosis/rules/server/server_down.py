"""server-down: a router near the server says that the machine cannot be found, or it is silent on every port."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.paths import loop_of
from fmsdiag.diagnosis.evidence.port_proof import barred
from fmsdiag.diagnosis.evidence.ports import says_forbidden, says_no_way
from fmsdiag.diagnosis.evidence.proxies import (
    allowed,
    ask_control_through,
    controls_through,
    directly_open,
    proxied,
    served_control,
    unreached_through,
)
from fmsdiag.diagnosis.evidence.routes import proxy_of
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import Lines, attempt_line, evidence_line, port_line, reference_line
from fmsdiag.diagnosis.lines.grounds import Grounds, RuledOut
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Premise, Table, plural, step, text
from fmsdiag.model import (
    Actor,
    Cause,
    Confidence,
    Experiment,
    FailureKind,
    Message,
    NextHop,
    Observation,
    StepName,
    Transport,
)
from fmsdiag.private_addresses import is_nat64_address, is_private_address


class ReportedByRouter(FindingTexts, of="server-down.reported-by-router"):
    """A router on the server's own link says that it cannot find the machine."""

    headline = text("The server does not answer at all.")
    explanation = text(
        "{router:address}, a router near the server, reports that it cannot reach {server:host}. The machine is turned "
        "off or disconnected, or its address has changed."
    )
    acts = (Actor.OPERATOR,)
    you = (Steps.SAVE_REPORT,)
    operator = (
        plural(
            "Check that the machine is running and connected, and that {addresses} is still its address.",
            "Check that the machine is running and connected, and that {addresses} are still its addresses.",
        ),
    )
    decisive_test = text(
        "Run the test from another network, such as a phone's hotspot. If it fails there too, most likely the server is down "
        "or has another address. If it connects there, the server or something on the network path keeps this network out.",
        premise=Premise.OTHER_NETWORK,
    )


class Loop(FindingTexts, of="server-down.loop"):
    """Two routers send what is for the server to each other."""

    headline = text("Packets to the server go in circles and never arrive.")
    explanation = text(
        "The routers {first:address} and {second:address} send packets for {server:host} to each other until they expire. "
        "Nothing reaches the server, so this test does not show whether it runs. The route to its address is wrong, or its "
        "network is disconnected."
    )
    acts = (Actor.OPERATOR,)
    you = (Steps.SAVE_REPORT,)
    operator = (
        plural(
            "Report the routing loop between {first:address} and {second:address} to your hosting provider, and check that "
            "{addresses} is still the server's address.",
            "Report the routing loop between {first:address} and {second:address} to your hosting provider, and check that "
            "{addresses} are still the server's addresses.",
            by="addresses",
        ),
    )
    decisive_test = text(
        "Run the test from another network, such as a phone's hotspot. If it fails there too, most likely the route is wrong "
        "everywhere, and the server's provider has to fix it. If it connects there, your internet provider has to.",
        premise=Premise.OTHER_NETWORK,
    )


class ThroughProxy(FindingTexts, of="server-down.through-proxy"):
    """Only a proxy leads out of this network, and what it opens for others it cannot open to the server."""

    headline = text("This network's proxy cannot connect to the server.")
    explanation = text(
        "Direct connections to {server:host} do not leave this network. The proxy allows connections to it but cannot open "
        "them, although it reaches a reference server. The server is turned off, does not listen on these ports, or does not "
        "let the proxy in. A firewall beyond the proxy would look the same."
    )
    acts = (Actor.OPERATOR,)
    you = (Steps.OTHER_NETWORK, Steps.SAVE_REPORT)
    administrator = (step("Check in the log of {proxy} why it cannot connect to {server:host}."),)
    operator = (
        plural(
            "Check that the server runs and listens on port {ports}, and that no firewall keeps this customer's network out.",
            "Check that the server runs and listens on ports {ports}, and that no firewall keeps this customer's network out.",
        ),
    )
    decisive_test = ReportedByRouter.decisive_test


class ThroughProxyAlone(FindingTexts, of="server-down.through-proxy-alone"):
    """Likewise, and whether the proxy reaches others is not known."""

    headline = ThroughProxy.headline
    explanation = text(
        "Direct connections to {server:host} do not leave this network. The proxy allows connections to it but cannot open "
        "them. Either the server is turned off or does not listen on these ports, or the proxy itself cannot get there."
    )
    acts = (Actor.OPERATOR, Actor.ADMINISTRATOR)
    you = (
        step("Open a website in your browser. If none opens, the proxy has no connection to the internet."),
        *ThroughProxy.you,
    )
    administrator = ThroughProxy.administrator
    operator = ThroughProxy.operator
    decisive_test = ThroughProxy.decisive_test


class Silent(FindingTexts, of="server-down.silent"):
    """No port answers, while a reference server does."""

    headline = ReportedByRouter.headline
    explanation = plural(
        "{server:host} does not answer on port {ports}. Most likely it is turned off or disconnected, or its address has "
        "changed. A firewall that drops packets between this network and this server, on either side, would look the same.",
        "{server:host} does not answer on any of the ports {ports}. Most likely it is turned off or disconnected, or its "
        "address has changed. A firewall that drops packets between this network and this server, on either side, would look "
        "the same.",
    )
    acts = (Actor.OPERATOR, Actor.ADMINISTRATOR)
    you = (
        Steps.OTHER_NETWORK,
        Steps.SAVE_REPORT_IF_FAILS_ELSEWHERE,
        step(
            "If it works there, ask the people who run the server whether they block this network's address.",
            premise=Premise.OTHER_NETWORK,
        ),
    )
    administrator = (
        step(
            "If other networks reach the server, check that no firewall or filter here blocks {server:host}.",
            premise=Premise.OTHER_NETWORK,
        ),
    )
    operator = (
        *ReportedByRouter.operator,
        step("Check that no firewall or ban list drops this client."),
    )
    decisive_test = ReportedByRouter.decisive_test


class Suspected(FindingTexts, of="server-down.suspected"):
    """No port answers, and little or nothing was compared."""

    headline = text("The server does not answer; it may be down.")
    explanation = plural(
        "{server:host} does not answer on port {ports}. It may be turned off or disconnected, or its address may have "
        "changed. A firewall on either side, or a problem with your internet connection, would look the same.",
        "{server:host} does not answer on any of the ports {ports}. It may be turned off or disconnected, or its address "
        "may have changed. A firewall on either side, or a problem with your internet connection, would look the same.",
    )
    acts = ReportedByRouter.acts
    you = (
        step("Check whether other internet services work, such as a website."),
        Steps.OTHER_NETWORK,
        Steps.SAVE_REPORT_IF_FAILS_ELSEWHERE,
    )
    operator = Silent.operator
    decisive_test = ReportedByRouter.decisive_test


class NoMachine(FindingTexts, of="server-down.no-machine"):
    """This computer looked for the machine on its own link, and nothing said that it has the address."""

    headline = text("No machine answers at the server's address.")
    explanation = plural(
        "This computer looks for {addresses} in its own network, and no machine answered there. The server is turned off or "
        "disconnected, its address has changed, or a Wi-Fi network keeps its devices apart. If the server is in another "
        "network, this computer's own settings are wrong, such as its subnet mask or a route.",
        "This computer looks for {addresses} in its own network, and no machine answered there. The server is turned off or "
        "disconnected, its addresses have changed, or a Wi-Fi network keeps its devices apart. If the server is in another "
        "network, this computer's own settings are wrong, such as its subnet mask or a route.",
    )
    acts = (Actor.USER, Actor.OPERATOR)
    you = (
        plural(
            "If the server is in this network, check that it is on and still has the address {addresses}.",
            "If the server is in this network, check that it is on and still has the addresses {addresses}.",
        ),
        step(
            "If it is not, let this computer get its network settings automatically (DHCP), disconnect any VPN, and test again."
        ),
        Steps.OTHER_COMPUTER,
    )
    administrator = (
        step("If other devices reach the server, check whether the Wi-Fi keeps its devices apart."),
    )
    operator = ReportedByRouter.operator
    decisive_test = text(
        "Run the test on another computer in this network. If it connects there, the first computer's settings or its Wi-Fi "
        "are the cause."
    )


class SilentNearby(FindingTexts, of="server-down.silent-nearby"):
    """The address is of this network, and nothing answers there; whether there is a machine is not known."""

    headline = text("The server in this network does not answer.")
    explanation = plural(
        "This computer looks for {addresses} in its own network, and nothing answers there. The server is turned off or "
        "disconnected, its address has changed, or its own firewall drops these connections.",
        "This computer looks for {addresses} in its own network, and nothing answers there. The server is turned off or "
        "disconnected, its addresses have changed, or its own firewall drops these connections.",
    )
    acts = NoMachine.acts
    you = NoMachine.you
    operator = Silent.operator
    decisive_test = ReportedByRouter.decisive_test


class SilentHere(FindingTexts, of="server-down.silent-here"):
    """The address is this computer's own."""

    headline = text("Nothing answers on this computer.")
    explanation = plural(
        "{server:host} is this computer, and port {ports} does not answer, not even with a refusal. A firewall on this "
        "computer drops these connections, or the server hangs.",
        "{server:host} is this computer, and ports {ports} do not answer, not even with a refusal. A firewall on this "
        "computer drops these connections, or the server hangs.",
    )
    acts = (Actor.USER,)
    you = (
        step("Check that the server is running on this computer, and that its firewall lets connections in."),
    )
    decisive_test = ReportedByRouter.decisive_test


class Seen(Table, of="server-down.seen"):
    LOOP = text("The path test on port {port} meets {first:address} and {second:address} by turns.")


class Earned(Table, of="server-down.earned"):
    """What the confidence rests on."""

    NO_MACHINE = text("This computer asked its own network who has the address, and nothing answered.")
    NEARBY = text("The server is in this network, so no other network is involved.")
    PROXY = text("The proxy allows the connections and cannot open them, but it reaches a reference server.")
    PROXY_ALONE = text("The proxy allows the connections and cannot open them.")
    LOOP = text("The path test meets the same two routers again and again.")
    ROUTER = text("The router in front of the server reports it.")
    REFERENCE = text("A reference server answers on the same port from here.")
    ONE_PORT = text("A reference server answers, but only port {port} of this server was tested.")


def judge(run: RunView) -> Answer:
    """No port gives any sign while the control host answers; or a far router reports the host as unreachable."""
    beyond = unreached_through(run)
    if beyond is not None and not run.plan_succeeded and directly_open(run) is None:
        proxy = beyond.endpoint.proxy or ""
        return ask_unless_answered(ask_control_through(run, proxy), _through_proxy(run, proxy))
    tcp = run.sent
    silent = run.dead_ports(FailureKind.TIMED_OUT, FailureKind.UNREACHABLE)
    if not silent or len(silent) < len({o.port for o in tcp}):
        return None  # something opened or was refused: the machine, or a device for it, answers
    if run.path_matters and any(_stopped_at_home(o, run) or says_forbidden(o.icmp) for o in tcp):
        return None  # a rule keeps something from going on, whatever becomes of the rest
    if (looped := _looped(run, silent)) is not None:
        return looped
    questions = run.ask_control_port(silent[0])
    if any(o.icmp is not None and o.icmp.is_time_exceeded for o in tcp):
        questions += run.ask_hops(silent[0])
    if len(silent) == 1 and not run.is_loopback:  # is it the port or the machine?
        questions += run.ask_server(Experiment.HTTP_ON_PORT, 443 if silent == (80,) else 80, Transport.HTTP)
    return ask_unless_answered(questions, _conclusion(run, silent))


def _through_proxy(run: RunView, proxy: str) -> Found | None:
    """The proxy's "cannot connect", unless it cannot reach anybody else either."""
    served = served_control(run, proxy)
    if served is None and controls_through(run, proxy):
        return None
    stopped = [a for a in proxied(run) if a.endpoint.proxy == proxy and allowed(a)]
    direct = next((a for a in run.own if a.endpoint.proxy is None and a.failed_step is not None), None)
    return Found(
        ThroughProxy if served is not None else ThroughProxyAlone,
        Confidence.LIKELY if served is not None else Confidence.POSSIBLE,
        (Earned.PROXY if served is not None else Earned.PROXY_ALONE).of(),
        (
            *((attempt_line(direct),) if direct is not None else ()),
            *(attempt_line(a) for a in stopped[:2]),
            *((evidence_line(Lines.REFERENCE_THROUGH_PROXY.of(), served),) if served is not None else ()),
        ),
        values={"ports": tuple(sorted({a.endpoint.port for a in stopped})), "proxy": proxy_of(proxy)},
        rules_out=(RuledOut.APPLICATION.of(),),
    )


def _looped(run: RunView, silent: tuple[int, ...]) -> Found | None:
    """What a path test to a silent port shows of a routing loop; a loop of this network's routers is no provider's."""
    for port in silent:
        loop = loop_of(run.hops(port))
        if loop is None or any(map(run.on_local_side, loop)):
            continue
        first, second = loop
        seen = next(o for o in run.sent if o.port == port)
        return Found(
            Loop,
            Confidence.LIKELY,
            Earned.LOOP.of(),
            (
                port_line(seen),
                evidence_line(Seen.LOOP.of(port=port, first=first, second=second), run.hop_step(port)),
            ),
            values={"first": first, "second": second, "addresses": run.addresses},
            rules_out=(RuledOut.APPLICATION.of(),),
        )
    return None


def _conclusion(run: RunView, silent: tuple[int, ...]) -> Found | None:
    beside = (*run.performed(Experiment.HTTP_ON_PORT), *run.performed(Experiment.SERVER_PORT))
    others = list(run.steps(StepName.TCP, beside))
    if any(o.ok or (o.failure is not None and o.failure.kind is FailureKind.REFUSED) for o in others):
        return None  # the machine answers on another port
    reported = [o for o in run.sent if _far_router(o, run)]
    control = run.control_tcp(silent[0])
    if control is not None and not control.ok and not any(_host_unreachable(o) for o in reported):
        return None  # the control fails too: it is not this server
    if barred(run, silent[0]) is not None:
        return None  # it is this network that keeps us from the server
    passed = control if control is not None and control.ok else None
    tested = tuple(dict.fromkeys((*silent, *(o.port for o in others if o.port is not None))))
    return _found(run, tested, reported, passed)


def _far_router(observation: Observation, run: RunView) -> bool:
    """An ICMP "unreachable" from a sender that is neither this computer nor its own network."""
    failure = observation.failure
    if failure is None or failure.kind is not FailureKind.UNREACHABLE or failure.icmp is None:
        return False
    sender = observation.icmp_sender
    return sender is not None and not run.on_local_side(sender) and says_no_way(failure.icmp)


def _stopped_at_home(observation: Observation, run: RunView) -> bool:
    """Whether a router on our side of the internet says that it goes no further; our own address means no more than
    silence on the link."""
    icmp = observation.icmp
    return icmp is not None and icmp.sender not in run.own_addresses and run.on_local_side(icmp.sender)


def _host_unreachable(observation: Observation) -> bool:
    """Whether the router that spoke stands on the server's own link; any router on the way can say "net unreachable"."""
    icmp = observation.icmp
    return icmp is not None and icmp.is_host_unreachable


def _found(
    run: RunView, tested: tuple[int, ...], reported: list[Observation], control: Observation | None
) -> Found:
    near_it = next((o for o in reported if _host_unreachable(o)), None)
    contrast = control is not None and (len(tested) > 1 or bool(reported))
    each = {o.port: o for o in reversed(reported or run.sent)}
    dead = sorted(each.values(), key=lambda o: o.id)
    case = _nearby(run) or (ReportedByRouter if near_it is not None else Silent if contrast else Suspected)
    router = near_it.icmp if near_it is not None else None
    everything: dict[str, object] = {
        "addresses": tuple(a for a in run.addresses if not is_nat64_address(a)) or run.addresses,
        "router": (router.sender or "") if router is not None else "",
        "ports": tested,
    }
    needed = {place for said in (case.explanation, *case.you, *case.operator) for place in said.places}
    return Found(
        case,
        Confidence.LIKELY if _is_sure(run, case, bool(contrast)) else Confidence.POSSIBLE,
        _earned(case, tested, control),
        (
            *(port_line(o) for o in dead[:3]),
            *((reference_line(run, control),) if control is not None else ()),
        ),
        values={place: value for place, value in everything.items() if place in needed},
        rules_out=(RuledOut.APPLICATION.of(),),
    )


def _is_sure(run: RunView, case: type[FindingTexts], contrast: bool) -> bool:
    """A public address may be one that this computer only takes to be on its own link."""
    if case is NoMachine:
        return all(map(is_private_address, run.addresses))
    return case is ReportedByRouter or contrast


def _nearby(run: RunView) -> type[FindingTexts] | None:
    """The case of a server that no other network lies before: on this computer, or on its own link."""
    if run.is_loopback:
        return SilentHere
    if all(o.icmp is not None and o.icmp.missing is NextHop.SERVER for o in run.sent):
        return NoMachine
    return SilentNearby if run.environment.server_on_link is True else None


def _earned(case: type[FindingTexts], tested: tuple[int, ...], control: Observation | None) -> Message:
    if case is ReportedByRouter:
        return Earned.ROUTER.of()
    if case is NoMachine:
        return Earned.NO_MACHINE.of()
    if case in (SilentNearby, SilentHere):
        return Earned.NEARBY.of()
    if case is Silent:
        return Earned.REFERENCE.of()
    return Grounds.NO_REFERENCE.of() if control is None else Earned.ONE_PORT.of(port=tested[0])


RULE = Rule(Cause.SERVER_DOWN, judge)
