"""proxy-denies-server: the proxy's own rules forbid this server, or the ports that its streams need."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.attempts import ENDED, FELL_SILENT, failed_with
from fmsdiag.diagnosis.evidence.proxies import (
    allowed,
    ask_control_through,
    ask_server_through,
    ask_ways_through,
    denied,
    directly_open,
    passed_proxy,
    proxied,
    proxies,
    proxy_facts,
    served_control,
)
from fmsdiag.diagnosis.evidence.proxy_errors import denied_page, error_of_proxy, reference_page
from fmsdiag.diagnosis.evidence.proxy_marks import same_proxy
from fmsdiag.diagnosis.evidence.routes import proxy_of
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.web import http_answer
from fmsdiag.diagnosis.lines.attempts import Lines, attempt_line, evidence_line, route_of
from fmsdiag.diagnosis.lines.grounds import RuledOut, server_not_reached
from fmsdiag.diagnosis.requests import request
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Premise, Table, plural, step, text
from fmsdiag.model import (
    Action,
    Actor,
    Attempt,
    Cause,
    Confidence,
    EvidenceLine,
    Experiment,
    Message,
    Observation,
    ProxyMethod,
    RequestKind,
    StepName,
    Transport,
)
from fmsdiag.model.messages import Name, Quote


class Ports(FindingTexts, of="proxy-denies-server.ports"):
    """The proxy carries something of this server, and only some ports are refused."""

    headline = plural(
        "The proxy blocks port {ports}, which streaming needs.",
        "The proxy blocks ports {ports}, which streaming needs.",
    )
    explanation = plural(
        "The proxy lets web traffic to {server:host} through but refuses port {ports}. Direct connections do not leave "
        "this network.",
        "The proxy lets web traffic to {server:host} through but refuses ports {ports}. Direct connections do not leave "
        "this network.",
    )
    acts = (Actor.ADMINISTRATOR,)
    you = (Steps.COPY_REQUEST,)
    administrator = (
        plural(
            "On {proxy}, allow CONNECT to {server:host} on port {ports}. In Squid, see SSL_ports and Safe_ports.",
            "On {proxy}, allow CONNECT to {server:host} on ports {ports}. In Squid, see SSL_ports and Safe_ports.",
        ),
    )
    operator = (
        step(
            "Offer RTMPS on port 443 or RTMPT on port 80. Most proxies allow these.",
            premise=Premise.NOT_YET_OFFERED,
        ),
    )


class PortsAlone(FindingTexts, of="proxy-denies-server.ports-alone"):
    """The proxy's rules let other ports of this server through, where it could not connect; only some are refused."""

    headline = Ports.headline
    explanation = plural(
        "The proxy refuses port {ports} of {server:host}. It allows other connections to this server, but could not open one. "
        "Direct connections do not leave this network.",
        "The proxy refuses ports {ports} of {server:host}. It allows other connections to this server, but could not open one. "
        "Direct connections do not leave this network.",
    )
    acts = Ports.acts
    you = Ports.you
    administrator = Ports.administrator
    operator = Ports.operator


class Server(FindingTexts, of="proxy-denies-server.server"):
    """The proxy refuses this server and serves another."""

    headline = text("The proxy blocks this server.")
    explanation = text(
        "The proxy's rules do not allow {server:host}. The proxy lets a reference server through, so the proxy itself "
        "works. Direct connections do not leave this network."
    )
    acts = Ports.acts
    you = Ports.you
    administrator = (
        plural(
            "On {proxy}, allow {server:host}: web requests, and CONNECT to port {ports}.",
            "On {proxy}, allow {server:host}: web requests, and CONNECT to ports {ports}.",
        ),
    )


class InPath(FindingTexts, of="proxy-denies-server.in-path"):
    """A web proxy that nobody has set handles what goes to the port, and refuses whatever is for this server."""

    headline = text("A web proxy in the path blocks this server.")
    explanation = text(
        "A web proxy handles all web requests on port {port}. It refuses web pages of {server:host} as it refuses streaming "
        "requests, and lets a reference server's pages through. So its rules do not allow this server."
    )
    acts = (Actor.ADMINISTRATOR,)
    you = Ports.you
    administrator = (
        step("On the proxy, allow {server:host}, or let connections to this server bypass the proxy."),
    )


