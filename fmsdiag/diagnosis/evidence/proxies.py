"""What a run saw of proxies and portals: which ways led through one, what it said, and who answers for everybody."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.web import http_answer
from fmsdiag.model import (
    Attempt,
    Endpoint,
    Experiment,
    FailureKind,
    Observation,
    ProxyFacts,
    Question,
    Status,
    StepName,
    Transport,
)

WANTED = ((Transport.RTMPT, 80), (Transport.RTMPS, 443), (Transport.RTMP, 1935))
"""What is tried through a proxy that only the network names, likeliest first: web requests, the port of HTTPS, RTMP."""


# ---- attempts
def proxied(run: RunView) -> tuple[Attempt, ...]:
    """Ways to the server through a proxy: of the plan, the checks, and those that a rule asked for."""
    asked = run.performed(Experiment.THROUGH_PROXY)
    return tuple(a for a in (*run.own, *asked) if a.endpoint.proxy is not None)


def proxies(run: RunView) -> tuple[str, ...]:
    """The proxies that were tried, as URLs without credentials."""
    return tuple(dict.fromkeys(a.endpoint.proxy for a in proxied(run) if a.endpoint.proxy is not None))


def announced(run: RunView) -> tuple[str, ...]:
    """The proxies that the network's own configuration script names."""
    for attempt in run.performed(Experiment.WPAD):
        facts = http_answer(attempt.step(StepName.HTTP))
        if attempt.status is Status.CONNECTED and facts is not None:
            return facts.proxies
    return ()


def is_only_announced(run: RunView, proxy: str) -> bool:
    """Whether nobody has set this proxy on this computer: only the network's own script names it."""
    return proxy in announced(run) and all(a.endpoint.proxy != proxy for a in run.own)


def announces_direct(run: RunView) -> bool:
    """Whether the network's own script, which is not run here, sends at least some connections without a proxy."""
    facts = http_answer(announcement(run))
    return facts is not None and facts.direct


def announcement(run: RunView) -> Observation | None:
    return next(
        (s for a in run.performed(Experiment.WPAD) if (s := a.step(StepName.HTTP)) is not None and s.ok),
        None,
    )


def passed_proxy(attempt: Attempt) -> bool:
    """Whether the proxy itself let the attempt through, whatever the server said then."""
    step = attempt.step(StepName.PROXY)
    return step is not None and step.ok


def proxy_facts(attempt: Attempt) -> ProxyFacts | None:
    step = attempt.step(StepName.PROXY)
    return step.facts if step is not None and isinstance(step.facts, ProxyFacts) else None


def refused_with(attempt: Attempt) -> int | None:
    """With which status or code the proxy itself said no to the attempt; none if it did not."""
    step, facts = attempt.step(StepName.PROXY), proxy_facts(attempt)
    refused = step is not None and step.failure is not None and step.failure.kind is FailureKind.PROXY_REFUSED
    return facts.status if refused and facts is not None else None


def denied(attempt: Attempt) -> bool:
    """Whether the proxy said no by a rule of its own, and not because it could not reach the server."""
    facts = proxy_facts(attempt)
    return refused_with(attempt) is not None and facts is not None and not facts.could_not_connect


def allowed(attempt: Attempt) -> bool:
    """Whether the proxy's rules let the attempt through, but it could not reach the server there."""
    facts = proxy_facts(attempt)
    return refused_with(attempt) is not None and facts is not None and facts.could_not_connect


def unreached_through(run: RunView) -> Attempt | None:
    """The first attempt that a proxy allowed and could not connect to the server, where it connected and refused none."""
    routes = proxied(run)
    if any(passed_proxy(a) or denied(a) for a in routes):
        return None
    return next((a for a in routes if allowed(a)), None)


def served_control(run: RunView, proxy: str) -> Observation | None:
    """The control host's answer to a web request through that proxy."""
    steps = (a.step(StepName.HTTP) for a in controls_through(run, proxy))
    return next((s for s in steps if s is not None and s.ok and http_answer(s)), None)


def wants_password(attempt: Attempt) -> bool:
    step = attempt.step(StepName.PROXY)
    return (
        step is not None and step.failure is not None and step.failure.kind is FailureKind.PROXY_AUTH_REQUIRED
    )


# ---- what passes without
def directly_open(run: RunView) -> Observation | None:
    """A connection that someone beyond this network accepted directly: the server's or the control host's."""
    own = next((o for o in run.tcp if o.ok), None)
    controls = run.performed(Experiment.CONTROL_PORT)
    return own or next((o for o in run.steps(StepName.TCP, controls) if o.ok), None)


def controls_through(run: RunView, proxy: str) -> tuple[Attempt, ...]:
    """Web requests to the control host through that proxy."""
    return tuple(a for a in run.performed(Experiment.CONTROL_HTTP) if a.endpoint.proxy == proxy)


def ask_control_through(run: RunView, proxy: str) -> tuple[Question, ...]:
    host = run.options.control_http
    if host is None:
        return ()
    return (Question(Experiment.CONTROL_HTTP, Endpoint(Transport.HTTP, host, 80, proxy=proxy)),)


def ask_server_through(run: RunView, proxy: str) -> tuple[Question, ...]:
    """A plain web request to the server itself through that proxy."""
    where = Endpoint(Transport.HTTP, run.target.host, 80, proxy=proxy)
    return (Question(Experiment.HTTP_ON_PORT, where),)


def ask_ways_through(run: RunView, proxy: str) -> tuple[Question, ...]:
    """Ways to the server through a proxy, less those that were tried through it already; by SOCKS, RTMP's own port."""
    tried = {(a.endpoint.transport, a.endpoint.port) for a in proxied(run) if a.endpoint.proxy == proxy}
    wanted = [WANTED[-1]] if proxy.startswith("socks") else list(WANTED)
    if run.target.port is not None:
        wanted = [(run.target.transport or Transport.RTMP, run.target.port), *wanted]
    host = run.target.host
    return tuple(
        Question(Experiment.THROUGH_PROXY, Endpoint(transport, host, port, proxy=proxy))
        for transport, port in dict.fromkeys(wanted)
        if (transport, port) not in tried
    )
