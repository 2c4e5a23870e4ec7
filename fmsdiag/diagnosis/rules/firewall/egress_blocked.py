"""egress-blocked: names are found, but no connection leaves this network, to whatever port of whatever host."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.dns import by_second
from fmsdiag.diagnosis.evidence.own_network import vpn_to_server
from fmsdiag.diagnosis.evidence.ports import REFERENCE_PORTS, direct, says_no_way
from fmsdiag.diagnosis.evidence.proxies import passed_proxy, proxied, served_control, unreached_through
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import evidence_line, port_line, reference_line
from fmsdiag.diagnosis.lines.grounds import RuledOut, every_port_fails, server_not_reached
from fmsdiag.diagnosis.requests import needed, request
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Table, Text, plural, step, text
from fmsdiag.model import (
    Action,
    Actor,
    Cause,
    Confidence,
    EvidenceLine,
    Experiment,
    FailureKind,
    HopOutcome,
    LookupSource,
    Observation,
    Status,
)


class AllPorts(FindingTexts, of="egress-blocked.all-ports"):
    """Name lookups work, so the line is up."""

    headline = text("This network blocks all direct connections to the internet.")
    explanation = text(
        "No connection gets out of this network, to {server:host} or to a reference server, on any of the ports {ports}. "
        "Name lookups work, so the internet line itself is up. A firewall blocks direct connections. Such networks often "
        "require a proxy or a sign-in."
    )
    acts = (Actor.ADMINISTRATOR, Actor.USER)
    you = (
        step(
            "Open a web page in your browser. If a sign-in page appears, sign in and run the test again.",
            Action.RUN_AGAIN,
        ),
        step(
            "If web pages open without a sign-in, your browser probably uses a proxy. Enter the same proxy here and in your "
            "player.",
            Action.PROXY_SETTINGS,
            elsewhere=text(
                "If web pages open without a sign-in, your browser probably uses a proxy. Enter the same proxy in your player, "
                "and run the test again through it."
            ),
        ),
        step(
            "If neither helps, press Copy Request and send it to the person who runs this network.",
            Steps.COPY_REQUEST.action,
            elsewhere=text("If neither helps, send the request to the person who runs this network."),
        ),
    )
    administrator = (
        plural(
            "Allow outgoing TCP port {wanted:ports} to {server:host}, or tell people which proxy to use.",
            "Allow outgoing TCP ports {wanted:ports} to {server:host}, or tell people which proxy to use.",
        ),
    )


class NearNames(FindingTexts, of="egress-blocked.near-names"):
    """Name lookups work, but a DNS server of this network may answer them from its cache."""

    headline = AllPorts.headline
    explanation = text(
        "No connection gets out of this network, to {server:host} or to a reference server, on any of the ports {ports}. "
        "Without a proxy, only this network's own DNS server answers. Most likely a firewall blocks direct connections. If the "
        "DNS server answers from its cache, the internet line may be down instead."
    )
    acts = AllPorts.acts
    you = AllPorts.you
    administrator = (
        step("Check whether the internet line is up."),
        plural(
            "If it is, allow outgoing TCP port {wanted:ports} to {server:host}, or tell people which proxy to use.",
            "If it is, allow outgoing TCP ports {wanted:ports} to {server:host}, or tell people which proxy to use.",
        ),
    )


class ThroughVpn(FindingTexts, of="egress-blocked.through-vpn"):
    """Everything leaves this computer by a VPN, and nothing comes back."""

    headline = text("This computer's VPN carries nothing to the internet.")
    explanation = text(
        "This computer sends what is for {server:host} through its VPN (network interface “{vpn:name}”). Nothing comes back, "
        "from {server:host} or from a reference server, on any of the ports {ports}. The VPN is not connected properly, or "
        "it blocks these connections. This test cannot tell whether this network blocks anything."
    )
    acts = (Actor.USER,)
    you = (
        step("Disconnect the VPN and test again.", Action.RUN_AGAIN),
        step(
            "If it connects then, save this report and send it to the people who run the VPN.",
            Action.SAVE_REPORT,
        ),
    )


class ServerThroughVpn(FindingTexts, of="egress-blocked.server-through-vpn"):
    """Only what is for the server leaves by a VPN, and nothing comes back; what is for others takes another way."""

    headline = text("This computer's VPN most likely does not lead to the server.")
    explanation = text(
        "This computer sends what is for {server:host} through its VPN (network interface “{vpn:name}”), and nothing comes "
        "back on any of the ports {ports}. Connections to a reference server do not use the VPN, and work. A server that is "
        "turned off, or that drops what comes from the VPN, would look the same."
    )
    acts = (Actor.USER,)
    you = (
        step("Disconnect the VPN and test again.", Action.RUN_AGAIN),
        step(
            "If it connects then, save this report and send it to the people who run the VPN.",
            Action.SAVE_REPORT,
        ),
        step(
            "If it fails without the VPN too, save this report and send it to the people who run the server."
        ),
    )
    decisive_test = text("Disconnect the VPN and test again. If it connects then, the VPN is the cause.")


class Suspected(FindingTexts, of="egress-blocked.suspected"):
    """Nothing shows whether the line is up."""

    headline = text("This network may block all direct connections to the internet.")
    explanation = text(
        "No connection gets out of this network, to {server:host} or to a reference server, on any of the ports {ports}. "
        "Only this network's router answers. Either a firewall blocks direct connections, or the internet line is down."
    )
    acts = AllPorts.acts
    you = AllPorts.you
    administrator = NearNames.administrator
    decisive_test = text(
        "Open a web page on another computer in this network. If it opens, a firewall blocks direct connections; if not, "
        "the internet line is down."
    )


class Seen(Table, of="egress-blocked.seen"):
    NAMES = text("Name lookups work: answered after {elapsed:duration}.")
    VPN = text("Packets to the server leave this computer by the VPN's interface “{vpn:name}”.")
    ROUTER = text("On the path to the server, this network's router answers, but nothing beyond it does.")
    NO_SIGN = text("No router on the path to the server answers, not even the first one.")
    OTHER_WAY = text("Packets to reference server {host} take another way, by {router:address}.")


class Earned(Table, of="egress-blocked.earned"):
    """What the confidence rests on."""

    NAMES_WORK = text("A reference server cannot be reached either, on any port, while name lookups work.")
    NEAR_NAMES = text(
        "A reference server cannot be reached either, on any port, while this network's DNS server answers."
    )
    VPN = text("A reference server cannot be reached through the VPN either, on any port.")
    OTHER_WAY = text("Packets to a reference server take another way than the VPN, and it answers.")
    LINE_UNKNOWN = text(
        "A reference server cannot be reached either, but nothing shows whether the internet line is up."
    )


def judge(run: RunView) -> Answer:
    """Every connect fails, at the server and at the control host alike, while something local or a name lookup answers."""
    tried = list(direct(run))
    if not tried or any(o.ok for o in tried) or not run.path_matters or run.name_failed:
        return None
    beyond = unreached_through(run)
    if beyond is not None and served_control(run, beyond.endpoint.proxy or "") is not None:
        return None  # there is a way out, which leads to others: server-down tells
    if any(passed_proxy(a) for a in proxied(run)):
        return None  # likewise: the proxy opens connections to the server
    vpn = vpn_to_server(run)
    if vpn is not None and any(a.status is Status.CONNECTED for a in run.performed(Experiment.CONTROL_PORT)):
        return _by_vpn_alone(run, tried, vpn)
    if any(_line_is_down(o) for o in tried):
        return None  # a router says that it has no way on
    if (
        all(o.failure is not None and o.failure.kind is FailureKind.REFUSED for o in tried)
        and len(tried) == 1
    ):
        return None  # one refusal is most often the server's own
    compared = run.performed(Experiment.CONTROL_PORT)
    dead = [a for a in compared if a.status is Status.FAILED]
    if not dead and (compared or not _is_all_silence(tried)):
        return None  # other rules ask the control host first, and most often it answers
    questions = tuple(q for port in REFERENCE_PORTS for q in run.ask_control_port(port))
    questions += run.ask_hops(tried[0].port or 1935)
    return ask_unless_answered(questions, _conclusion(run, tried))


def _by_vpn_alone(run: RunView, tried: list[Observation], vpn: str) -> Answer:
    """The server is silent on every port by the VPN, and a reference server answers by the router: its way is another one."""
    port = tried[0].port or 1935
    if run.is_captive or not _is_all_silence(tried):
        return None
    hops = run.hops(port)
    first = run.control_hops[0] if run.control_hops else None
    router = first.responder if first is not None and first.outcome == HopOutcome.TIME_EXCEEDED else None
    other_way = bool(hops) and all(h.outcome == HopOutcome.SILENT for h in hops)
    found = _past_vpn(run, tried, vpn, router) if other_way and router is not None else None
    return ask_unless_answered((*run.ask_hops(port), *run.ask_control_hops(port)), found)


def _past_vpn(run: RunView, tried: list[Observation], vpn: str, router: str) -> Found:
    ports = tuple(sorted({o.port for o in tried if o.port}))
    answering = next(
        o
        for a in run.performed(Experiment.CONTROL_PORT)
        if a.status is Status.CONNECTED and (o := run.control_tcp(a.endpoint.port)) is not None
    )
    return Found(
        ServerThroughVpn,
        Confidence.LIKELY,
        Earned.OTHER_WAY.of(),
        (
            port_line(tried[0]),
            evidence_line(Seen.VPN.of(vpn=vpn)),
            evidence_line(Seen.NO_SIGN.of(), run.hop_step(tried[0].port or 1935)),
            reference_line(run, answering),
            evidence_line(Seen.OTHER_WAY.of(host=run.options.control or "", router=router)),
        ),
        values={"ports": ports, "vpn": vpn},
        rules_out=(RuledOut.APPLICATION.of(),),
    )


def _is_all_silence(tried: list[Observation]) -> bool:
    """Whether nobody answered on any of several ports: then all is asked at once, for each answer takes seconds."""
    silent = [o for o in tried if o.failure is not None and o.failure.kind is FailureKind.TIMED_OUT]
    return len(silent) == len(tried) and len({o.port for o in tried}) > 1


def _line_is_down(step: Observation) -> bool:
    """Whether a router, ours or the provider's, says that it knows no way: a broken line, not a rule."""
    return says_no_way(step.icmp)


