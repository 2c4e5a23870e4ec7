"""tunnel-not-offered: RTMPT was asked for or needed, and the server has a plain web server, or nothing, in its place."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.port_proof import is_proved
from fmsdiag.diagnosis.evidence.run import (
    RunView,
    failed_with,
    is_page,
    is_redirection,
    proxy_marks,
    same_proxy,
)
from fmsdiag.diagnosis.evidence.tunnel import Fault, spoilt, tunnel_facts
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, ask_unless_answered, line
from fmsdiag.diagnosis.wording import method, told
from fmsdiag.model import Actor, Attempt, Confidence, FailureKind, StepName, TunnelFacts

CAUSE = "tunnel-not-offered"


def judge(run: RunView) -> Answer:
    """The tunnel's door is answered by a web server, or refused; it was asked for, or this network blocks every other way."""
    tunnels = [a for a in run.fallback if a.endpoint.transport.is_tunnel]
    if run.plan_succeeded or run.is_captive:
        return None
    asked = run.asked_for is not None and run.asked_for.is_tunnel
    lost = next((a for a in tunnels if spoilt(a) is not None), None)
    if lost is not None and (asked or is_proved(run)):
        return ask_unless_answered(run.ask_control_http(), _broken(run, lost))
    if any(a in run.spoke_rtmp for a in tunnels):
        return None
    web = next((a for a in tunnels if _web_answer(a) is not None), None)
    if web is not None and (asked or (is_proved(run) and not run.spoke_rtmp)):
        facts = _web_answer(web)
        assert facts is not None
        questions = run.ask_control_http() if _by_somebody(facts) else ()
        return ask_unless_answered(questions, _conclusion(run, web, facts))
    refused = next((a for a in tunnels if _refused(a)), None)
    if refused is None or not asked:
        return None
    control = run.control_tcp(refused.endpoint.port)
    if control is not None and not control.ok:
        return None  # the port is refused to another server as well
    own = run.is_loopback or bool(run.connected) or control is not None
    return ask_unless_answered(
        run.ask_control_port(refused.endpoint.port),
        _match(run, refused, Confidence.LIKELY if own else Confidence.POSSIBLE),
    )


def _web_answer(attempt: Attempt) -> TunnelFacts | None:
    """An HTTP answer that is no tunnel's, refusal or a page for everything; 407 is a proxy's."""
    step = attempt.step(StepName.TUNNEL)
    facts = step.facts if step is not None and (not step.ok or is_page(attempt)) else None
    return (
        facts if isinstance(facts, TunnelFacts) and facts.status is not None and facts.status != 407 else None
    )


def _by_somebody(facts: TunnelFacts) -> bool:
    """Whether a proxy or a sign-in page may have answered in the server's place."""
    return bool(proxy_marks(facts.headers)) or is_redirection(facts.status)


def _conclusion(run: RunView, web: Attempt, facts: TunnelFacts) -> Match | None:
    asked = run.asked_for is not None
    confidence = Confidence.CONFIRMED if asked else Confidence.LIKELY
    if (facts.status or 0) >= 500:
        confidence = Confidence.POSSIBLE  # a front-end whose tunnel is down speaks like this
    if _by_somebody(facts):
        control = run.control_web
        if proxy_marks(facts.headers) and same_proxy(facts.headers, control):
            return None  # the proxy that refused stands in our path
        confidence = (
            Confidence.LIKELY if control is not None and control.status == 204 else Confidence.POSSIBLE
        )
    return _match(run, web, confidence)


def _refused(attempt: Attempt) -> bool:
    return failed_with(attempt, StepName.TCP, FailureKind.REFUSED)