class Suspected(FindingTexts, of="proxy-denies-server.suspected"):
    """The proxy refuses this server; of others nothing is known."""

    headline = Server.headline
    explanation = text(
        "The proxy's rules did not allow the connection to {server:host}. The test does not show whether the proxy lets "
        "other servers through, or whether the server would answer."
    )
    acts = Ports.acts
    you = (
        step("Open another website in your browser. If it opens, the proxy does not block everything."),
        *Ports.you,
    )
    administrator = Server.administrator
    decisive_test = text(
        "Open another website through the same proxy, and run the test from another network, such as a phone's hotspot.",
        premise=Premise.OTHER_NETWORK,
    )


class PortsBeside(FindingTexts, of="proxy-denies-server.ports-beside"):
    """Only some ports are refused, but something connects without the proxy."""

    headline = Ports.headline
    explanation = plural(
        "The proxy lets web traffic to {server:host} through but refuses port {ports}. Other connections leave this "
        "network without the proxy, so it may not be the cause.",
        "The proxy lets web traffic to {server:host} through but refuses ports {ports}. Other connections leave this "
        "network without the proxy, so it may not be the cause.",
    )
    acts = Ports.acts
    you = (
        step(
            "Run the test again without the proxy.",
            Action.PROXY_SETTINGS,
        ),
    )
    administrator = Ports.administrator
    operator = Ports.operator
    decisive_test = text(
        "Run the test from another network, such as a phone's hotspot. If it fails there too, the proxy is not the cause.",
        premise=Premise.OTHER_NETWORK,
    )


class PortsAloneBeside(FindingTexts, of="proxy-denies-server.ports-alone-beside"):
    """Likewise where only some ports are refused and the proxy could not connect to the others."""

    headline = Ports.headline
    explanation = plural(
        "The proxy refuses port {ports} of {server:host}. Other connections leave this network without the proxy, so it may "
        "not be the cause.",
        "The proxy refuses ports {ports} of {server:host}. Other connections leave this network without the proxy, so it may "
        "not be the cause.",
    )
    acts = Ports.acts
    you = PortsBeside.you
    administrator = Ports.administrator
    operator = Ports.operator
    decisive_test = PortsBeside.decisive_test


class ServerBeside(FindingTexts, of="proxy-denies-server.server-beside"):
    """The server is refused, but something connects without the proxy."""

    headline = Server.headline
    explanation = text(
        "The proxy's rules do not allow {server:host}. Other connections leave this network without the proxy, so it may "
        "not be the cause."
    )
    acts = Ports.acts
    you = PortsBeside.you
    administrator = Server.administrator
    decisive_test = PortsBeside.decisive_test


class Inside(FindingTexts, of="proxy-denies-server.inside"):
    """The proxy opens the connection, which ends when RTMP begins; nothing passes without the proxy."""

    headline = text("The proxy connects, but RTMP through it fails.")
    explanation = plural(
        "The proxy opens connections to port {ports} of {server:host}, but they end when RTMP begins. The test does not show "
        "what ends them: the proxy, if it checks what passes through; a firewall behind it; or the server. Direct connections "
        "do not leave this network.",
        "The proxy opens connections to ports {ports} of {server:host}, but they end when RTMP begins. The test does not show "
        "what ends them: the proxy, if it checks what passes through; a firewall behind it; or the server. Direct connections "
        "do not leave this network.",
    )
    acts = (Actor.ADMINISTRATOR, Actor.OPERATOR)
    you = (Steps.OTHER_NETWORK, Steps.COPY_REQUEST_IF_WORKS_ELSEWHERE, Steps.SAVE_REPORT_IF_FAILS_ELSEWHERE)
    administrator = (
        plural(
            "In the log of {proxy}, check whether the proxy ended connections to {server:host} on port {ports}. If it did, "
            "exempt them from protocol checks.",
            "In the log of {proxy}, check whether the proxy ended connections to {server:host} on ports {ports}. If it did, "
            "exempt them from protocol checks.",
        ),
        step("If it did not, check whether a firewall between the proxy and the internet stops RTMP."),
    )
    operator = (
        plural(
            "Check in the server's log whether connections from this network's proxy arrive on port {ports}.",
            "Check in the server's log whether connections from this network's proxy arrive on ports {ports}.",
        ),
        Ports.operator[0],
    )
    decisive_test = text(
        "Run the test from another network, such as a phone's hotspot. If it fails there too, the cause is most likely on the "
        "server side.",
        premise=Premise.OTHER_NETWORK,
    )