def _conclusion(run: RunView, tried: list[Observation]) -> Found | None:
    asked = [a for a in run.performed(Experiment.CONTROL_PORT) if a.failed_step is not None]
    controls = [o for a in asked if (o := run.control_tcp(a.endpoint.port)) is not None]
    opened = [a for a in run.performed(Experiment.CONTROL_PORT) if a.status is Status.CONNECTED]
    if len({o.port for o in controls}) < 2 or opened or any(_line_is_down(o) for o in controls):
        return None
    if run.control_web is not None:
        return None  # web requests are answered
    hops = run.hops(tried[0].port or 1935)
    router = next(
        (h for h in hops if h.outcome == HopOutcome.TIME_EXCEEDED and run.on_local_side(h.responder)), None
    )
    if any(h.outcome == HopOutcome.TIME_EXCEEDED and not run.on_local_side(h.responder) for h in hops[2:]):
        return None  # packets travel far: it is not this network that stops them
    lookups = (by_second(run), *run.lookups(LookupSource.DNS), *run.lookups(LookupSource.SYSTEM))
    names = next((o for o in lookups if o is not None and o.ok), None)
    if names is None and router is None:
        return None
    return _found(run, tried, controls, names, run.hop_step(tried[0].port or 1935) if router else None)


def _found(
    run: RunView,
    tried: list[Observation],
    controls: list[Observation],
    names: Observation | None,
    path: Observation | None,
) -> Found:
    first = {o.port: o for o in reversed(tried)}
    numbers = (*sorted(p for p in first if p), *(o.port for o in controls if o.port))
    failed = [a for a in run.media if a.status is Status.FAILED and a.endpoint.proxy is None]
    wanted, vpn = needed(failed), vpn_to_server(run)
    case, earned = _case(run, names) if vpn is None else (ThroughVpn, Earned.VPN)
    signs = _line_signs(names, path) if vpn is None else [evidence_line(Seen.VPN.of(vpn=vpn))]
    return Found(
        case,
        Confidence.POSSIBLE if case is Suspected else Confidence.LIKELY,
        earned.of(),
        (
            *(port_line(o) for o in list(first.values())[:2]),
            *(reference_line(run, o) for o in controls[:1]),
            *signs,
        ),
        values={"ports": tuple(dict.fromkeys(numbers))}
        | ({"vpn": vpn} if vpn is not None else {"wanted": tuple(sorted({e.port for e in wanted}))}),
        rules_out=(*server_not_reached(run), *every_port_fails(run), RuledOut.APPLICATION.of()),
        request=request(run, wanted, reference=controls[0]) if vpn is None else None,
    )


def _case(run: RunView, names: Observation | None) -> tuple[type[FindingTexts], Text]:
    """What the answers to name lookups show: only one from beyond this network shows that the line is up."""
    if names is None:
        return Suspected, Earned.LINE_UNKNOWN
    asked = (names.address,) if names.address else run.environment.resolvers
    if asked and not any(map(run.on_local_side, asked)):
        return AllPorts, Earned.NAMES_WORK
    return NearNames, Earned.NEAR_NAMES


def _line_signs(names: Observation | None, path: Observation | None) -> list[EvidenceLine]:
    """What still answers, so that the line is up, or up to the router."""
    seen = []
    if names is not None:
        seen.append(evidence_line(Seen.NAMES.of(elapsed=names.elapsed_s), names))
    if path is not None:
        seen.append(evidence_line(Seen.ROUTER.of(), path))
    return seen


RULE = Rule(
    Cause.EGRESS_BLOCKED,
    judge,
    explains=(
        Cause.PORT_BLOCKED,
        Cause.SERVER_DOWN,
        Cause.SERVER_NOT_LISTENING,
        Cause.SERVER_FIREWALL,
        Cause.UDP_BLOCKED,
    ),
)
