"""local-firewall: this computer's own security software forbids the connection, before any packet leaves."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.ports import (
    FILTERED,
    PORT_UNREACHABLE,
    direct,
    icmp_of,
    open_path,
    own_addresses,
)
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, line
from fmsdiag.diagnosis.wording import outcome, ports
from fmsdiag.model import Actor, Confidence, FailureKind, Observation

CAUSE = "local-firewall"


def judge(run: RunView) -> Answer:
    """The system forbids it, an ICMP error bears this computer's own address, or the path test ends before its first hop."""
    if not run.path_matters or run.plan_connected:
        return None  # what refuses on this computer or on its own link may be the server itself
    tried = list(direct(run))
    forbidden = [o for o in tried if _says_so(o, run)]
    if forbidden:
        return _match(run, forbidden, None)
    refused = [o for o in tried if o.failure is not None and o.failure.kind is FailureKind.REFUSED]
    for step in refused:
        test = run.hop_step(step.port or 0)
        hops = run.hops(step.port or 0)
        passing = open_path(run)
        leaves = any(h.ttl >= 1 and h.outcome in ("time-exceeded", "open") for h in passing)
        if test is not None and hops and hops[-1].ttl == 0 and (leaves or not run.open_ports):
            return _match(run, [o for o in refused if o.port == step.port], test)
    return None


def _says_so(observation: Observation, run: RunView) -> bool:
    failure, icmp = observation.failure, icmp_of(observation)
    if failure is None:
        return False
    if icmp is None:
        return failure.kind is FailureKind.NOT_PERMITTED
    mine = icmp.sender in own_addresses(run)
    return mine and (icmp.type, icmp.code) in (*FILTERED, *PORT_UNREACHABLE)


def _match(run: RunView, forbidden: list[Observation], test: Observation | None) -> Match:
    blocked = tuple(dict.fromkeys(o.port for o in forbidden if o.port is not None))
    alive = run.sign_of_life
    seen = [line(f"Port {o.port}: {outcome(o)}.", o) for o in {o.port: o for o in forbidden}.values()][:3]
    if test is not None:
        seen.append(line("The refusal comes back before a router could have sent it.", test))
    if alive is not None:
        seen.append(
            line(f"Port {alive.port} of the same server opens, so other connections do leave.", alive)
        )
    which = ports(blocked)
    return Match(
        Confidence.LIKELY if test is not None else Confidence.CONFIRMED,
        f"Security software on this computer forbids {which}."
        if len(blocked) <= 3
        else "Security software on this computer forbids most ports.",
        f"Connections to {which} are refused before they leave this computer. That is a firewall or another "
        "security program on this computer itself, or a rule that its administrator has set. Network and server had no part "
        "in it.",
        (Actor.USER,),
        Advice(
            user=f"Look into the firewall and the security programs of this computer and allow outgoing connections to TCP "
            f"{which}, or ask whoever looks after it. On Windows: Windows Defender Firewall, outbound rules; on Linux: "
            "“nft list ruleset” or “iptables -L OUTPUT”.",
        ),
        "The operating system itself says so."
        if test is None
        else "A router hardly answers so fast, and packets to other ports leave this computer.",
        tuple(seen),
        rules_out=("the server", "a firewall elsewhere on the way", "the application's name"),
        decisive_test="" if test is None else "Try another computer on the same network: it should connect.",
    )


RULE = Rule(
    CAUSE,
    judge,
    explains=(
        "port-blocked",
        "server-not-listening",
        "server-down",
        "rtmp-service-stopped",
        "server-on-other-port",
    ),
)
