"""tunnel-not-offered: RTMPT was asked for or needed, and the server has a plain web server, or nothing, in its place."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence import Evidence
from fmsdiag.diagnosis.rule import Answer, Match, Rule, line
from fmsdiag.diagnosis.wording import method, told
from fmsdiag.model import Actor, Advice, Attempt, Confidence, FailureKind, StepName, Transport, TunnelFacts

CAUSE = "tunnel-not-offered"
_PROXY_MARKS = ("via", "x-squid-error", "x-bluecoat-via", "proxy-agent")
_NEEDED = (FailureKind.TIMED_OUT, FailureKind.RESET, FailureKind.REFUSED)


def judge(evidence: Evidence) -> Answer:
    """The tunnel's door is answered by a web server; it was asked for, or every direct port is blocked."""
    tunnels = [a for a in evidence.fallback if a.endpoint.transport.is_tunnel]
    refused = next((a for a in tunnels if _plain_web_server(a) or _refused_by_server(a)), None)
    if refused is None or any(a in evidence.spoke_rtmp for a in tunnels):
        return None
    asked = evidence.asked_for in (Transport.RTMPT, Transport.RTMPTS)
    direct = [a for a in evidence.fallback if not a.endpoint.transport.is_tunnel]
    needed = bool(direct) and all(_blocked(a) for a in direct) and _plain_web_server(refused)
    if not asked and not needed:
        return None
    return _match(evidence, refused)


def _plain_web_server(attempt: Attempt) -> bool:
    """An answer from a web server, and no sign that a proxy gave it in the server's place."""
    step = attempt.step(StepName.TUNNEL)
    facts = step.facts if step is not None and not step.ok else None
    if not isinstance(facts, TunnelFacts) or facts.status is None or facts.status == 407:
        return False
    return not any(name in _PROXY_MARKS for name, _ in facts.headers)


def _refused_by_server(attempt: Attempt) -> bool:
    step = attempt.step(StepName.TCP)
    return step is not None and step.failure is not None and step.failure.kind is FailureKind.REFUSED


def _blocked(attempt: Attempt) -> bool:
    ended = attempt.failed_step
    return ended is not None and ended.failure is not None and ended.failure.kind in _NEEDED


def _match(evidence: Evidence, refused: Attempt) -> Match:
    step = refused.step(StepName.TUNNEL)
    facts = step.facts if step is not None else None
    software = facts.looks_like if isinstance(facts, TunnelFacts) else None
    port = refused.endpoint.port
    web = step is not None
    answer = (
        f"An ordinary web server answers there ({software})."
        if software
        else "An ordinary web server answers there."
    )
    seen = [line(f"{told(refused)}.", refused.failed_step)]
    other = next((a for a in evidence.connected), None)
    if other is not None:
        seen.append(line(f"{method(other.endpoint)} works.", other.observations[-1]))
    return Match(
        Confidence.CONFIRMED if web else Confidence.LIKELY,
        f"The server offers no RTMP tunnel (RTMPT) on port {port}.",
        f"RTMPT packs a stream into web requests. Port {port} of {evidence.target.host} does not offer it. "
        + (answer if web else "It refuses the connection."),
        (Actor.OPERATOR,),
        Advice(
            user=f"Use {method(other.endpoint)} instead: it works from here."
            if other is not None
            else "Ask the people who run the server which address works from networks that allow only web traffic.",
            operator=f"To offer RTMPT on port {port}: AMS listens there when ADAPTOR.HOSTPORT names it; Wowza: add the port to "
            "VHost.xml; Red5: enable the RTMPT servlet. nginx-rtmp and SRS have no RTMPT.",
        ),
        "The web server's own answer says so." if web else "The server refuses the port.",
        tuple(seen),
        rules_out=("a firewall that blocks web traffic",) if web else (),
    )


RULE = Rule(CAUSE, judge)