def _match(run: RunView, refused: Attempt, confidence: Confidence) -> Match:
    step = refused.step(StepName.TUNNEL)
    facts = step.facts if step is not None else None
    software = facts.looks_like if isinstance(facts, TunnelFacts) else None
    port = refused.endpoint.port
    web = step is not None
    status = (facts.status or 0) if isinstance(facts, TunnelFacts) else 0
    doubt = ""
    if confidence is Confidence.POSSIBLE and not web:
        doubt = " A firewall that refuses in the server's place would look the same."
    elif confidence is Confidence.POSSIBLE:
        doubt = (
            " A tunnel that is broken behind it would look the same."
            if status >= 500
            else " A web proxy, or a network that wants you to sign in first, would look the same."
        )
    answer = (
        f"An ordinary web server answers there ({software})."
        if software
        else "An ordinary web server answers there."
    )
    seen = [line(f"{told(refused)}.", refused.failed_step)]
    other = next(iter(run.connected), None)
    if other is not None:
        seen.append(line(f"{method(other.endpoint)} works.", other.observations[-1]))
    return Match(
        confidence,
        f"The server offers no RTMP tunnel (RTMPT) on port {port}.",
        f"RTMPT packs a stream into web requests. Port {port} of {run.target.host} does not offer it. "
        + (answer if web else "It refuses the connection.")
        + doubt,
        (Actor.OPERATOR,),
        Advice(
            user=f"Use {method(other.endpoint)} instead: it works from here."
            if other is not None
            else "Ask the people who run the server which address works from networks that allow only web traffic.",
            operator=f"To offer RTMPT on port {port}: AMS listens there when ADAPTOR.HOSTPORT names it; Wowza: add the port to "
            "VHost.xml; Red5: enable the RTMPT servlet. nginx-rtmp and SRS have no RTMPT.",
        ),
        "The answer may be another's."
        if doubt
        else "The web server's own answer says so."
        if web
        else "The server refuses the port.",
        tuple(seen),
        rules_out=("a firewall that blocks web traffic",) if web else (),
        decisive_test="Try the same address from another network." if doubt else "",
    )


def _broken(run: RunView, lost: Attempt) -> Match | None:
    """A session was opened and did not last. A proxy in our path that may have spoilt it is proxy-blocks-tunnel's."""
    step, facts, control = spoilt(lost), tunnel_facts(lost), run.control_web
    assert step is not None
    assert facts is not None
    if proxy_marks(facts.headers) and same_proxy(facts.headers, control):
        return None
    sure = (
        run.is_loopback or lost.endpoint.transport.uses_tls or (control is not None and control.status == 204)
    )
    what = step.failure.detail if step.failure is not None else ""
    port, host = lost.endpoint.port, run.target.host
    if what.startswith(Fault.LOST):
        headline = "The RTMP tunnel opens, but its session is lost."
        story = (
            "then the server no longer knew it. Several servers behind one address that do not share sessions do so, a server "
            "that ended the session, or one that is no tunnel and only passed for one."
        )
        operator = (
            "If a load balancer stands in front, let all requests of a session (/open, /send/ID, /idle/ID) reach the same "
            "server (sticky sessions). Else the log of the media server tells why it ended the session."
        )
    elif what.startswith(Fault.REPLAYED):
        headline = "The RTMP tunnel is answered from a cache."
        story = "then an earlier answer came in place of a new one: something keeps the answers and sends them again."
        operator = (
            "Exempt the tunnel's requests (/open, /send, /idle, /close, /fcs) from every cache and CDN in front of the media "
            "server; their answers must never be kept."
        )
    else:
        headline = "The RTMP tunnel's answer never ends."
        story = "then an answer came that did not end where a tunnel's answers do."
        operator = "Check what answers on this port, and whether something in front of the media server changes its answers."
    return Match(
        Confidence.LIKELY if sure else Confidence.POSSIBLE,
        headline,
        f"RTMPT packs a stream into web requests. On port {port} of {host} a session was opened, {story}"
        + ("" if sure else " A web proxy on the way that leaves no mark would look the same."),
        (Actor.OPERATOR,) if sure else (Actor.OPERATOR, Actor.ADMINISTRATOR),
        Advice(
            user="Send this report to the people who run the server, and ask for an address without a tunnel (rtmp or rtmps).",
            administrator=""
            if sure
            else "Check whether a web proxy or cache here handles requests to this server; exempt it.",
            operator=operator,
        ),
        "Nothing lies between this computer and itself."
        if run.is_loopback
        else "It happens inside TLS, where nobody on the way can change anything."
        if lost.endpoint.transport.uses_tls
        else "Other web answers come through unmarked by any proxy."
        if sure
        else "Who spoilt the session is not known.",
        (
            line(f"{method(lost.endpoint)}: {what}.", step),
            line("A session had been opened there.", lost.step(StepName.TUNNEL)),
        ),
        rules_out=("a blocked port", "the server being down"),
        decisive_test="" if sure else "Try the same address from another network.",
    )


RULE = Rule(CAUSE, judge)
