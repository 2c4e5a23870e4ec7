"""proxy-blocks-tunnel: a web proxy carries pages, and refuses the requests of an RTMP tunnel (RTMPT)."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.proxies import (
    ask_control_through,
    ask_server_through,
    controls_through,
    denied,
    proxied,
    proxy_facts,
)
from fmsdiag.diagnosis.evidence.proxy_errors import (
    denied_page,
    error_of_proxy,
    is_proxys_error,
    reference_page,
)
from fmsdiag.diagnosis.evidence.proxy_marks import same_proxy
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.tunnel import fault_of, refused_request, tunnel_facts
from fmsdiag.diagnosis.evidence.web import http_answer
from fmsdiag.diagnosis.lines.attempts import Lines, attempt_line, evidence_line
from fmsdiag.diagnosis.lines.tunnels import spoilt_lines
from fmsdiag.diagnosis.requests import request
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.rules.proxy.proxy_denies_server import served
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Table, Text, step, text
from fmsdiag.model import (
    Actor,
    Attempt,
    Cause,
    Confidence,
    Experiment,
    Observation,
    ProxyMethod,
    RequestKind,
    StepName,
    Transport,
)
from fmsdiag.model.messages import Name


class Blocked(FindingTexts, of="proxy-blocks-tunnel.blocked"):
    """The proxy answers the tunnel's requests with an error, and nothing else connects."""

    headline = text("A web proxy blocks RTMP tunneling (RTMPT).")
    explanation = text(
        "RTMPT sends a stream inside web requests. A web proxy lets web pages through but answers these "
        "requests with an error. It blocks all POST requests, this type of them (application/x-fcs), or their paths."
    )
    acts = (Actor.ADMINISTRATOR,)
    you = (Steps.COPY_REQUEST, Steps.USE_BEST_ROUTE)
    administrator = (
        step(
            "On the proxy, allow POST requests with content type application/x-fcs to {server:host}, paths /open, /send, "
            "/idle, /close, and /fcs, without buffering. Or let connections to this server bypass the proxy."
        ),
    )
    operator = (Steps.OFFER_SECURE,)


class Beside(FindingTexts, of="proxy-blocks-tunnel.beside"):
    """Likewise, while another route connects."""

    headline = Blocked.headline
    explanation = text(
        "RTMPT sends a stream inside web requests. A web proxy lets web pages through but answers these "
        "requests with an error. Another route to {server:host} connects."
    )
    acts = Blocked.acts
    you = (Steps.USE_BEST_ROUTE,)
    administrator = Blocked.administrator
    operator = Blocked.operator


class Spoils(FindingTexts, of="proxy-blocks-tunnel.spoils"):
    """The proxy lets a session be opened, which does not last."""

    headline = text("A web proxy breaks RTMP tunneling (RTMPT).")
    explanation = text(
        "RTMPT sends a stream inside web requests. Through a web proxy, a session with {server:host} was "
        "opened but did not last. Proxies that cache answers or spread requests across several machines break sessions "
        "this way."
    )
    acts = Blocked.acts
    you = Blocked.you
    administrator = (
        step(
            "Exempt {server:host} from the proxy's cache, or from the proxy altogether. Answers to POST requests with "
            "content type application/x-fcs must not be cached."
        ),
    )
    operator = Blocked.operator


class Seen(Table, of="proxy-blocks-tunnel.seen"):
    STATUS = text("The tunnel's first request was answered with HTTP {status:name}.")
    PAGE_PASSES = text("A page from the same server gets through the same proxy.")
    REFERENCE_MARKED = text("A reference server's page has the same proxy's header.")


class Earned(Table, of="proxy-blocks-tunnel.earned"):
    """What the confidence rests on."""

    OWN_REFUSAL = text("The error is the proxy's own, and web pages get through it.")
    SAME_MARK = text("The broken session's answers have the same proxy's header as a reference server's.")


class Excluded(Table, of="proxy-blocks-tunnel.ruled-out"):
    SERVER = text("The error does not come from the server: it is the proxy's own.")
    PORT = text("The port is not blocked: web pages get through.")
    SESSION_PORT = text("The port is not blocked: a session was opened.")


def judge(run: RunView) -> Answer:
    """The tunnel's first request is refused by a proxy: one in the path that marks other servers' answers as well, or the
    configured one, which lets the server's pages through.
    """
    return _spoils(run) or _in_path(run) or _configured(run)


