"""private-address: the address is one of someone's inside, or of an example, and this network does not have it."""

from __future__ import annotations

from collections.abc import Mapping

from fmsdiag.diagnosis.evidence.dns import stopped_on_link
from fmsdiag.diagnosis.evidence.own_network import (
    ask_path,
    is_documentation_address,
    is_link_local,
    is_on_our_link,
    is_private_here,
    leaves_for_the_internet,
    uses_documentation_addresses,
)
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import evidence_line
from fmsdiag.diagnosis.lines.grounds import RuledOut
from fmsdiag.diagnosis.lines.names import address_port_line
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.hops import is_shared_address
from fmsdiag.messages.text import Table, Text, step, text
from fmsdiag.model import Action, Actor, Cause, Confidence, EvidenceLine, FailureKind, Observation

_AT_ONCE_S = 0.25
"""In which a router speaks from its table of routes; to look for a machine on its own link takes it a second or more."""


class Internal(FindingTexts, of="private-address.internal"):
    """A private or CGNAT address, and what says that it leads nowhere from here."""

    headline = text("The server's address is internal to another network.")
    explanation = text(
        "{address:address} is a private address. It works only inside one network or VPN, and nothing in this network leads "
        "to it. Usually the address was copied from a computer in the server's own network."
    )
    acts = (Actor.USER,)
    you = (
        step(
            "If the server is in another network, connect to that network or its VPN, and run the test again."
        ),
        step(
            "Otherwise ask the people who run the server for its public name or address, and use that.",
            Action.EDIT_SERVER,
        ),
    )
    operator = (
        step(
            "Give out the server's public name. If it is behind a router, forward the media server's ports to it."
        ),
    )


class InternalSuspected(FindingTexts, of="private-address.internal-suspected"):
    """A private address, silence, and nothing that shows how far the packets went."""

    headline = text("The server's address is internal, and nothing answers there.")
    explanation = text(
        "{address:address} is a private address. It works only inside one network or VPN. Either the server is in another "
        "network than this computer, or it is in this one and does not answer."
    )
    acts = Internal.acts
    you = Internal.you
    operator = Internal.operator
    decisive_test = text("Run this test from a computer that is in the same network as the server.")


class Shared(FindingTexts, of="private-address.shared"):
    """An address of 100.64.0.0/10, which providers give to customers that share a public one (RFC 6598)."""

    headline = Internal.headline
    explanation = text(
        "{address:address} is in the range that internet providers use for customers who share a public address. It works "
        "only inside that provider's network or a VPN, and nothing in this network leads to it."
    )
    acts = Internal.acts
    you = Internal.you
    operator = (
        step(
            "Give out the server's public name. If the server's connection has no public address of its own, ask its provider "
            "for one: forwarding ports on the router does not help."
        ),
    )


class SharedSuspected(FindingTexts, of="private-address.shared-suspected"):
    """Likewise, and nothing shows how far the packets went."""

    headline = InternalSuspected.headline
    explanation = text(
        "{address:address} is in the range that internet providers use for customers who share a public address. It works "
        "only inside that provider's network or a VPN. Either the server is in another network than this computer, or it is "
        "in this one and does not answer."
    )
    acts = Internal.acts
    you = Internal.you
    operator = Shared.operator
    decisive_test = InternalSuspected.decisive_test


class LinkLocal(FindingTexts, of="private-address.link-local"):
    """An address that a device gives itself when it gets none."""

    headline = text("The server's address works only on its own cable.")
    explanation = text(
        "{address:address} is a link-local address. A device gives itself such an address if its network gives it none, and "
        "only devices on the same cable or Wi-Fi can use it. This computer is not there."
    )
    acts = Internal.acts
    you = (
        step(
            "Ask the people who run the server for its real name or address, and use that.",
            Action.EDIT_SERVER,
        ),
    )
    operator = (step("Check why the server got no address from its network (DHCP), or set one."),)


class Example(FindingTexts, of="private-address.example"):
    """An address that stands in documentation."""

    headline = text("The server's address is an example from documentation.")
    explanation = text(
        "{address:address} belongs to a range that is reserved for examples in manuals. No server on the internet has such an "
        "address."
    )
    acts = Internal.acts
    you = (
        step("Replace {address:address} with the server's real name or address.", Action.EDIT_SERVER),
        step("If you were given this address, ask the people who gave it to you."),
    )


class Seen(Table, of="private-address.seen"):
    NO_ROUTE = text("The router {router:address} reports that it has no way to {address:address}.")
    LEAVES = text(
        "Packets to {address:address} leave for the internet by {router:address}, where no such address exists."
    )


