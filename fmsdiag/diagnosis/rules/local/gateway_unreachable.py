"""gateway-unreachable: this computer has a route, and the router at its beginning does not answer on the link."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.dns import anything_passed, sent_beyond, stopped_on_link
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, line
from fmsdiag.diagnosis.wording import joined, outcome
from fmsdiag.model import Actor, Confidence, FailureKind, Observation, StepName

CAUSE = "gateway-unreachable"


def judge(run: RunView) -> Answer:
    """Nothing passed, and the system asked in vain for the router, or says "host unreachable" by itself for far hosts."""
    if anything_passed(run) or run.is_loopback:
        return None
    gateways, own_resolver = run.environment.default_gateways, run.lookups("dns")
    beyond = [*sent_beyond(run), *(o for o in own_resolver if o.address in gateways)]
    several = (
        len([g for g in gateways if ":" not in g]) > 1
    )  # then what one of them answers says nothing of another
    if not beyond or any(
        (o.ok or _is_answered(o)) and not (several and o.address in gateways) for o in beyond
    ):
        return None
    beyond = [o for o in beyond if not o.ok]
    stuck = [o for o in beyond if stopped_on_link(run, o)]
    unknown = run.environment.gateway_answers is False
    if not (unknown or stuck) or (stuck and run.environment.gateway_answers and not _most(stuck, beyond)):
        return None
    return _match(run, stuck or beyond, unknown)


def _is_answered(observation: Observation) -> bool:
    """Whether somebody answered for it, though it failed: a refusal, a router's report, a resolver's word."""
    failure = observation.failure
    if failure is None:
        return False
    silent = (
        FailureKind.TIMED_OUT,
        FailureKind.RESOLVER_SILENT,
        FailureKind.UNREACHABLE,
        FailureKind.NO_ROUTE,
    )
    by_router = (
        failure.kind is FailureKind.UNREACHABLE
        and failure.icmp is not None
        and failure.icmp.code not in (1, 3)
    )
    return failure.kind not in silent or by_router


def _most(stuck: list[Observation], beyond: list[Observation]) -> bool:
    return 2 * len(stuck) > len(beyond)


def _match(run: RunView, seen: list[Observation], unknown: bool) -> Match:
    answering = {o.address for o in run.lookups("dns") if o.ok}
    silent = [g for g in run.environment.default_gateways if g not in answering]
    gateways = [g for g in silent if ":" not in g] or silent
    router = f"The router {joined(gateways, 'or')}" if gateways else "The router of this network"
    lines = [line(_told(o), o) for o in seen[:3]]
    if unknown:
        lines.append(
            line(f"{router} did not answer when this computer asked for it on the local network (ARP).")
        )
    return Match(
        Confidence.CONFIRMED if unknown else Confidence.LIKELY,
        "This network's router does not answer.",
        f"{router}, through which everything leaves this network, does not answer this computer. It may be switched off or "
        "restarting, the cable or Wi-Fi between may be broken, or this computer's address may not belong to this network. "
        "Nothing has reached the internet, so the streaming server is not involved.",
        (Actor.USER,),
        Advice(
            user="Restart the router, check the cable or Wi-Fi, and renew this computer's connection. If no web page opens, "
            "the streaming server is not the problem.",
            administrator="This computer gets no answer from its default "
            f"gateway{' ' + gateways[0] if gateways else ''}: check "
            "the gateway, the switch port, the VLAN and the address that this computer was given.",
        ),
        "The system asked for the router on the link and got no answer."
        if unknown
        else "The system itself reports that it finds nobody on the link to pass packets to.",
        tuple(lines),
        rules_out=("the streaming server", "a firewall on the way", "the application's name"),
    )


def _told(observation: Observation) -> str:
    if observation.step is StepName.DNS:
        return f"The name server {observation.address}: {_short(observation)}."
    return f"Port {observation.port} of {observation.address}: {outcome(observation)}."


def _short(observation: Observation) -> str:
    failure = observation.failure
    if failure is not None and failure.kind is FailureKind.RESOLVER_SILENT:
        return f"no answer after {observation.elapsed_s:.1f} s"
    return outcome(observation)


RULE = Rule(
    CAUSE,
    judge,
    explains=(
        "no-internet", "dns-no-answer", "dns-server-failure", "dns-name-not-found", "server-down", "dns-stale-address",
        "port-blocked", "egress-blocked", "dns-private-address",
    ),
)  # fmt: skip
