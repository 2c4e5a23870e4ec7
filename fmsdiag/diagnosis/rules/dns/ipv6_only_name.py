"""ipv6-only-name: the name has IPv6 addresses alone, and this network has no IPv6."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.dns import by_configured, by_second, by_system, known, own_addresses
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, line
from fmsdiag.diagnosis.wording import joined
from fmsdiag.model import Actor, Confidence, EvidenceLine, FailureKind

CAUSE = "ipv6-only-name"


def judge(run: RunView) -> Answer:
    """Every address is an IPv6 one, and the system has no route to any, while it has a way to IPv4 addresses."""
    lookup = next((o for o in (by_system(run), by_configured(run), by_second(run)) if known(o)), None)
    addresses = known(lookup)
    if lookup is None or run.target.is_literal or not all(":" in a for a in addresses):
        return None
    if not run.environment.default_gateways and not any(
        "." in a for a in own_addresses(run) if a != "127.0.0.1"
    ):
        return None  # no network at all, rather than no IPv6
    tcp = run.tcp
    stuck = [o for o in tcp if o.failure is not None and o.failure.kind is FailureKind.NO_ROUTE]
    hidden = run.name_failed and not tcp  # some systems hide addresses that they could not use
    if len(stuck) < len(tcp) or not (stuck or hidden):
        return None
    seen = [line(f"{run.target.host} has {joined(addresses[:3])}, and no IPv4 address.", lookup)]
    seen += [
        line(f"Sending to {o.address} failed at once: there is no route for IPv6.", o) for o in stuck[:1]
    ]
    if hidden:
        seen.append(line("This computer's own lookup leaves them out.", by_system(run)))
    return _match(run, addresses, seen)


def _match(run: RunView, addresses: tuple[str, ...], seen: list[EvidenceLine]) -> Match:
    name = run.target.host
    return Match(
        Confidence.CONFIRMED,
        "The server has only IPv6 addresses; this network has none.",
        f"{name} has only addresses of the newer internet protocol, IPv6 ({', '.join(addresses[:2])}). This computer's network "
        "offers only the older one, IPv4, and the two cannot speak with each other.",
        (Actor.ADMINISTRATOR, Actor.OPERATOR),
        Advice(
            user="Try a network with IPv6, such as a mobile phone's hotspot, or ask the people who run the server for an IPv4 "
            "address.",
            administrator="Offer IPv6 to this network (router advertisements or DHCPv6 and a default "
            "route), or NAT64 with DNS64.",
            operator=f"Give {name} an IPv4 address (A record) as well: many networks have no IPv6.",
        ),
        "DNS says so, and the operating system itself reports that it has no route.",
        tuple(seen),
        rules_out=("a firewall on the way", "the application's name"),
    )


RULE = Rule(CAUSE, judge, explains=("dns-name-not-found", "server-down"))