def _spoils(run: RunView) -> Answer:
    """A session was opened and did not last, and the answer bears the mark of a proxy in our path."""
    tunnels = [
        a for a in run.fallback if a.endpoint.transport.is_tunnel and not a.endpoint.transport.uses_tls
    ]
    lost = next((a for a in tunnels if fault_of(a) is not None or refused_request(a) is not None), None)
    facts = tunnel_facts(lost) if lost is not None else None
    if lost is None or facts is None or run.plan_succeeded or not same_proxy(facts.headers, run.control_web):
        return None
    return Found(
        Spoils,
        Confidence.LIKELY,
        Earned.SAME_MARK.of(),
        (*spoilt_lines(lost), evidence_line(Seen.REFERENCE_MARKED.of(), reference_page(run))),
        rules_out=(Excluded.SESSION_PORT.of(),),
        request=request(run, [lost.endpoint], kind=RequestKind.PROXY),
    )


def _in_path(run: RunView) -> Answer:
    direct = [a for a in run.own if a.endpoint.proxy is None and a.endpoint.transport.is_tunnel]
    refused = next((a for a in direct if error_of_proxy(a) is not None), None)
    if refused is None or run.is_loopback or any(a in run.spoke_rtmp for a in direct):
        return None
    facts = error_of_proxy(refused)
    assert facts is not None
    if denied_page(run, refused) is not None:
        return None  # pages of this server are refused as well: see proxy-denies-server
    questions, web = run.ask_control_http(), reference_page(run)
    # where the proxy stands is told by another server's answer
    if not same_proxy(facts.headers, run.control_web) or web is None:
        return ask_unless_answered(questions, None)
    if not run.plan_connected:
        questions += run.ask_server(Experiment.HTTP_ON_PORT, refused.endpoint.port, Transport.HTTP)
    pages = (a.step(StepName.HTTP) for a in run.performed(Experiment.HTTP_ON_PORT, refused.endpoint.port))
    page = next(
        (s for s in pages if s is not None and (f := http_answer(s)) and not is_proxys_error(f.headers)),
        None,
    )
    said = Seen.PAGE_PASSES if page is not None else Lines.REFERENCE_MARKED
    return ask_unless_answered(questions, _found(run, refused, facts.status, page or web, said))


def _configured(run: RunView) -> Answer:
    tunnels = [
        a for a in proxied(run) if a.endpoint.transport.is_tunnel and not a.endpoint.transport.uses_tls
    ]
    refused = next((a for a in tunnels if denied(a)), None)
    if refused is None or run.plan_succeeded:
        return None
    proxy = refused.endpoint.proxy or ""
    page = served(run, proxy)
    questions = (*ask_server_through(run, proxy), *ask_control_through(run, proxy))
    if page is None or any(not c.ok for a in controls_through(run, proxy) if (c := a.step(StepName.PROXY))):
        return ask_unless_answered(questions, None)
    facts = proxy_facts(refused)
    status = facts.status if facts is not None and facts.method != ProxyMethod.SOCKS5 else None
    return ask_unless_answered(questions, _found(run, refused, status, page, Seen.PAGE_PASSES))


def _found(run: RunView, refused: Attempt, status: int | None, passing: Observation, said: Text) -> Found:
    """`passing` is the page that the proxy does carry, `said` whose it is."""
    working = next((a for a in run.connected if not a.endpoint.transport.is_tunnel), None)
    seen = [attempt_line(refused)]
    if status is not None:
        seen.append(evidence_line(Seen.STATUS.of(status=Name(str(status))), refused.failed_step))
    seen.append(evidence_line(said.of(), passing))
    if working is not None:
        seen.append(attempt_line(working))
    proxy = refused.endpoint.proxy
    return Found(
        Blocked if working is None else Beside,
        Confidence.LIKELY,
        Earned.OWN_REFUSAL.of(),
        tuple(seen),
        rules_out=(Excluded.SERVER.of(), Excluded.PORT.of()),
        request=request(run, [refused.endpoint], kind=RequestKind.PROXY, proxy=proxy)
        if working is None
        else None,
    )


RULE = Rule(
    Cause.PROXY_BLOCKS_TUNNEL,
    judge,
    explains=(
        Cause.TRANSPARENT_PROXY, Cause.TUNNEL_NOT_OFFERED, Cause.WRONG_SERVICE_ON_PORT, Cause.NON_HTTP_BLOCKED,
        Cause.PORT_BLOCKED, Cause.ONLY_WEB_PORTS_ALLOWED, Cause.EGRESS_BLOCKED, Cause.PROXY_DENIES_SERVER,
        Cause.UDP_BLOCKED,
    ),
)  # fmt: skip
