"""proxy-denies-server: the proxy's own rules forbid this server, or the ports that its streams need."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.proxies import (
    ask_control_through,
    ask_server_through,
    ask_ways_through,
    controls_through,
    denied,
    directly_open,
    host_of,
    passed_proxy,
    proxied,
    proxies,
    proxy_facts,
    through,
)
from fmsdiag.diagnosis.evidence.run import RunView, http_answer
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, ask_unless_answered, line
from fmsdiag.diagnosis.wording import joined
from fmsdiag.model import Actor, Attempt, Confidence, Experiment, Observation, StepName

CAUSE = "proxy-denies-server"


def judge(run: RunView) -> Answer:
    """Nothing connects, and the proxy says no to what would go through it; does it serve the control host?"""
    if run.plan_succeeded:
        return None
    for proxy in proxies(run):
        ways = [a for a in proxied(run) if a.endpoint.proxy == proxy]
        no = [a for a in ways if denied(a)]
        if no:
            questions = (
                *ask_control_through(run, proxy),
                *ask_server_through(run, proxy),
                *ask_ways_through(run, proxy),
            )
            return ask_unless_answered(questions, _conclusion(run, proxy, no))
    return None


def _conclusion(run: RunView, proxy: str, no: list[Attempt]) -> Match | None:
    ways = [a for a in proxied(run) if a.endpoint.proxy == proxy]
    page = served(run, proxy)
    passed = [a for a in ways if passed_proxy(a)]
    if page is None and not passed:
        return _match(run, proxy, no, None, _control_served(run, proxy))
    if any(a.endpoint.transport.is_tunnel for a in no) and page is not None and not passed:
        return None  # pages of this server pass, its tunnel does not: that is what is refused
    return _match(run, proxy, no, page or passed[0].step(StepName.PROXY), None)


def served(run: RunView, proxy: str) -> Observation | None:
    """The server's own answer to a web request through the proxy, if the proxy let it through."""
    asked = (a for a in run.performed(Experiment.HTTP_ON_PORT) if a.endpoint.proxy == proxy)
    return next(
        (s for a in asked if (s := a.step(StepName.HTTP)) is not None and s.ok and http_answer(s)), None
    )


def _control_served(run: RunView, proxy: str) -> Observation | None:
    """The control host's answer through the proxy."""
    steps = (a.step(StepName.HTTP) for a in controls_through(run, proxy))
    return next((s for s in steps if s is not None and s.ok and http_answer(s)), None)


def _match(
    run: RunView,
    proxy: str,
    no: list[Attempt],
    passing: Observation | None,
    control: Observation | None,
) -> Match:
    """`passing`: what of this server the proxy does carry, so that only ports are refused; `control`: another server."""
    where, host, elsewhere = host_of(proxy), run.target.host, directly_open(run)
    ports = joined([str(p) for p in sorted({a.endpoint.port for a in no})])
    facts = proxy_facts(no[0])
    words = (
        f"HTTP {facts.status} {facts.reason}".rstrip()
        if facts is not None and facts.method != "SOCKS5"
        else "not allowed by its rules"
    )
    seen = [line(f"{through(no[0])}: the proxy {where} says no ({words}).", no[0].failed_step)]
    if passing is not None:
        seen.append(line("Something else of this server passes the same proxy.", passing))
    if control is not None:
        seen.append(line("Another server's page comes through the same proxy.", control))
    direct = next((a for a in run.own if a.endpoint.proxy is None and a.failed_step is not None), None)
    if direct is not None:
        seen.append(line("Without the proxy, no connection comes about.", direct.failed_step))
    proved = (passing is not None or control is not None) and elsewhere is None
    many = "s" if " " in ports else ""
    return Match(
        Confidence.LIKELY if proved else Confidence.POSSIBLE,
        f"The proxy refuses the port{many} that streams need ({ports})."
        if passing is not None
        else "The proxy refuses this server.",
        f"The proxy {where} was asked to connect to {host}, and its rules forbid it. "
        + (
            f"It lets web traffic to this server through; it is port{many} {ports} that it refuses."
            if passing is not None
            else "Another server it serves, so it works, and it is this server that it does not allow."
            if control is not None
            else "Whether it refuses others as well is not known."
        ),
        (Actor.ADMINISTRATOR,),
        Advice(
            user="Ask whoever looks after this network to allow the server, with this report.",
            administrator=f"Allow {host} on the proxy {where}: CONNECT to port{many} {ports}"
            + (" (squid: SSL_ports and Safe_ports)" if passing is not None else ", and web requests (RTMPT)")
            + ".",
            operator="Offer RTMPS on port 443 or RTMPT on port 80: most proxies allow these."
            if passing is not None
            else "",
        ),
        "The proxy's own answer, and something else that it lets through."
        if proved
        else "The proxy's own answer; what else it would let through is not known."
        if elsewhere is None
        else "The proxy's own answer; but something connects without it, so it may not be needed.",
        tuple(seen[:5]),
        rules_out=("the server being down", "the application's name") if proved else (),
        decisive_test=""
        if proved
        else "Open another site through the same proxy, and the server from another network.",
    )


RULE = Rule(
    CAUSE,
    judge,
    explains=(
        "egress-blocked", "port-blocked", "only-web-ports-allowed", "only-https-allowed", "udp-blocked", "server-down",
        "server-firewall", "dns-no-answer", "dns-name-not-found", "dns-filtered", "dns-server-failure", "dns-stale-address",
        "no-internet",
    ),
)  # fmt: skip