class InsideSilent(FindingTexts, of="proxy-denies-server.inside-silent"):
    """The proxy opens the connection, and RTMP gets no answer through it; nothing passes without the proxy."""

    headline = Inside.headline
    explanation = plural(
        "The proxy opens connections to port {ports} of {server:host}, but RTMP through them gets no answer. The test does not "
        "show why: the proxy may hold back unknown protocols, a firewall behind it may drop RTMP, or the server may hang. "
        "Direct connections do not leave this network.",
        "The proxy opens connections to ports {ports} of {server:host}, but RTMP through them gets no answer. The test does "
        "not show why: the proxy may hold back unknown protocols, a firewall behind it may drop RTMP, or the server may "
        "hang. Direct connections do not leave this network.",
    )
    acts = Inside.acts
    you = Inside.you
    administrator = (
        plural(
            "Check whether {proxy} holds back RTMP to {server:host} on port {ports}, and exempt it from protocol checks.",
            "Check whether {proxy} holds back RTMP to {server:host} on ports {ports}, and exempt it from protocol checks.",
        ),
        Inside.administrator[1],
    )
    operator = (
        plural(
            "Check whether the server on port {ports} hangs, and whether connections from this network's proxy arrive.",
            "Check whether the server on ports {ports} hangs, and whether connections from this network's proxy arrive.",
        ),
        Ports.operator[0],
    )
    decisive_test = Inside.decisive_test


class Seen(Table, of="proxy-denies-server.seen"):
    STATUS = text("The proxy answered HTTP {status:name}.")
    # translators: {reason} is the proxy's own words behind the status, such as "Forbidden"
    STATUS_AND_REASON = text("The proxy answered HTTP {status:name}, {reason:quote}")
    RULESET = text("The proxy answered that its rules do not allow the connection.")
    PASSES = text("Other traffic to this server gets through the same proxy.")
    ALLOWED = text("{route}: the proxy allows it, but could not connect to the server.")
    PAGE_REFUSED = text("A web page of the same server is refused in the same way.")


class Earned(Table, of="proxy-denies-server.earned"):
    """What the confidence rests on."""

    CONTRAST = text("The proxy says so itself, and other traffic gets through it.")
    PORT_ALONE = text("The proxy says so itself, and allows other ports of the same server.")
    ALONE = text("The proxy says so itself, but what else it allows is not known.")
    IN_PATH = text(
        "The proxy refuses pages of this server in its own words, and lets a reference server's through."
    )
    INSIDE = text("Connections open through the proxy and end when RTMP begins; what ends them is not known.")
    INSIDE_SILENT = text(
        "Connections open through the proxy, and RTMP gets no answer; what holds it back is not known."
    )
    BESIDE = text("The proxy says so itself, but other connections work without it.")


def judge(run: RunView) -> Answer:
    """Nothing connects, and the proxy says no to what would go through it; does it serve the control host?"""
    if run.plan_succeeded:
        return None
    for proxy in proxies(run):
        no = [a for a in proxied(run) if a.endpoint.proxy == proxy and denied(a)]
        if no:
            questions = (
                *ask_control_through(run, proxy),
                *ask_server_through(run, proxy),
                *ask_ways_through(run, proxy),
            )
            return ask_unless_answered(questions, _conclusion(run, proxy, no))
    return _inside(run) or _in_path(run)


