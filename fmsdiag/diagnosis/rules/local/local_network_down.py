"""local-network-down: this computer itself has no network to send anything into."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.dns import stopped_on_link
from fmsdiag.diagnosis.evidence.families import is_unreachable_ipv4
from fmsdiag.diagnosis.evidence.ports import rejected_by_own_routes
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import evidence_line
from fmsdiag.diagnosis.lines.grounds import RuledOut, server_not_reached
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Table, step, text
from fmsdiag.model import (
    Actor,
    Cause,
    Confidence,
    EvidenceLine,
    FailureKind,
    Interface,
    LookupSource,
    Message,
    Observation,
)
from fmsdiag.private_addresses import is_loopback_address


class NoNetwork(FindingTexts, of="local-network-down.no-network"):
    """No network card that is up has an address."""

    headline = text("This computer is not connected to a network.")
    explanation = text(
        "No network adapter on this computer is connected and has an address, so nothing could be sent. The media server "
        "was not reached."
    )
    acts = (Actor.USER,)
    you = (step("Check the network cable or the Wi-Fi connection of this computer."), Steps.RUN_AGAIN)


class NoAddress(FindingTexts, of="local-network-down.no-address"):
    """A card has its link, and the network gave it no address: at most it has one that this computer chose itself."""

    headline = text("This computer got no address from its network.")
    explanation = text(
        "A network adapter on this computer is connected, but the network gave it no address (DHCP), so nothing could be sent "
        "to the server. The media server was not reached."
    )
    acts = (Actor.USER,)
    you = (
        step("Disconnect this computer from the network and connect it again."),
        step(
            "If no web pages open after that, ask the person who runs this network to check its DHCP server."
        ),
        Steps.RUN_AGAIN,
    )
    administrator = (
        step(
            "Check that the DHCP server runs and has free addresses, and that this computer's switch port, Wi-Fi, or VLAN "
            "leads to it."
        ),
    )


class NoRoute(FindingTexts, of="local-network-down.no-route"):
    """There is an address, and no way on from it."""

    headline = text("This computer has no route to the server.")
    explanation = text(
        "This computer has a network address but no route to {server:host}, so nothing could be sent there. The media "
        "server was not reached."
    )
    acts = (Actor.USER,)
    you = (
        step("Disconnect this computer from the network and connect it again."),
        step(
            "If no web pages open after that, ask the person who runs this network for the correct network settings."
        ),
        Steps.RUN_AGAIN,
    )
    administrator = (step("Check that this computer has a default gateway, by DHCP or in its settings."),)


class NoPort(FindingTexts, of="local-network-down.no-port"):
    """The system has no local port left for another connection."""

    headline = text("This computer cannot open any more connections.")
    explanation = text(
        "All of this computer's ports for outgoing connections are in use, so the system refuses new ones. This "
        "happens when a program opens very many connections or does not close them. The media server was not reached."
    )
    acts = (Actor.USER,)
    you = (
        step("Close programs that open many connections, such as downloads, scanners, or test tools."),
        step("If that does not help, restart this computer."),
        Steps.RUN_AGAIN,
    )


class Seen(Table, of="local-network-down.seen"):
    NO_PORT = text("Connecting to {address} failed immediately: the system has no free port.")
    NO_ROUTE = text("Sending to {address} failed immediately: no route.")
    NO_ROUTE_TO_NAME_SERVER = text("Sending to the DNS server failed immediately: no route.")
    LOOKUP_FAILED = text("Name lookup for {host} failed.")
    NO_CARD = text("No network adapter with an address is up.")
    # translators: {card} is the system's own name of a network adapter, such as "eth0"
    SELF_ASSIGNED = text(
        "Network adapter {card:name} is connected and has only an address that this computer chose itself: {address}."
    )
    # translators: {card} is the system's own name of a network adapter, such as "eth0"
    UNADDRESSED = text("Network adapter {card:name} is connected and has no address.")
    CARD = text("A network adapter is up and has an address.")


class Earned(Table, of="local-network-down.earned"):
    """What the confidence rests on."""

    SYSTEM = text("The operating system reports it.")


_SELF_ASSIGNED = "169.254."
"""How IPv4 addresses begin that a computer takes when no DHCP server answers. Source: RFC 3927, section 2.1."""


def judge(run: RunView) -> Answer:
    """Every connect, or every question to a name server, failed at once with "no route"; or nothing could be sent by."""
    tried = _first_packets(run)
    stuck = [o for o in tried if o.failure is not None and o.failure.kind is FailureKind.NO_ROUTE]
    if any(map(rejected_by_own_routes, stuck)):
        return None  # it has a network
    addresses = run.environment.usable_addresses
    if stuck:
        if len(stuck) < len([o for o in tried if not _answerless(o)]) or _other_family(run, stuck):
            return None  # something left, or could have
    elif addresses or not run.environment.interfaces or not all(_stayed_here(run, o) for o in tried):
        return None  # something left, or could have
    elif not tried and not run.name_failed:
        return None
    if is_unreachable_ipv4(run):
        return None  # this network has IPv6, and the server has none
    case, card = _of_cards(run)
    seen = [*_seen(run, stuck), evidence_line(card)]
    if stuck and all(map(_has_no_port, stuck)):
        case, seen = NoPort, [evidence_line(Seen.NO_PORT.of(address=o.address or ""), o) for o in stuck[:2]]
    return Found(
        case,
        Confidence.CONFIRMED,
        Earned.SYSTEM.of(),
        tuple(seen),
        rules_out=(*server_not_reached(run), RuledOut.FIREWALL.of(), RuledOut.APPLICATION.of()),
    )


def _has_no_port(observation: Observation) -> bool:
    """Whether the system found no local port (connect(2), EADDRNOTAVAIL); of IPv6 it may have no address either."""
    failure, address = observation.failure, observation.address or ""
    return failure is not None and failure.errno == "EADDRNOTAVAIL" and ":" not in address


def _of_cards(run: RunView) -> tuple[type[FindingTexts], Message]:
    """What this computer's cards show, and the line that says so."""
    if run.environment.usable_addresses:
        return NoRoute, Seen.CARD.of()
    linked = next((card for card in run.environment.interfaces if _has_link(card)), None)
    if linked is None:
        return NoNetwork, Seen.NO_CARD.of()
    own = sorted(linked.addresses, key=lambda address: not address.startswith(_SELF_ASSIGNED))
    if not own:
        return NoAddress, Seen.UNADDRESSED.of(card=linked.name)
    return NoAddress, Seen.SELF_ASSIGNED.of(card=linked.name, address=own[0])


