"""proxy-auth-required: the proxy wants to know who asks, and was not told, or not to its liking."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.proxies import (
    directly_open,
    host_of,
    proxied,
    proxy_facts,
    through,
    wants_password,
)
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, line
from fmsdiag.diagnosis.wording import joined
from fmsdiag.model import Actor, Attempt, Confidence

CAUSE = "proxy-auth-required"


def judge(run: RunView) -> Answer:
    """A way through the proxy ends with its demand for a name and password, and nobody gets through by another."""
    asked = next((a for a in proxied(run) if wants_password(a)), None)
    if asked is None or run.plan_succeeded:
        return None
    return _match(run, asked)


def _match(run: RunView, asked: Attempt) -> Match:
    proxy, facts = host_of(asked.endpoint.proxy or ""), proxy_facts(asked)
    elsewhere = directly_open(run)
    sent = facts is not None and facts.credentials_sent
    schemes = joined(facts.authentication, "or") if facts is not None and facts.authentication else ""
    said = (
        f"HTTP {facts.status}"
        if facts is not None and facts.method != "SOCKS5" and facts.status
        else "its answer"
    )
    wish = f"{through(asked)}: the proxy {proxy} wants to know who asks ({said})."
    seen = [line(wish, asked.failed_step)]
    if schemes:
        seen.append(line(f"It accepts {schemes}.", asked.failed_step))
    direct = next((a for a in run.own if a.endpoint.proxy is None and a.failed_step is not None), None)
    if direct is not None:
        seen.append(line("Without the proxy, no connection comes about.", direct.failed_step))
    return Match(
        Confidence.CONFIRMED if elsewhere is None else Confidence.POSSIBLE,
        "The proxy does not accept the name and password it was given."
        if sent
        else "The proxy wants a name and password.",
        f"The proxy {proxy} lets nobody through who does not sign in"
        + (", and it refused the name and password that it was given" if sent else "")
        + (
            ". Directly, nothing leaves this network, so the server cannot be reached before that is settled."
            if elsewhere is None
            else ". Other servers are reached without it, so it may not be why this one is not."
        ),
        (Actor.USER,),
        Advice(
            user=(
                "Check the name and password for the proxy. "
                if sent
                else "Enter the proxy's name and password, here and in the player. Whoever looks after this "
                "network knows them. "
            )
            + "Many players cannot sign in at a proxy: then ask that the server be let through without.",
            administrator=f"Let {run.target.host} pass the proxy without authentication, or past it: media players "
            "mostly cannot sign in.",
        ),
        "The proxy says so itself."
        if elsewhere is None
        else "The proxy says so, but something connects without it.",
        tuple(seen),
        rules_out=("the server being down", "the application's name") if elsewhere is None else (),
        decisive_test="" if elsewhere is None else "Sign in at the proxy, and try again.",
    )


RULE = Rule(
    CAUSE,
    judge,
    explains=(
        "proxy-required", "egress-blocked", "port-blocked", "only-web-ports-allowed", "only-https-allowed", "udp-blocked",
        "server-down", "server-firewall", "dns-no-answer", "dns-name-not-found", "dns-filtered", "dns-server-failure",
        "dns-stale-address", "no-internet", "proxy-denies-server", "proxy-blocks-tunnel",
    ),
)  # fmt: skip
