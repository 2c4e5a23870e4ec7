"""tunnel-not-offered: RTMPT was asked for or needed, and the server has a plain web server, or nothing, in its place."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence import Evidence, failed_with, is_page, is_redirection, proxy_marks, same_proxy
from fmsdiag.diagnosis.port_proof import is_proved
from fmsdiag.diagnosis.rule import Answer, Match, Rule, ask_or, line
from fmsdiag.diagnosis.wording import method, told
from fmsdiag.model import Actor, Advice, Attempt, Confidence, FailureKind, StepName, Transport, TunnelFacts

CAUSE = "tunnel-not-offered"


def judge(evidence: Evidence) -> Answer:
    """The tunnel's door is answered by a web server, or refused; it was asked for, or this network blocks every other way."""
    tunnels = [a for a in evidence.fallback if a.endpoint.transport.is_tunnel]
    if any(a in evidence.spoke_rtmp for a in tunnels) or evidence.plan_succeeded or evidence.is_captive:
        return None
    asked = evidence.asked_for in (Transport.RTMPT, Transport.RTMPTS)
    web = next((a for a in tunnels if _web_answer(a) is not None), None)
    if web is not None and (asked or (is_proved(evidence) and not evidence.spoke_rtmp)):
        facts = _web_answer(web)
        assert facts is not None
        questions = evidence.ask_control_http() if _by_somebody(facts) else ()
        return ask_or(questions, _conclusion(evidence, web, facts))
    refused = next((a for a in tunnels if _refused(a)), None)
    if refused is None or not asked:
        return None
    control = evidence.control_tcp(refused.endpoint.port)
    if control is not None and not control.ok:
        return None  # the port is refused to another server as well
    own = evidence.is_loopback or bool(evidence.connected) or control is not None
    return ask_or(
        evidence.ask_control_port(refused.endpoint.port),
        _match(evidence, refused, Confidence.LIKELY if own else Confidence.POSSIBLE),
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


def _conclusion(evidence: Evidence, web: Attempt, facts: TunnelFacts) -> Match | None:
    asked = evidence.asked_for is not None
    confidence = Confidence.CONFIRMED if asked else Confidence.LIKELY
    if (facts.status or 0) >= 500:
        confidence = Confidence.POSSIBLE  # a front-end whose tunnel is down speaks like this
    if _by_somebody(facts):
        control = evidence.control_web
        if proxy_marks(facts.headers) and same_proxy(facts.headers, control):
            return None  # the proxy that refused stands in our path
        confidence = (
            Confidence.LIKELY if control is not None and control.status == 204 else Confidence.POSSIBLE
        )
    return _match(evidence, web, confidence)


def _refused(attempt: Attempt) -> bool:
    return failed_with(attempt, StepName.TCP, FailureKind.REFUSED)


def _match(evidence: Evidence, refused: Attempt, confidence: Confidence) -> Match:
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
    other = next(iter(evidence.connected), None)
    if other is not None:
        seen.append(line(f"{method(other.endpoint)} works.", other.observations[-1]))
    return Match(
        confidence,
        f"The server offers no RTMP tunnel (RTMPT) on port {port}.",
        f"RTMPT packs a stream into web requests. Port {port} of {evidence.target.host} does not offer it. "
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


RULE = Rule(CAUSE, judge)
