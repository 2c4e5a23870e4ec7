"""tunnel-not-offered: RTMPT was asked for or needed, and the server has a plain web server, or nothing, in its place."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.attempts import failed_with
from fmsdiag.diagnosis.evidence.port_proof import is_proved
from fmsdiag.diagnosis.evidence.portal import is_redirection, sends_to_tls
from fmsdiag.diagnosis.evidence.ports import refused_on_link
from fmsdiag.diagnosis.evidence.proxy_marks import is_marked, same_proxy
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.tunnel import Fault, fault_of, tunnel_facts
from fmsdiag.diagnosis.evidence.web import no_tunnel
from fmsdiag.diagnosis.lines.attempts import attempt_line
from fmsdiag.diagnosis.lines.grounds import Grounds, RuledOut
from fmsdiag.diagnosis.lines.tunnels import spoilt_lines
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.server_settings import Topic, settings
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Premise, Table, step, text
from fmsdiag.model import (
    Actor,
    Attempt,
    Cause,
    Confidence,
    Experiment,
    FailureKind,
    Message,
    StepName,
    Transport,
    TunnelFacts,
)


class WebServer(FindingTexts, of="tunnel-not-offered.web-server"):
    """An ordinary web server answers on the tunnel's port."""

    headline = text("The server does not offer RTMP tunneling (RTMPT) on port {port}.")
    explanation = text(
        "RTMPT sends a stream inside web requests. On port {port} of {server:host}, an ordinary web server answers "
        "instead."
    )
    acts = (Actor.OPERATOR,)
    you = (
        step(
            "Ask the people who run the server for an address that starts with rtmps.",
            premise=Premise.NO_ADDRESS_YET,
        ),
        Steps.USE_BEST_ROUTE,
    )
    operator = (
        step(
            "Offer RTMPT on port {port}, or give customers an rtmps address. nginx-rtmp and SRS do not support RTMPT.",
            premise=Premise.NOT_YET_OFFERED,
        ),
        Steps.SETTING,
    )


class ServerError(FindingTexts, of="tunnel-not-offered.server-error"):
    """A web server answers with an error of its own, as one in front of a tunnel that is down does."""

    headline = text("RTMP tunneling (RTMPT) on port {port} is missing or down.")
    explanation = text(
        "RTMPT sends a stream inside web requests. On port {port} of {server:host}, a web server answers these requests "
        "with a server error. Either the server has no RTMPT, or the media server behind the web server is down."
    )
    acts = WebServer.acts
    you = (Steps.SAVE_REPORT, *WebServer.you)
    operator = (
        step("Check that the media server behind the web server on port {port} is running."),
        *WebServer.operator,
    )
    decisive_test = text("Check the web server's error log for whether it could not reach the media server.")


class Intercepted(FindingTexts, of="tunnel-not-offered.intercepted"):
    """What answers may be a proxy's or a sign-in page's."""

    headline = text("A web server answers on port {port} instead of RTMPT.")
    explanation = text(
        "RTMPT sends a stream inside web requests. On port {port} of {server:host}, a web server answers them. It may be "
        "the server's own, which then has no RTMPT, or a web proxy or sign-in page in your network."
    )
    acts = WebServer.acts
    you = (Steps.OTHER_NETWORK, *WebServer.you)
    operator = WebServer.operator
    decisive_test = text(
        "Run the test from another network, such as a phone's hotspot. If RTMPT works there, the cause is in this "
        "network.",
        premise=Premise.OTHER_NETWORK,
    )


class Closed(FindingTexts, of="tunnel-not-offered.closed"):
    """The server refuses the port."""

    headline = text("Port {port}, which RTMPT needs, refuses connections.")
    explanation = text(
        "RTMPT sends a stream inside web requests. Port {port} of {server:host} refuses connections, so RTMPT is not "
        "available."
    )
    acts = WebServer.acts
    you = WebServer.you
    operator = WebServer.operator


class ClosedSuspected(FindingTexts, of="tunnel-not-offered.closed-suspected"):
    """The port is refused, by whom is not known."""

    headline = Closed.headline
    explanation = text(
        "RTMPT sends a stream inside web requests. Port {port} of {server:host} refuses connections. Either RTMPT is not "
        "running there, or a firewall rejects the connection."
    )
    acts = WebServer.acts
    you = Intercepted.you
    operator = WebServer.operator
    decisive_test = Intercepted.decisive_test