class Earned(Table, of="private-address.earned"):
    """What the confidence rests on."""

    ROUTER = text("A router reports that the address cannot be reached through it.")
    LEAVES = text("The path leads out to the internet, where such addresses do not exist.")
    RANGE = text("Such addresses lead nowhere from another network, and nothing answers.")
    SILENCE = text("Nothing answers there, and how far the packets get is not known.")


_SHARED: Mapping[type[FindingTexts], type[FindingTexts]] = {
    Internal: Shared,
    InternalSuspected: SharedSuspected,
}
"""What is said instead of an address that a provider gives."""


def judge(run: RunView) -> Answer:
    """Nothing answers at an address of a reserved range, and this computer is on no link with it."""
    dead = [o for o in run.sent if o.address is not None]
    if not run.target.is_literal or not dead or not all(map(_is_missing, dead)):
        return None  # what a name should not lead to is dns-private-address
    address, port = dead[0].address or "", dead[0].port or 0
    if is_on_our_link(run, address) or address in run.environment.default_gateways:
        return None
    if is_documentation_address(address):
        return _example(run, address, dead, port)
    if not is_private_here(address):
        return None
    if is_link_local(address):
        return _found(LinkLocal, Confidence.LIKELY, Earned.RANGE, address, (address_port_line(dead[0]),))
    if any(stopped_on_link(run, o) for o in dead):
        return None  # it is on our link, and no machine has it
    return ask_unless_answered(ask_path(run, port), _internal(run, address, dead, port))


def _is_missing(seen: Observation) -> bool:
    """Whether nobody answered: silence, or a router's word that is not the machine's own."""
    kind = seen.failure.kind if seen.failure is not None else None
    return kind in (FailureKind.TIMED_OUT, FailureKind.UNREACHABLE)


def _internal(run: RunView, address: str, dead: list[Observation], port: int) -> Found | None:
    line = address_port_line(dead[0])
    reported = next((o for o in dead if o.icmp_sender is not None), None)
    if reported is not None and reported.icmp is not None:
        if not _knows_no_way(run, reported):
            return None  # a router that has looked for the machine: it is off
        said = Seen.NO_ROUTE.of(router=reported.icmp.sender, address=address)
        return _found(
            Internal, Confidence.CONFIRMED, Earned.ROUTER, address, (evidence_line(said, reported), line)
        )
    router = leaves_for_the_internet(run, port)
    if router is not None:
        said = Seen.LEAVES.of(router=router, address=address)
        leaves = evidence_line(said, run.hop_step(port))
        return _found(Internal, Confidence.LIKELY, Earned.LEAVES, address, (leaves, line))
    return _found(InternalSuspected, Confidence.POSSIBLE, Earned.SILENCE, address, (line,))


def _knows_no_way(run: RunView, reported: Observation) -> bool:
    """Whether a router says that the address is not behind it, rather than that a machine is missing on its link."""
    icmp = reported.icmp
    if icmp is None or icmp.sender in run.own_addresses:
        return False
    if icmp.is_host_unreachable:
        return not run.on_local_side(icmp.sender) or reported.elapsed_s <= _AT_ONCE_S
    return icmp.is_net_unreachable or icmp.is_prohibited or icmp.is_route_rejected


def _example(run: RunView, address: str, dead: list[Observation], port: int) -> Answer:
    """An address of documentation, unless this network is one that was built as an example: its routers tell."""
    if uses_documentation_addresses(run):
        return None
    found = _found(Example, Confidence.LIKELY, Earned.RANGE, address, (address_port_line(dead[0]),))
    return ask_unless_answered(run.ask_hops(port), found)


def _found(
    case: type[FindingTexts],
    confidence: Confidence,
    earned: Text,
    address: str,
    seen: tuple[EvidenceLine, ...],
) -> Found:
    return Found(
        _SHARED.get(case, case) if is_shared_address(address) else case,
        confidence,
        earned.of(),
        seen,
        values={"address": address},
        rules_out=(RuledOut.APPLICATION.of(),),
    )


RULE = Rule(
    Cause.PRIVATE_ADDRESS,
    judge,
    explains=(
        Cause.SERVER_DOWN,
        Cause.SERVER_FIREWALL,
        Cause.PORT_BLOCKED,
        Cause.EGRESS_BLOCKED,
        Cause.DNS_STALE_ADDRESS,
        Cause.LOCAL_FIREWALL,
    ),
)