def _in_path(run: RunView) -> Answer:
    """A proxy that marks a reference server's answers, too, refuses the tunnel and a page of this server alike."""
    direct = [a for a in run.own if a.endpoint.proxy is None and a.endpoint.transport.is_tunnel]
    refused = next((a for a in direct if error_of_proxy(a) is not None), None)
    facts = error_of_proxy(refused) if refused is not None else None
    if refused is None or facts is None or not same_proxy(facts.headers, run.control_web):
        return None  # proxy-blocks-tunnel asks for both pages
    page = denied_page(run, refused)
    if page is None:
        return None
    return Found(
        InPath,
        Confidence.LIKELY,
        Earned.IN_PATH.of(),
        (
            attempt_line(refused),
            evidence_line(Seen.STATUS.of(status=Name(str(facts.status))), refused.failed_step),
            evidence_line(Seen.PAGE_REFUSED.of(), page),
            evidence_line(Lines.REFERENCE_MARKED.of(), reference_page(run)),
        ),
        values={"port": refused.endpoint.port},
        request=request(run, [refused.endpoint], kind=RequestKind.PROXY),
    )


def _inside(run: RunView) -> Found | None:
    """The proxy said yes, and nothing of a media server came through what it opened."""
    opened = [a for a in proxied(run) if passed_proxy(a)]
    if not opened or directly_open(run) is not None or any(a in run.spoke_rtmp for a in opened):
        return None
    plain = [a for a in opened if a.endpoint.transport in (Transport.RTMP, Transport.RTMPE)]
    mute = [a for a in plain if failed_with(a, StepName.HANDSHAKE, *ENDED, *FELL_SILENT)]
    if not mute or len(mute) < len(plain):
        return None
    proxy = mute[0].endpoint.proxy or ""
    silent = all(failed_with(a, StepName.HANDSHAKE, *FELL_SILENT) for a in mute)
    return Found(
        InsideSilent if silent else Inside,
        Confidence.POSSIBLE,
        (Earned.INSIDE_SILENT if silent else Earned.INSIDE).of(),
        (*(attempt_line(a) for a in mute[:2]), *_direct_lines(run)),
        values={"ports": tuple(sorted({a.endpoint.port for a in mute})), "proxy": proxy_of(proxy)},
        rules_out=(RuledOut.APPLICATION.of(),),
        request=request(run, [a.endpoint for a in mute], kind=RequestKind.EXEMPT, proxy=proxy),
    )


def _conclusion(run: RunView, proxy: str, no: list[Attempt]) -> Found | None:
    routes = [a for a in proxied(run) if a.endpoint.proxy == proxy]
    page = served(run, proxy)
    passed = [a for a in routes if passed_proxy(a)]
    let_through = [a for a in routes if allowed(a)]
    if page is None and not passed and let_through:
        return _ports_alone(run, proxy, no, let_through)
    if page is None and not passed:
        return _found(run, proxy, no, None, served_control(run, proxy))
    if any(a.endpoint.transport.is_tunnel for a in no) and page is not None and not passed:
        return None  # pages of this server pass, its tunnel does not: that is what is refused
    return _found(run, proxy, no, page or passed[0].step(StepName.PROXY), None)


def served(run: RunView, proxy: str) -> Observation | None:
    """The server's own answer to a web request through the proxy, if the proxy let it through."""
    asked = (a for a in run.performed(Experiment.HTTP_ON_PORT) if a.endpoint.proxy == proxy)
    return next(
        (s for a in asked if (s := a.step(StepName.HTTP)) is not None and s.ok and http_answer(s)), None
    )