class Lost(FindingTexts, of="tunnel-not-offered.lost"):
    """A session was opened, and the server did not know it later."""

    headline = text("Tunneled RTMP (RTMPT) opens, but its session is lost.")
    explanation = text(
        "RTMPT sends a stream inside web requests. On port {port} of {server:host}, a session was opened, but a later "
        "request found it gone. Typical reasons: several servers share one address but not their sessions, the server "
        "ended the session, or it does not really offer RTMPT."
    )
    acts = WebServer.acts
    you = (
        Steps.SAVE_REPORT,
        step(
            "Ask them for an address without tunneling.",
            premise=Premise.NO_ADDRESS_YET,
        ),
        Steps.USE_BEST_ROUTE,
    )
    operator = (
        step(
            "If a load balancer is in front of it, send all requests in a session (/open, /send/ID, /idle/ID) to the same "
            "server (sticky sessions)."
        ),
        step("Otherwise, check the media server's log for why it ended the session."),
    )


class Cached(FindingTexts, of="tunnel-not-offered.cached"):
    """An old answer came again."""

    headline = text("Tunneled RTMP (RTMPT) is answered from a cache.")
    explanation = text(
        "RTMPT sends a stream inside web requests. On port {port} of {server:host}, a session was opened, but then an "
        "earlier answer came back instead of a new one. A cache in front of the media server stores its answers."
    )
    acts = WebServer.acts
    you = Lost.you
    operator = (
        step(
            "Exempt the tunnel's requests (/open, /send, /idle, /close, /fcs) from every cache and CDN in front of the media "
            "server."
        ),
    )


class Endless(FindingTexts, of="tunnel-not-offered.endless"):
    """An answer came that did not end."""

    headline = text("Tunneled RTMP (RTMPT) gets an answer that never ends.")
    explanation = text(
        "RTMPT sends a stream inside web requests. On port {port} of {server:host}, a session was opened, but then an "
        "answer did not end where it should."
    )
    acts = WebServer.acts
    you = Lost.you
    operator = (
        step("Check what answers on port {port}, and whether something in front of it changes the answers."),
    )


class Broken(FindingTexts, of="tunnel-not-offered.broken"):
    """A session did not last, and who spoilt it is not known."""

    headline = text("Tunneled RTMP (RTMPT) opens, but its session does not last.")
    explanation = text(
        "RTMPT sends a stream inside web requests. On port {port} of {server:host}, a session was opened and then broke. "
        "The cause may be the server, something in front of it, or a web proxy in your network that leaves no trace."
    )
    acts = (Actor.OPERATOR, Actor.ADMINISTRATOR)
    you = (Steps.OTHER_NETWORK, *Lost.you[:1], Steps.USE_BEST_ROUTE)
    administrator = (
        step(
            "Check whether a web proxy or cache in this network handles requests to {server:host}, and exempt it."
        ),
    )
    operator = (
        step(
            "Check that every request in a session reaches the same media server, and that nothing caches the answers."
        ),
    )
    decisive_test = Intercepted.decisive_test


class Earned(Table, of="tunnel-not-offered.earned"):
    """What the confidence rests on."""

    OWN_ANSWER = text("The web server's own answer shows it.")
    DOUBTFUL_ANSWER = text("A web server answered, but the answer has more than one possible cause.")
    REFUSED = text("The port is refused, while other connections from here work.")
    DOUBTFUL_REFUSAL = text("The port is refused, but who refuses it is not known.")
    INSIDE_TLS = text("It happens inside TLS, where no device on the network path can change anything.")
    UNMARKED = text("A reference server's web page came through without a proxy.")
    DOUBTFUL_SESSION = text("The session broke, but what broke it is not known.")


_BROKEN: dict[Fault | None, type[FindingTexts]] = {
    Fault.LOST: Lost,
    Fault.REPLAYED: Cached,
    Fault.ENDLESS: Endless,
}


def judge(run: RunView) -> Answer:
    """The tunnel's door is answered by a web server, or refused; it was asked for, or this network blocks every other way."""
    tunnels = [a for a in run.fallback if a.endpoint.transport.is_tunnel]
    if run.plan_succeeded or run.is_captive:
        return None
    asked = run.asked_for is not None and run.asked_for.is_tunnel
    lost = next((a for a in tunnels if fault_of(a) is not None), None)
    if lost is not None and (asked or is_proved(run)):
        return ask_unless_answered(run.ask_control_http(), _broken(run, lost))
    if any(a in run.spoke_rtmp for a in tunnels):
        return None
    web = next((a for a in tunnels if no_tunnel(a) is not None), None)
    if web is not None and (asked or (is_proved(run) and not run.spoke_rtmp)):
        facts = no_tunnel(web)
        assert facts is not None
        questions = run.ask_control_http() if _may_be_anothers(facts) else ()
        if web.endpoint.transport is Transport.RTMPT and sends_to_tls(facts, run.target.host):
            questions += run.ask_server(
                Experiment.SERVER_PORT, Transport.RTMPTS.default_port, Transport.RTMPTS
            )
        return ask_unless_answered(questions, _answered(run, web, facts))
    refused = next((a for a in tunnels if _refused(a)), None)
    if refused is None or not asked:
        return None
    port = refused.endpoint.port
    control = run.control_tcp(port)
    if control is not None and not control.ok:
        return None  # the port is refused to another server as well
    return ask_unless_answered(run.ask_control_port(port), _closed(run, refused, control is not None))


