"""transparent-proxy: a web proxy in the path takes the connections to port 80 and answers RTMP with an HTTP error."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.paths import last_router, nearer_to_us
from fmsdiag.diagnosis.evidence.proxy_marks import is_marked, proxy_marks, same_proxy
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.web import http_answer
from fmsdiag.diagnosis.lines.attempts import attempt_line, evidence_line
from fmsdiag.diagnosis.requests import request
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.hops import arrived
from fmsdiag.messages.text import Premise, Table, step, text
from fmsdiag.model import (
    Actor,
    Attempt,
    Cause,
    Confidence,
    EvidenceLine,
    Experiment,
    HttpFacts,
    Message,
    RequestKind,
    StepName,
    Transport,
)
from fmsdiag.model.messages import Quote

MOST_OF_HEADER = 120


class Intercepts(FindingTexts, of="transparent-proxy.intercepts"):
    """The proxy stands in this network."""

    headline = text("A web proxy in your network intercepts port {port}.")
    explanation = text(
        "Connections to port {port} of {server:host} end at a web proxy in your network. The proxy understands only web "
        "requests and answers RTMP with an error."
    )
    acts = (Actor.ADMINISTRATOR,)
    you = (Steps.COPY_REQUEST, Steps.USE_BEST_ROUTE)
    administrator = (
        step("Exempt {server:host} from the web proxy that intercepts outgoing TCP port {port}."),
    )
    operator = (
        step(
            "Offer RTMPS on port 443 or RTMPT on port 80. Your customer's network intercepts port {port}.",
            premise=Premise.SECURE_NOT_YET_OFFERED,
        ),
    )


class Beside(FindingTexts, of="transparent-proxy.beside"):
    """Likewise, but the plan's first attempt connected: the stream does not need this port."""

    headline = Intercepts.headline
    explanation = text(
        "Connections to port {port} of {server:host} end at a web proxy in your network. The proxy understands only web "
        "requests and answers RTMP with an error. Streaming works without this port."
    )
    acts = Intercepts.acts
    administrator = (
        step(
            "No change is needed for this stream. To allow RTMP on port {port} as well, exempt {server:host} from the web "
            "proxy."
        ),
    )


class Suspected(FindingTexts, of="transparent-proxy.suspected"):
    """The answer names a proxy, and where that stands is not known."""

    headline = text("A web proxy answers on port {port} instead of the server.")
    explanation = text(
        "A web proxy answered RTMP on port {port} of {server:host} with an error, because it understands only web "
        "requests. The proxy may be in your network or on the server side."
    )
    acts = (Actor.ADMINISTRATOR, Actor.OPERATOR)
    you = (
        Steps.OTHER_NETWORK,
        step(
            "If the proxy answers only here, press Copy Request and send it to the person who runs this network.",
            Steps.COPY_REQUEST.action,
            elsewhere=text(
                "If the proxy answers only here, send the request to the person who runs this network."
            ),
        ),
        Steps.USE_BEST_ROUTE,
    )
    administrator = (
        step("If a proxy of this network intercepts outgoing TCP port {port}, exempt {server:host} from it."),
    )
    operator = (
        step("If the proxy on port {port} is yours, route RTMP around it. It handles only web requests."),
    )
    decisive_test = text(
        "Run the test from another network, such as a phone's hotspot. If the proxy answers there too, it is most likely on "
        "the server side.",
        premise=Premise.OTHER_NETWORK,
    )


class Seen(Table, of="transparent-proxy.seen"):
    # translators: {header} is a line of an HTTP answer, such as "via: 1.1 gate (squid/5.7)"
    MARK = text("The answer has a web proxy's header: {header:quote}")
    NEARER = text(
        "Port {port} answers at hop {near:count}, port {other:port} of the same server at hop {far:count}."
    )
    REFERENCE_MARKED = text("A reference server's answer has the same proxy's header.")


class Earned(Table, of="transparent-proxy.earned"):
    """What the confidence rests on."""

    NEARER = text("The answer names a proxy and comes from nearer than the server.")
    REFERENCE_MARKED = text("The answer names a proxy that also forwards a reference server's answers.")
    UNPLACED = text("The answer names a proxy, but where it is could not be measured.")


class Excluded(Table, of="transparent-proxy.ruled-out"):
    SERVER = text("The answer does not come from the server: the proxy gives it.")


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


def _conclusion(run: RunView, attempt: Attempt, facts: HttpFacts, other: int | None) -> Found | None:
    port = attempt.endpoint.port
    here = arrived(run.hops(port))
    there = arrived(run.hops(other)) if other is not None else None
    control = same_proxy(facts.headers, run.control_web)
    if here is not None and there is not None and other is not None:
        if here < there and nearer_to_us(last_router(run.hops(port)), there, run.on_local_side):
            nearer = Seen.NEARER.of(port=port, near=here, other=other, far=there)
            return _found(run, attempt, facts, nearer, bool(control))
        if not control:
            return None  # it answers from the server's side of the internet: the operator's own
    if control is None:
        # a healthy run accuses nobody on a header's word alone
        return None if run.plan_connected else _found(run, attempt, facts, None, False)
    return _found(run, attempt, facts, None, True) if control else None


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
    return facts if is_marked(facts) else None


def _found(run: RunView, attempt: Attempt, facts: HttpFacts, nearer: Message | None, control: bool) -> Found:
    """`nearer` tells the distances of this port and of another; `control`: the control host's answer has the same mark."""
    proved = nearer is not None or control
    earned = Earned.NEARER if nearer is not None else Earned.REFERENCE_MARKED if control else Earned.UNPLACED
    needed = not run.plan_connected
    return Found(
        (Intercepts if needed else Beside) if proved else Suspected,
        Confidence.LIKELY if proved else Confidence.POSSIBLE,
        earned.of(),
        _seen(run, attempt, facts, nearer, control),
        values={"port": attempt.endpoint.port},
        rules_out=(Excluded.SERVER.of(),) if proved else (),
        request=request(run, [attempt.endpoint], kind=RequestKind.EXEMPT) if needed else None,
    )


def _seen(
    run: RunView, attempt: Attempt, facts: HttpFacts, nearer: Message | None, control: bool
) -> tuple[EvidenceLine, ...]:
    mark = Quote(proxy_marks(facts.headers)[0][:MOST_OF_HEADER])
    seen = [attempt_line(attempt), evidence_line(Seen.MARK.of(header=mark), attempt.failed_step)]
    if nearer is not None:
        seen.append(evidence_line(nearer, run.hop_step(attempt.endpoint.port)))
    if control:
        web = run.performed(Experiment.CONTROL_HTTP)[0]
        seen.append(evidence_line(Seen.REFERENCE_MARKED.of(), web.step(StepName.HTTP)))
    tunnel = next((a for a in run.connected if a.endpoint.transport.is_tunnel), None)
    if tunnel is not None:
        seen.append(attempt_line(tunnel))
    return tuple(seen)


RULE = Rule(
    Cause.TRANSPARENT_PROXY,
    judge,
    explains=(Cause.WRONG_SERVICE_ON_PORT, Cause.TUNNEL_NOT_OFFERED, Cause.NON_HTTP_BLOCKED),
)