def _found(
    run: RunView,
    proxy: str,
    no: list[Attempt],
    passing: Observation | None,
    control: Observation | None,
) -> Found:
    """`passing`: what of this server the proxy does carry, so that only ports are refused; `control`: another server."""
    needed, contrast = directly_open(run) is None, passing is not None or control is not None
    if passing is not None:
        case: type[FindingTexts] = Ports if needed else PortsBeside
    elif not needed:
        case = ServerBeside
    else:
        case = Server if control is not None else Suspected
    proved = needed and contrast
    earned = Earned.BESIDE if not needed else Earned.CONTRAST if contrast else Earned.ALONE
    ports = tuple(sorted({a.endpoint.port for a in no}))
    return Found(
        case,
        Confidence.LIKELY if proved else Confidence.POSSIBLE,
        earned.of(),
        _seen(run, no[0], passing, control),
        values={"ports": ports, "proxy": proxy_of(proxy)},
        rules_out=(*server_not_reached(run), RuledOut.APPLICATION.of()) if proved else (),
        request=request(run, [a.endpoint for a in no], kind=RequestKind.PROXY, proxy=proxy)
        if needed
        else None,
    )


def _ports_alone(run: RunView, proxy: str, no: list[Attempt], let_through: list[Attempt]) -> Found | None:
    """What the proxy could not reach, it allows: its rules are about ports. Where nothing listens, no rule is in the way."""
    allowed_ports = {a.endpoint.port for a in let_through}
    refused = [a for a in no if a.endpoint.port not in allowed_ports]
    if not refused:
        return None
    needed = directly_open(run) is None
    return Found(
        PortsAlone if needed else PortsAloneBeside,
        Confidence.LIKELY if needed else Confidence.POSSIBLE,
        Earned.PORT_ALONE.of() if needed else Earned.BESIDE.of(),
        (
            *_seen(run, refused[0], None, None),
            *(
                evidence_line(Seen.ALLOWED.of(route=route_of(a.endpoint)), a.failed_step)
                for a in let_through[:2]
            ),
        ),
        values={
            "ports": tuple(sorted({a.endpoint.port for a in refused})),
            "proxy": proxy_of(proxy),
        },
        rules_out=(RuledOut.APPLICATION.of(),) if needed else (),
        request=request(run, [a.endpoint for a in refused], kind=RequestKind.PROXY, proxy=proxy)
        if needed
        else None,
        alternative=not needed,
    )


def _seen(
    run: RunView, refused: Attempt, passing: Observation | None, control: Observation | None
) -> tuple[EvidenceLine, ...]:
    seen, said = [attempt_line(refused)], _words(refused)
    if said is not None:
        seen.append(evidence_line(said, refused.failed_step))
    if passing is not None:
        seen.append(evidence_line(Seen.PASSES.of(), passing))
    if control is not None:
        seen.append(evidence_line(Lines.REFERENCE_THROUGH_PROXY.of(), control))
    return (*seen, *_direct_lines(run))


def _direct_lines(run: RunView) -> tuple[EvidenceLine, ...]:
    direct = next((a for a in run.own if a.endpoint.proxy is None and a.failed_step is not None), None)
    return (attempt_line(direct),) if direct is not None else ()


def _words(refused: Attempt) -> Message | None:
    """What the proxy said."""
    facts = proxy_facts(refused)
    if facts is None or facts.status is None:
        return None
    if facts.method == ProxyMethod.SOCKS5:
        return Seen.RULESET.of()
    status = Name(str(facts.status))
    if facts.reason:
        return Seen.STATUS_AND_REASON.of(status=status, reason=Quote(facts.reason))
    return Seen.STATUS.of(status=status)


RULE = Rule(
    Cause.PROXY_DENIES_SERVER,
    judge,
    explains=(
        Cause.SERVER_DOWN, Cause.SERVER_FIREWALL, Cause.DNS_NO_ANSWER, Cause.DNS_NAME_NOT_FOUND, Cause.DNS_FILTERED,
        Cause.DNS_SERVER_FAILURE, Cause.DNS_STALE_ADDRESS, Cause.NO_INTERNET,
    ),
    outranks=(
        Cause.EGRESS_BLOCKED, Cause.PORT_BLOCKED, Cause.ONLY_WEB_PORTS_ALLOWED, Cause.ONLY_HTTPS_ALLOWED,
        Cause.UDP_BLOCKED, Cause.TRANSPARENT_PROXY, Cause.TUNNEL_NOT_OFFERED, Cause.WRONG_SERVICE_ON_PORT,
    ),
)  # fmt: skip