def _may_be_anothers(facts: TunnelFacts) -> bool:
    """Whether a proxy or a sign-in page may have answered in the server's place."""
    return is_marked(facts) or is_redirection(facts.status)


def _refused(attempt: Attempt) -> bool:
    return failed_with(attempt, StepName.TCP, FailureKind.REFUSED)


def _answered(run: RunView, web: Attempt, facts: TunnelFacts) -> Found | None:
    """A web server has the tunnel's port: the server's own, unless a proxy or a sign-in page may have answered."""
    confidence = Confidence.CONFIRMED if run.asked_for is not None else Confidence.LIKELY
    if (facts.status or 0) >= 500:
        confidence = Confidence.POSSIBLE  # a front-end whose tunnel is down speaks like this
    if _may_be_anothers(facts):
        control = run.control_web
        if is_marked(facts) and same_proxy(facts.headers, control):
            return None  # the proxy that refused stands in our path
        confidence = (
            Confidence.LIKELY if control is not None and control.status == 204 else Confidence.POSSIBLE
        )
    sure = confidence is not Confidence.POSSIBLE
    if sure:
        case: type[FindingTexts] = WebServer
    else:
        case = ServerError if (facts.status or 0) >= 500 else Intercepted
    earned = Earned.OWN_ANSWER if sure else Earned.DOUBTFUL_ANSWER
    ruled_out = (RuledOut.BLOCKED_PORT.of(ports=(web.endpoint.port,)),)
    return _found(run, case, confidence, earned.of(), web, ruled_out)


def _closed(run: RunView, refused: Attempt, compared: bool) -> Found:
    """`compared`: the same port of the control host opens."""
    near = refused_on_link(run, refused.endpoint.port) is not None
    if run.is_loopback or near or run.connected or compared:
        earned = Grounds.SAME_LINK if near else Earned.REFUSED
        earned = Grounds.THIS_COMPUTER if run.is_loopback else earned
        return _found(run, Closed, Confidence.LIKELY, earned.of(), refused)
    return _found(run, ClosedSuspected, Confidence.POSSIBLE, Earned.DOUBTFUL_REFUSAL.of(), refused)


def _found(
    run: RunView,
    case: type[FindingTexts],
    confidence: Confidence,
    earned: Message,
    tunnel: Attempt,
    rules_out: tuple[Message, ...] = (),
) -> Found:
    other = next(iter(run.connected), None)
    return Found(
        case,
        confidence,
        earned,
        (attempt_line(tunnel), *((attempt_line(other),) if other is not None else ())),
        values={"port": tunnel.endpoint.port, "settings": settings(run, Topic.TUNNEL_PORT)},
        rules_out=rules_out,
    )


def _broken(run: RunView, lost: Attempt) -> Found | None:
    """A session was opened and did not last. A proxy in our path that may have spoilt it is proxy-blocks-tunnel's."""
    facts, control = tunnel_facts(lost), run.control_web
    assert facts is not None
    if is_marked(facts) and same_proxy(facts.headers, control):
        return None
    if run.is_loopback:
        earned = Grounds.THIS_COMPUTER
    elif lost.endpoint.transport.uses_tls:
        earned = Earned.INSIDE_TLS
    elif control is not None and control.status == 204:
        earned = Earned.UNMARKED
    else:
        earned = Earned.DOUBTFUL_SESSION
    sure = earned is not Earned.DOUBTFUL_SESSION
    case = _BROKEN[fault_of(lost)] if sure else Broken
    return Found(
        case,
        Confidence.LIKELY if sure else Confidence.POSSIBLE,
        earned.of(),
        spoilt_lines(lost),
        values={"port": lost.endpoint.port},
        rules_out=(RuledOut.BLOCKED_PORT.of(ports=(lost.endpoint.port,)),),
    )


RULE = Rule(Cause.TUNNEL_NOT_OFFERED, judge)
