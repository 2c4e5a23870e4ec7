"""local-network-down: this computer itself has no network to send anything into."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.dns import stopped_on_link
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, line
from fmsdiag.model import Actor, Confidence, FailureKind, Observation

CAUSE = "local-network-down"


def judge(run: RunView) -> Answer:
    """Every connect, or every question to a name server, failed at once with "no route"; or nothing could be sent by."""
    tried = _first_packets(run)
    stuck = [o for o in tried if o.failure is not None and o.failure.kind is FailureKind.NO_ROUTE]
    addresses = _usable_addresses(run)
    if stuck:
        if len(stuck) < len([o for o in tried if not _answerless(o)]) or _other_family(run, stuck):
            return None  # something left, or could have
    elif addresses or not run.environment.interfaces or not all(_stayed_here(run, o) for o in tried):
        return None  # something left, or could have
    elif not tried and not run.name_failed:
        return None
    only_ipv6 = bool(stuck and addresses) and all(":" in a for a in addresses)
    state = (
        "No network card with an address is up."
        if not addresses
        else "This network has IPv6 alone, and the server's name has an IPv4 address alone."
        if only_ipv6
        else "A network card has an address, but the system knows no way from there to the server."
    )
    failed = [] if stuck else [o for o in run.lookups("system") if not o.ok]
    return Match(
        Confidence.CONFIRMED,
        "This computer has no way to the server's network."
        if addresses
        else "This computer is not connected to a network.",
        "This computer could not send anything"
        + (": the system says at once that it has no route. " if stuck else ". ")
        + f"{state} "
        "The streaming server was not involved.",
        (Actor.USER,),
        Advice(
            user="Ask whoever looks after this network for a way to IPv4 servers (NAT64 with DNS64), or use another network."
            if only_ipv6
            else "Check the network cable or Wi-Fi, and whether any web page opens. Then run the test again."
            if not addresses
            else "Check whether any web page opens. If none does, the network settings name no router: renew the connection, "
            "or ask whoever looks after this network.",
        ),
        "The operating system itself reports it.",
        (
            *(
                line(f"Sending to {o.address or 'the name server'} failed at once: no route.", o)
                for o in list({o.address: o for o in reversed(stuck)}.values())[:2]
            ),
            *(line(f"The lookup of {run.target.host} failed.", o) for o in failed[:1]),
            line(state),
        ),
        rules_out=("the server", "a firewall on the way", "the application's name"),
    )


def _first_packets(run: RunView) -> list[Observation]:
    """Connects, else questions to name servers, loopback apart; a name server may be on this network's own link."""
    outward = run.tcp or run.lookups("dns")
    return [o for o in outward if o.address is None or not _is_loopback(o.address)]


def _other_family(run: RunView, stuck: list[Observation]) -> bool:
    """Whether only IPv6 is stuck, which is a matter of the name, in a network that has a way for IPv4."""
    tried = {":" in (o.address or "") for o in stuck}
    ipv4 = any(":" not in a for a in _usable_addresses(run))
    return tried == {True} and (bool(run.environment.default_gateways) or ipv4)


def _is_loopback(address: str) -> bool:
    return address.startswith("127.") or address == "::1"


def _usable_addresses(run: RunView) -> list[str]:
    """Addresses of cards that are up, by which something could leave; link-local ones lead nowhere."""
    return [
        address
        for card in run.environment.interfaces
        if card.up
        for address in card.addresses
        if not _is_loopback(address) and not address.lower().startswith(("fe80:", "169.254."))
    ]


def _stayed_here(run: RunView, observation: Observation) -> bool:
    """Failures of what never left, while no card is up: the system waits in vain for its link, or says so."""
    failure = observation.failure
    silent = failure is not None and failure.kind is FailureKind.TIMED_OUT
    return silent or _answerless(observation) or stopped_on_link(run, observation)


def _answerless(observation: Observation) -> bool:
    """Failures that do not contradict a dead network: a resolver's silence while nothing could be sent."""
    return observation.failure is not None and observation.failure.kind is FailureKind.RESOLVER_SILENT


RULE = Rule(
    CAUSE,
    judge,
    explains=(
        "gateway-unreachable", "no-internet", "dns-no-answer", "dns-server-failure", "dns-name-not-found", "server-down",
        "port-blocked", "egress-blocked", "ipv6-only-name", "dns-private-address",
    ),
)  # fmt: skip
