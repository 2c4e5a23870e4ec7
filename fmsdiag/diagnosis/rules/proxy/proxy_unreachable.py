"""proxy-unreachable: the proxy that this computer is set to use does not answer."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.proxies import directly_open, host_of, proxied, proxies
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, line
from fmsdiag.diagnosis.wording import outcome
from fmsdiag.model import Actor, Attempt, Confidence, FailureKind, Observation, StepName

CAUSE = "proxy-unreachable"
_NO_PROXY = (
    FailureKind.TIMED_OUT,
    FailureKind.RESET,
    FailureKind.CLOSED,
    FailureKind.UNEXPECTED_REPLY,
    FailureKind.STALLED,
)


def judge(run: RunView) -> Answer:
    """No way through the proxy gets as far as its first answer. A given up lookup or connect is no sign."""
    for proxy in proxies(run):
        ways = [a for a in proxied(run) if a.endpoint.proxy == proxy]
        ends = [_never_answered(a) for a in ways]
        if all(end is not None for end in ends) and ends[0] is not None:
            return _match(run, ways[0], proxy, ends[0])
    return None


def _never_answered(attempt: Attempt) -> Observation | None:
    """Where the attempt ended on its way to the proxy, or none if the proxy said anything sensible."""
    ended = attempt.failed_step
    if ended is None or ended.failure is None:
        return None
    if ended.step in (StepName.DNS, StepName.TCP):
        return ended
    if ended.step is not StepName.PROXY or ended.failure.kind not in _NO_PROXY:
        return None
    # silence after the wish to be connected may be the proxy's waiting for the server
    return ended if ended.failure.kind in (FailureKind.UNEXPECTED_REPLY, FailureKind.RESET) else None


def _match(run: RunView, attempt: Attempt, proxy: str, ended: Observation) -> Match:
    where, direct = host_of(proxy), directly_open(run)
    works = bool(run.connected)
    dns = ended.step is StepName.DNS
    other = ended.step is StepName.PROXY
    what = (
        "its name cannot be found"
        if dns
        else "what answers there is no proxy"
        if other
        else "nothing answers there"
        if ended.failure is not None and ended.failure.kind is FailureKind.TIMED_OUT
        else "nothing listens there"
    )
    seen = [
        line(
            f"The name of the proxy {where}: {outcome(ended)}."
            if dns
            else f"The proxy {where}: {outcome(ended)}.",
            ended,
        )
    ]
    if direct is not None:
        seen.append(line("Without the proxy, connections come about.", direct))
    sure = works or direct is None
    return Match(
        Confidence.CONFIRMED if sure else Confidence.POSSIBLE,
        "The proxy that is set on this computer does not answer.",
        f"This computer is set to use the proxy {where}, and {what}. "
        + (
            "Directly the server is reached, so only programs that go by this setting are affected, such as browsers and some "
            "players."
            if works
            else "Directly nothing leaves this network either, so it seems to need that proxy."
            if direct is None
            else "That is wrong in any case; whether it is why the server is not reached is not known, since something "
            "connects directly."
        ),
        (Actor.USER, Actor.ADMINISTRATOR),
        Advice(
            user="Take the proxy out of this computer's settings, if no network of yours needs it; "
            "else check its name and port."
            if sure and works
            else "Check the proxy's name and port in this computer's settings, and ask whoever looks after this network which "
            "proxy is right.",
            administrator=f"Start the proxy at {where} again, or tell the computers here which one to use.",
        ),
        "The proxy's address itself gives that answer.",
        tuple(seen),
        rules_out=("the server being down",) if works else (),
        decisive_test="" if sure else "Switch the proxy off in this computer's settings, and try again.",
    )


RULE = Rule(
    CAUSE,
    judge,
    explains=(
        "egress-blocked", "port-blocked", "only-web-ports-allowed", "only-https-allowed", "udp-blocked", "server-down",
        "server-firewall", "dns-stale-address",
    ),
)  # fmt: skip
