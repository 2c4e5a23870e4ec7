"""Which addresses are this network's, its router's or nobody's: what a private or documentation address can mean here."""

from __future__ import annotations

import ipaddress

from fmsdiag.diagnosis.evidence.dns import by_configured, by_system, is_hosts_file, known
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.model import Endpoint, Experiment, HopOutcome, Medium, Question, Transport
from fmsdiag.private_addresses import is_loopback_address, is_private_address

_DOCUMENTATION = tuple(
    ipaddress.ip_network(net)
    for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20")
)
"""RFC 5737, RFC 3849, RFC 9637: no network has them but one that was built as an example."""
_LINK_BITS = {4: 24, 6: 64}
"""How many leading bits two addresses of one link share at least, as networks are usually made."""


def addresses_of_target(run: RunView) -> tuple[str, ...]:
    """The server's addresses as this computer knows them: the one that was typed, or the name's."""
    return (run.target.host.partition("%")[0],) if run.target.is_literal else known(by_system(run))


def is_sent_to_itself(run: RunView) -> bool:
    """Whether DNS sends a name to this computer itself, as filters do: what its ports answer says nothing of the server.

    Not where the user means this computer: by an address, by a line of the hosts file, as localhost (RFC 6761).
    """
    host = run.target.host.lower().rstrip(".")
    means_it = (
        run.target.is_literal or host == "localhost" or host.endswith(".localhost") or is_hosts_file(run)
    )
    given = known(by_configured(run))
    return not means_it and bool(given) and all(map(is_loopback_address, given))


def is_documentation_address(address: str) -> bool:
    """Whether an address is of a range that exists in examples only."""
    parsed = _parsed(address)
    return parsed is not None and any(parsed.version == n.version and parsed in n for n in _DOCUMENTATION)


def is_link_local(address: str) -> bool:
    """Whether an address means something on one cable only: what a device gives itself that was given none."""
    parsed = _parsed(address)
    return parsed is not None and parsed.is_link_local


def is_on_our_link(run: RunView, address: str) -> bool:
    """Whether an address seems to be on the same link as this computer, which then needs no router to reach it."""
    parsed = _parsed(address)
    if parsed is None:
        return False
    shift = parsed.max_prefixlen - _LINK_BITS[parsed.version]
    ours = (own for a in run.own_addresses if not is_loopback_address(a) and (own := _parsed(a)) is not None)
    return any(own.version == parsed.version and int(own) >> shift == int(parsed) >> shift for own in ours)


def uses_documentation_addresses(run: RunView) -> bool:
    """Whether machines around us bear such addresses: a network that was built as an example really has them."""
    hops = [h.responder for a in run.performed(Experiment.HOPS) for h in run.hops(a.endpoint.port)]
    hops += [h.responder for h in run.control_hops]
    senders = [o.icmp.sender for o in run.sent if o.icmp is not None]
    answering = [o.address for a in run.seen for o in a.observations if o.ok]
    target = set(run.addresses)
    around = {*hops, *senders, *answering, *run.own_addresses, *run.environment.default_gateways}
    return any(a is not None and is_documentation_address(a) for a in around - target)


def leaves_for_the_internet(run: RunView, port: int) -> str | None:
    """The first router with a public address on the path to a port, if the path leads that far."""
    passed = (h.responder for h in run.hops(port) if h.outcome == HopOutcome.TIME_EXCEEDED)
    return next((r for r in passed if r is not None and not run.on_local_side(r)), None)


def ask_path(run: RunView, port: int) -> tuple[Question, ...]:
    """The path to a port, also where the address is a private one."""
    return (Question(Experiment.HOPS, Endpoint(Transport.RTMP, run.target.host, port)),)


def is_private_here(address: str) -> bool:
    """Whether an address is of a range that belongs to single networks, this computer's own one apart."""
    return is_private_address(address) and not is_loopback_address(address)


def is_only_here(run: RunView) -> bool:
    """Whether the server's address exists in this network only, so that from another one nothing could be learnt of it."""
    addresses = run.addresses or ((run.target.host,) if run.target.is_literal else ())
    if not addresses or is_sent_to_itself(run):
        return False
    return run.environment.server_on_link is True or all(map(is_private_address, addresses))


def has_ipv6_switched_off(run: RunView) -> bool:
    """Whether this computer itself does without IPv6: where only the network has none, it still has ::1 and fe80 addresses."""
    return (
        run.environment.ipv6 is False
        and any("." in address for address in run.own_addresses)
        and not any(":" in address for address in run.own_addresses)
    )


def vpn_to_server(run: RunView) -> str | None:
    """The name of the VPN's interface by which packets to the server leave this computer, if there is another way out."""
    cards = run.environment.interfaces
    used = next((card for card in cards if card.name == run.environment.server_interface), None)
    others = (
        a
        for c in cards
        if c.up and not c.tunnel
        for a in c.addresses
        if not is_loopback_address(a) and not is_link_local(a)
    )
    if used is None or not used.tunnel or not any(others) or any(map(is_private_address, run.addresses)):
        return None  # a private address may be behind the VPN alone
    return used.name


def leaves_by_cable(run: RunView) -> bool:
    """Whether what is sent to the server leaves this computer by a cable; not where that is not known."""
    name = run.environment.server_interface
    return any(card.name == name and card.medium is Medium.CABLE for card in run.environment.interfaces)


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed
