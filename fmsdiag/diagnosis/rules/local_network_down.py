"""local-network-down: this computer itself has no network to send anything into."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence import Evidence
from fmsdiag.diagnosis.rule import Answer, Match, Rule, line
from fmsdiag.model import Actor, Advice, Confidence, FailureKind, Observation
from fmsdiag.target import is_private_address

CAUSE = "local-network-down"


def judge(evidence: Evidence) -> Answer:
    """Every packet that was to leave failed at once with "no route"."""
    tried = _first_packets(evidence)
    stuck = [o for o in tried if o.failure is not None and o.failure.kind is FailureKind.NO_ROUTE]
    if not stuck or any(o.ok for o in tried) or len(stuck) < len([o for o in tried if not _answerless(o)]):
        return None
    connected = any(
        i.up and any(not a.startswith(("127.", "::1", "fe80")) for a in i.addresses)
        for i in evidence.environment.interfaces
    )
    gateways = evidence.environment.default_gateways
    state = (
        "The network card has an address, but no router is set."
        if connected and not gateways
        else "No network card with an address is up."
        if not connected
        else "The system refuses to send: it knows no way there."
    )
    return Match(
        Confidence.CONFIRMED,
        "This computer is not connected to a network.",
        f"This computer could not send anything: the system says at once that it has no route. {state} "
        "The streaming server was not involved.",
        (Actor.USER,),
        Advice(
            user="Check the network cable or Wi-Fi, and whether any web page opens. Then run the test again.",
        ),
        "The operating system itself reports it.",
        (
            *(
                line(f"Sending to {o.address or 'the name server'} failed at once: no route.", o)
                for o in stuck[:2]
            ),
            line(state),
        ),
        rules_out=("the server", "a firewall on the way", "the application's name"),
    )


def _first_packets(evidence: Evidence) -> list[Observation]:
    """Steps that send something out of this computer: name servers and connects, loopback apart."""
    outward = [*evidence.lookups("dns"), *evidence.tcp]
    return [
        o
        for o in outward
        if o.address is None or not (is_private_address(o.address) and o.address.startswith("127."))
    ]


def _answerless(observation: Observation) -> bool:
    """Failures that do not contradict a dead network: time ran out while nothing could be sent."""
    return observation.failure is not None and observation.failure.kind in (
        FailureKind.RESOLVER_SILENT,
        FailureKind.TIMED_OUT,
    )


RULE = Rule(CAUSE, judge, explains=("dns-no-answer", "dns-name-not-found", "server-down", "port-blocked"))