def _has_link(card: Interface) -> bool:
    """Whether a card of this computer is connected to a network: it is up, and it is real, or took an address itself.

    What is up and neither may be made by software, such as a bridge, which shows no link.
    """
    chosen = any(address.startswith(_SELF_ASSIGNED) for address in card.addresses)
    return card.up and not card.tunnel and (chosen or card.medium is not None)


def _seen(run: RunView, stuck: list[Observation]) -> list[EvidenceLine]:
    """What could not be sent, once for each address; else the lookup that failed."""
    if not stuck:
        failed = [o for o in run.lookups(LookupSource.SYSTEM) if not o.ok]
        return [evidence_line(Seen.LOOKUP_FAILED.of(host=run.target.host), o) for o in failed[:1]]
    to_each = list({o.address: o for o in reversed(stuck)}.values())
    return [
        evidence_line(
            Seen.NO_ROUTE.of(address=o.address) if o.address else Seen.NO_ROUTE_TO_NAME_SERVER.of(), o
        )
        for o in to_each[:2]
    ]


def _first_packets(run: RunView) -> list[Observation]:
    """Connects, else questions to name servers, loopback apart; a name server may be on this network's own link."""
    outward = run.tcp or run.lookups(LookupSource.DNS)
    return [o for o in outward if o.address is None or not is_loopback_address(o.address)]


def _other_family(run: RunView, stuck: list[Observation]) -> bool:
    """Whether only IPv6 is stuck, which is a matter of the name, in a network that has a way for IPv4."""
    tried = {":" in (o.address or "") for o in stuck}
    ipv4 = any(":" not in a for a in run.environment.usable_addresses)
    return tried == {True} and (bool(run.environment.default_gateways) or ipv4)


def _stayed_here(run: RunView, observation: Observation) -> bool:
    """Failures of what never left, while no card is up: the system waits for its link, or says so."""
    failure = observation.failure
    silent = failure is not None and failure.kind is FailureKind.TIMED_OUT
    return silent or _answerless(observation) or stopped_on_link(run, observation)


def _answerless(observation: Observation) -> bool:
    """Failures that do not contradict a dead network: a resolver's silence while nothing could be sent."""
    return observation.failure is not None and observation.failure.kind is FailureKind.RESOLVER_SILENT


RULE = Rule(
    Cause.LOCAL_NETWORK_DOWN,
    judge,
    explains=(
        Cause.GATEWAY_UNREACHABLE,
        Cause.NO_INTERNET,
        Cause.DNS_NO_ANSWER,
        Cause.DNS_SERVER_FAILURE,
        Cause.DNS_NAME_NOT_FOUND,
        Cause.SERVER_DOWN,
        Cause.PORT_BLOCKED,
        Cause.EGRESS_BLOCKED,
        Cause.IPV6_ONLY_NAME,
        Cause.DNS_PRIVATE_ADDRESS,
    ),
)
