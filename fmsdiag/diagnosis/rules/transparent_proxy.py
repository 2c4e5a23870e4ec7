"""transparent-proxy: a web proxy in the path takes the connections to port 80 and answers RTMP with an HTTP error."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence import Evidence, arrived, http_answer
from fmsdiag.diagnosis.rule import Answer, Ask, Match, Rule, line
from fmsdiag.diagnosis.wording import firewall_request, told
from fmsdiag.model import (
    Actor,
    Advice,
    Attempt,
    Confidence,
    Experiment,
    HttpFacts,
    Observation,
    StepName,
    Transport,
)

CAUSE = "transparent-proxy"
_MARKS = ("via", "x-squid-error", "x-cache", "x-bluecoat-via", "proxy-agent", "x-cache-lookup")


def judge(evidence: Evidence) -> Answer:
    """RTMP is answered by an HTTP error that names a proxy, and the path to that port ends before the server."""
    answered = next(((a, f) for a in evidence.media if (f := _error_of(a)) is not None and _marks(f)), None)
    if answered is None:
        return None
    attempt, facts = answered
    port = attempt.endpoint.port
    other = next((p for p in evidence.open_ports if p != port), None)
    here, there = arrived(evidence.hops(port)), arrived(evidence.hops(other)) if other is not None else None
    if other is not None and not evidence.performed(Experiment.HOPS, port):
        questions = (*evidence.ask_hops(port), *evidence.ask_hops(other))
        if questions:
            return Ask(questions, _match(evidence, attempt, facts, None))
    if here is not None and there is not None and here >= there:
        return None  # it answers from where the server's other ports answer: the operator's own proxy
    return _match(evidence, attempt, facts, (here, there) if here is not None and there is not None else None)


def _error_of(attempt: Attempt) -> HttpFacts | None:
    step = attempt.step(StepName.HANDSHAKE)
    if attempt.endpoint.transport is not Transport.RTMP or step is None or step.ok:
        return None
    return http_answer(step)


def _marks(facts: HttpFacts) -> list[str]:
    return [f"{name}: {value}" for name, value in facts.headers if name in _MARKS]


def _match(evidence: Evidence, attempt: Attempt, facts: HttpFacts, paths: tuple[int, int] | None) -> Match:
    port = attempt.endpoint.port
    step: Observation | None = attempt.failed_step
    seen = [
        line(f"{told(attempt)}.", step),
        line(f"The answer carries the mark of a web proxy: {_marks(facts)[0][:120]}.", step),
    ]
    if paths is not None:
        seen.append(
            line(
                f"Port {port} is answered {paths[0]} hops away, the server's other ports {paths[1]} hops away."
            )
        )
    tunnel = next((a for a in evidence.connected if a.endpoint.transport.is_tunnel), None)
    if tunnel is not None:
        seen.append(line(f"RTMPT passes through it on port {tunnel.endpoint.port}.", tunnel.observations[-1]))
    return Match(
        Confidence.LIKELY,
        f"A web proxy in your network answers for the server on port {port}.",
        f"What was sent to port {port} of the server was answered by a web proxy in between"
        + (f" ({facts.looks_like})" if facts.looks_like else "")
        + ". It understands only web requests and refuses RTMP. "
        + (
            "RTMPT, which looks like web requests, gets through."
            if tunnel is not None
            else "Other ports are not affected by it."
        ),
        (Actor.ADMINISTRATOR,),
        Advice(
            user="Streaming may still work another way, but not directly on this port. Give the text below to whoever looks "
            "after this network.",
            administrator=f"An intercepting proxy takes TCP port {port} to {evidence.target.host} and answers RTMP with HTTP "
            f"{facts.status}. Exempt this server from interception, or allow TCP port 1935 to it.",
            operator="The customer's network intercepts port 80. Offer RTMP on 1935, RTMPS on 443, or RTMPT on 80.",
            firewall_request=firewall_request(evidence, [attempt.endpoint]),
        ),
        "The answer names a proxy"
        + (
            ", and comes from nearer than the server."
            if paths is not None
            else "; where it stands could not be measured."
        ),
        tuple(seen),
        rules_out=("the server refusing the connection",),
    )


RULE = Rule(CAUSE, judge, explains=("wrong-service-on-port", "tunnel-not-offered", "non-http-blocked"))
