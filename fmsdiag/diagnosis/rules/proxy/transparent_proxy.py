"""transparent-proxy: a web proxy in the path takes the connections to port 80 and answers RTMP with an HTTP error."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.run import (
    RunView,
    arrived,
    http_answer,
    last_router,
    nearer_to_us,
    proxy_marks,
    same_proxy,
)
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, ask_unless_answered, line
from fmsdiag.diagnosis.wording import firewall_request, hops_away, told
from fmsdiag.model import (
    Actor,
    Attempt,
    Confidence,
    Experiment,
    HttpFacts,
    Observation,
    StepName,
    Transport,
)

CAUSE = "transparent-proxy"


def judge(run: RunView) -> Answer:
    """RTMP is answered by an HTTP error that names a proxy, and that proxy is in our path, not in front of the server."""
    answered = next(((a, f) for a in run.media if (f := _error_of(a)) is not None), None)
    if answered is None or run.is_loopback:
        return None
    attempt, facts = answered
    port, other = attempt.endpoint.port, _other_port(run, attempt.endpoint.port)
    questions = run.ask_control_http()
    if other is not None:
        questions += (*run.ask_hops(port), *run.ask_hops(other))
    return ask_unless_answered(questions, _conclusion(run, attempt, facts, other))


def _conclusion(run: RunView, attempt: Attempt, facts: HttpFacts, other: int | None) -> Match | None:
    here = arrived(run.hops(attempt.endpoint.port))
    there = arrived(run.hops(other)) if other is not None else None
    control = same_proxy(facts.headers, run.control_web)
    if here is not None and there is not None:
        if here < there and nearer_to_us(
            last_router(run.hops(attempt.endpoint.port)), there, run.on_local_side
        ):
            return _match(run, attempt, facts, (here, there), bool(control))
        if not control:
            return None  # it answers from the server's side of the internet: the operator's own
    if control is None:
        # a healthy run accuses nobody on a header's word alone
        return None if run.plan_connected else _match(run, attempt, facts, None, False)
    return _match(run, attempt, facts, None, True) if control else None


def _other_port(run: RunView, port: int) -> int | None:
    """Another open port to measure the server's distance by: best one where it spoke RTMP, which no web proxy does."""
    spoke = (a.endpoint.port for a in run.spoke_rtmp if not a.endpoint.transport.is_tunnel)
    return next((p for p in (*spoke, *run.open_ports) if p != port), None)


def _error_of(attempt: Attempt) -> HttpFacts | None:
    """The HTTP answer that RTMP got, if a proxy left its mark on it."""
    step = attempt.step(StepName.HANDSHAKE)
    if attempt.endpoint.transport is not Transport.RTMP or step is None or step.ok:
        return None
    facts = http_answer(step)
    return facts if facts is not None and proxy_marks(facts.headers) else None


def _match(
    run: RunView, attempt: Attempt, facts: HttpFacts, paths: tuple[int, int] | None, control: bool
) -> Match:
    """`paths` are the distances of this port and of another; `control`: the control host's answer has the same mark."""
    proved = paths is not None or control
    port = attempt.endpoint.port
    step: Observation | None = attempt.failed_step
    seen = [
        line(f"{told(attempt)}.", step),
        line(f"The answer carries the mark of a web proxy: {proxy_marks(facts.headers)[0][:120]}.", step),
    ]
    if paths is not None:
        seen.append(
            line(
                f"Port {port} is answered {hops_away(paths[0])}, another port of the server {hops_away(paths[1])}.",
                run.hop_step(port),
            )
        )
    if control:
        web = run.performed(Experiment.CONTROL_HTTP)[0]
        seen.append(line("The answer of another server carries the same mark.", web.step(StepName.HTTP)))
    tunnel = next((a for a in run.connected if a.endpoint.transport.is_tunnel), None)
    if tunnel is not None:
        seen.append(line(f"RTMPT passes through it on port {tunnel.endpoint.port}.", tunnel.observations[-1]))
    return Match(
        Confidence.LIKELY if proved else Confidence.POSSIBLE,
        f"A web proxy in your network answers for the server's port {port}."
        if proved
        else f"A web proxy answers for the server on port {port}.",
        f"What was sent to port {port} of the server was answered by a web proxy in between"
        + (f" ({facts.looks_like})" if facts.looks_like else "")
        + ". It understands only web requests and refuses RTMP."
        + (
            " RTMPT, which looks like web requests, gets through."
            if tunnel is not None
            else " Other ports are not affected by it."
            if run.connected
            else ""
        )
        + ("" if proved else " It may stand in your network, or belong to the server."),
        (Actor.ADMINISTRATOR,) if proved else (Actor.ADMINISTRATOR, Actor.OPERATOR),
        Advice(
            user="The stream itself works, by another way."
            if run.plan_connected
            else "Streaming may still work another way, but not directly on this port. Give the text below to whoever looks "
            "after this network.",
            administrator=f"An intercepting proxy takes TCP port {port} to {run.target.host} and answers RTMP with HTTP "
            f"{facts.status}. Exempt this server from interception."
            if proved
            else f"If a proxy of this network takes TCP port {port}, exempt this server from interception.",
            operator=f"The customer's network intercepts port {port}. Offer RTMP on 1935, RTMPS on 443, or RTMPT on 80."
            if proved
            else f"If the proxy on port {port} is yours, it passes only web requests: let RTMP go past it.",
            firewall_request=firewall_request(run, [attempt.endpoint]),
        ),
        "The answer names a proxy"
        + (
            ", and comes from nearer than the server."
            if paths is not None
            else " that also handles what another server answers."
            if control
            else "; where it stands could not be measured."
        ),
        tuple(seen),
        rules_out=("the server refusing the connection",) if proved else (),
        decisive_test=""
        if proved
        else "Try the same server from another network: a proxy of the server answers there, too.",
    )


RULE = Rule(CAUSE, judge, explains=("wrong-service-on-port", "tunnel-not-offered", "non-http-blocked"))
