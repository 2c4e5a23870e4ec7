"""proxy-blocks-tunnel: a web proxy carries pages, and refuses the requests of an RTMP tunnel (RTMPT)."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.proxies import (
    ask_control_through,
    ask_server_through,
    controls_through,
    denied,
    host_of,
    proxied,
    proxy_facts,
)
from fmsdiag.diagnosis.evidence.run import RunView, http_answer, is_page, proxy_marks, same_proxy
from fmsdiag.diagnosis.evidence.tunnel import spoilt, tunnel_facts
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, ask_unless_answered, line
from fmsdiag.diagnosis.rules.proxy.proxy_denies_server import served
from fmsdiag.diagnosis.wording import firewall_request, method
from fmsdiag.model import (
    Actor,
    Attempt,
    Confidence,
    Experiment,
    Observation,
    StepName,
    TunnelFacts,
)

CAUSE = "proxy-blocks-tunnel"


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
    lost = next((a for a in tunnels if spoilt(a) is not None), None)
    facts = tunnel_facts(lost) if lost is not None else None
    if lost is None or facts is None or run.plan_succeeded or not same_proxy(facts.headers, run.control_web):
        return None
    web = next((s for a in run.performed(Experiment.CONTROL_HTTP) if (s := a.step(StepName.HTTP))), None)
    step = spoilt(lost)
    assert step is not None
    what = step.failure.detail if step.failure is not None else ""
    return Match(
        Confidence.LIKELY,
        "A web proxy spoils the session of the RTMP tunnel.",
        f"RTMPT hides a stream in web requests. A web proxy in your network carries them to {run.target.host}, a "
        f"session was opened, and then {what}. A proxy that keeps answers, or spreads requests, does so.",
        (Actor.ADMINISTRATOR,),
        Advice(
            user="Give this report to whoever looks after this network.",
            administrator=f"Exempt {run.target.host} from the web proxy's cache, or from the proxy altogether: answers to "
            "POST requests with content type application/x-fcs must not be kept.",
            operator="Offer RTMPS on port 443, which proxies cannot look into.",
            firewall_request=firewall_request(run, [lost.endpoint]),
        ),
        "The answer bears the mark of a proxy that marks other servers' answers too.",
        (
            line(f"{method(lost.endpoint)}: {what}.", step),
            line("Another server's page bears the mark of the same proxy.", web),
        ),
        rules_out=("the server being down", "a blocked port"),
    )


def _in_path(run: RunView) -> Answer:
    direct = [a for a in run.own if a.endpoint.proxy is None and a.endpoint.transport.is_tunnel]
    refused = next((a for a in direct if _error(a) is not None), None)
    if refused is None or run.is_loopback or any(a in run.spoke_rtmp for a in direct):
        return None
    facts = _error(refused)
    assert facts is not None
    questions = run.ask_control_http()
    web = next((s for a in run.performed(Experiment.CONTROL_HTTP) if (s := a.step(StepName.HTTP))), None)
    # where the proxy stands is told by another server's answer
    ours = same_proxy(facts.headers, run.control_web)
    if not ours or web is None:
        return ask_unless_answered(questions, None)
    pages = (a.step(StepName.HTTP) for a in run.performed(Experiment.HTTP_ON_PORT, refused.endpoint.port))
    page = next(
        (s for s in pages if s is not None and (f := http_answer(s)) and not _is_proxys_error(f.headers)),
        None,
    )
    return ask_unless_answered(
        questions, _match(run, refused, facts.status, "", page or web, page is not None)
    )


def _error(attempt: Attempt) -> TunnelFacts | None:
    """An HTTP error that a proxy marked, in place of a session."""
    step = attempt.step(StepName.TUNNEL)
    facts = step.facts if step is not None and not is_page(attempt) else None
    if step is None or step.ok or not isinstance(facts, TunnelFacts) or facts.status in (None, 407):
        return None
    return (
        facts
        if (facts.status or 0) >= 400 and proxy_marks(facts.headers) and _is_proxys_error(facts.headers)
        else None
    )


def _is_proxys_error(headers: tuple[tuple[str, str], ...]) -> bool:
    """Whether the proxy wrote the answer itself: what it only passes on bears the server's own name."""
    named = dict(headers)
    if "x-squid-error" in named:
        return True
    server, via = named.get("server", "").lower(), named.get("via", "").lower()
    product = server.partition("/")[0].partition(" ")[0]
    return not product or product in via


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
    return ask_unless_answered(
        questions, _match(run, refused, facts.status if facts else None, host_of(proxy), page, True)
    )


def _match(
    run: RunView,
    refused: Attempt,
    status: int | None,
    proxy: str,
    passing: Observation,
    of_server: bool,
) -> Match:
    which = f"The proxy {proxy}" if proxy else "A web proxy in your network"
    working = next((a for a in run.connected if not a.endpoint.transport.is_tunnel), None)
    seen = [
        line(
            f"{method(refused.endpoint)}: the tunnel's first request was refused (HTTP {status}).",
            refused.failed_step,
        ),
        line(
            "A page of the same server comes through the same proxy."
            if of_server
            else "Another server's page comes through, and bears the mark of the same proxy.",
            passing,
        ),
    ]
    if working is not None:
        seen.append(line(f"{method(working.endpoint)} connects.", working.observations[-1]))
    return Match(
        Confidence.LIKELY,
        "A web proxy refuses the requests of the RTMP tunnel.",
        f"RTMPT hides a stream in web requests. {which} carries web pages to and from {run.target.host}, and answers "
        "these requests itself with an error: it forbids their kind (POST, media type application/x-fcs), or their addresses."
        + (f" {method(working.endpoint)} is not affected." if working is not None else ""),
        (Actor.ADMINISTRATOR,),
        Advice(
            user="The stream works by another way."
            if working is not None
            else "Give this report to whoever looks after this network.",
            administrator=f"Let the proxy pass POST requests to {run.target.host} with content type application/x-fcs "
            "(paths /open, /send, /idle, /close, /fcs) without waiting for whole answers, or exempt the server.",
            operator="Offer RTMPS on port 443, which proxies cannot look into.",
            firewall_request=firewall_request(run, [refused.endpoint]) if working is None else None,
        ),
        "The refusal is the proxy's own, and pages pass it.",
        tuple(seen),
        rules_out=("the server being down", "a server without a tunnel", "a blocked port"),
    )


RULE = Rule(
    CAUSE,
    judge,
    explains=(
        "transparent-proxy", "tunnel-not-offered", "wrong-service-on-port", "non-http-blocked", "port-blocked",
        "only-web-ports-allowed", "egress-blocked", "proxy-denies-server", "udp-blocked",
    ),
)  # fmt: skip
