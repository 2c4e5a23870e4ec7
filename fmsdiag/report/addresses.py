"""Which addresses of a report belong to the server, and which would tell about the person who made it.

Local addresses get a name that holds within one report ("lan-1"), so that a reader still sees which ones
are equal. Addresses of the server, of resolvers and of routers on the way are evidence and stay; any other
public address could be the reporter's own (proxies and servers quote it in their refusals) and is cut to
its network.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from typing import TypeAlias
from urllib.parse import urlsplit

from fmsdiag.model import (
    Attempt,
    ConnectFacts,
    DnsFacts,
    Endpoint,
    HandshakeFacts,
    HopFacts,
    Observation,
    Report,
    StepName,
    TcpFacts,
    TunnelFacts,
    UdpFacts,
)
from fmsdiag.report.pseudonyms import NameKind, PseudonymBook
from fmsdiag.report.sensitive import Kind, Mask

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

# Tested one by one: `is_private` is true of documentation ranges as well.
_LOCAL = tuple(
    ipaddress.ip_network(network)
    for network in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",
        "100.64.0.0/10",
        "fc00::/7",
        "fe80::/10",
    )
)
# not the end of an escape: "\x12.51.100.1" is a control character and text
_IPV4 = re.compile(
    r"(?<![\d.])(?<!\\x)(?P<hide>(?P<ip>\d{1,3}(?:\.\d{1,3}){3})(?P<net>/\d{1,2}(?!\d))?)(?!\d|\.\d)"
)
_IPV6 = re.compile(
    r"(?<![\w:.])(?P<hide>(?P<ip>(?=[0-9a-fA-F:.]*:[0-9a-fA-F.]*:)[0-9a-fA-F:.]*[0-9a-fA-F:])"
    r"(?:%[\w.-]+)?(?P<net>/\d{1,3}(?!\d))?)(?![\w:])"
)
# "nginx/1.2.3.4" and "version 5.0.3.1" are no addresses.
_VERSION_BEFORE = re.compile(r"(?i)(?:[a-z]/|version[ :=]*|\bv)\Z")
_LONGEST_BEFORE = 16


def _is_version(match: re.Match[str]) -> bool:
    before = match.string[max(0, match.start() - _LONGEST_BEFORE) : match.start()]
    return _VERSION_BEFORE.search(before) is not None


class AddressBook:
    """Decides what is shown for an address; names are given in the order in which addresses are met."""

    def __init__(self, report: Report, names: dict[Address, str] | None = None) -> None:
        """`names` are those that were given before, where the report grows; new ones are added to them."""
        self._server = _server_addresses(report)
        own = _own_addresses(report) - self._server
        links = {_network(address) for address in own if address.version == 6}
        # over IPv6 a home's router and DNS server have public addresses of the home's own network
        others = {address for address in _infrastructure(report) if _network(address) not in links}
        self._known = (self._server | others) - own
        self._names: dict[Address, str] = {} if names is None else names

    def masks(self) -> list[Mask]:
        """The two masks, one for local addresses and one for the computer's public ones, of both families."""
        return [
            Mask(kind, pattern, shown)
            for pattern in (_IPV6, _IPV4)  # in this order: an IPv6 address may end in an IPv4 one
            for kind, shown in (
                (Kind.LOCAL_ADDRESS, self._local_name),
                (Kind.CLIENT_ADDRESS, self._client_network),
            )
        ]

    def _local_name(self, match: re.Match[str]) -> str | None:
        address = _parse(match["ip"])
        if address is None or address in self._server or not is_local(address):
            return None
        name = self._names.setdefault(address, f"lan-{len(self._names) + 1}")
        return name + (match["net"] or "")

    def _client_network(self, match: re.Match[str]) -> str | None:
        address = _parse(match["ip"])
        if address is None or address in self._known or _tells_nothing(address):
            return None
        if _is_version(match):
            return None
        network = _network(address)
        return None if match["hide"] == str(network) else str(network)


class StrictAddresses:
    """Gives every address a pseudonym but those of the server, of redirects and of reference servers."""

    def __init__(self, report: Report, book: PseudonymBook) -> None:
        self._book = book
        environment = report.environment
        own = _own_addresses(report) | _parsed((*environment.default_gateways, *environment.resolvers))
        elsewhere = {address for address in _elsewhere(report) - own if not is_local(address)}
        self._kept = _server_addresses(report) | elsewhere

    def masks(self) -> list[Mask]:
        """One for each family, in this order: an IPv6 address may end in an IPv4 one."""
        return [Mask(Kind.PSEUDONYM, pattern, self._name) for pattern in (_IPV6, _IPV4)]

    def _name(self, match: re.Match[str]) -> str | None:
        address = _parse(match["ip"])
        if address is None or address in self._kept or (_tells_nothing(address) and not is_local(address)):
            return None
        if not is_local(address) and _is_version(match):
            return None
        return self._book.name(NameKind.ADDRESS, str(address)) + (match["net"] or "")


def _elsewhere(report: Report) -> set[Address]:
    """Addresses of hosts that are not in the reporter's network: what was connected to, and where it led."""
    found: list[str | None] = [report.options.control, report.options.resolver]
    for attempt in report.attempts:
        if not is_own_script(attempt.endpoint.host):
            found += [attempt.endpoint.host, *_addresses_of_host(attempt)]
        for seen in attempt.observations:
            match seen.facts:
                case UdpFacts():
                    found += map(_without_port, (*seen.facts.redirects, *seen.facts.not_followed))
                case ConnectFacts():
                    found += map(_host_of_url, (*seen.facts.redirected_from, seen.facts.redirect))
                case HandshakeFacts():
                    found.append(seen.facts.s1_version)  # looks like an address and is a version
                case _:
                    pass
    return _parsed(found)


def is_own_script(host: str) -> bool:
    """Whether this is where a network announces its proxies (WPAD): a host of the reporter's."""
    return host.lower().startswith("wpad.")


def _network(address: Address) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    """The network that is shown instead of an address: enough to see the provider, too little to see a home."""
    return ipaddress.ip_network((address, 24 if address.version == 4 else 48), strict=False)


def is_local(address: Address) -> bool:
    """Whether it is of an RFC 1918, link-local, carrier-grade NAT or unique-local range (not loopback)."""
    return any(address.version == network.version and address in network for network in _LOCAL)


def _tells_nothing(address: Address) -> bool:
    if address.is_loopback or address.is_unspecified or address.is_multicast or is_local(address):
        return True
    return str(address) == "255.255.255.255" or int(address) < 2**24


def _parse(text: str | None) -> Address | None:
    """An address with or without zone or prefix length; IPv4 inside IPv6 counts as IPv4."""
    try:
        address = ipaddress.ip_address((text or "").partition("/")[0].partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped if isinstance(mapped, ipaddress.IPv4Address) else address


def _parsed(texts: Iterable[str | None]) -> set[Address]:
    return {address for address in map(_parse, texts) if address is not None}


def _server_addresses(report: Report) -> set[Address]:
    """The addresses of the target's name here: these stay even if they are local, since support needs them."""
    found: list[str | None] = [report.target.host, *report.environment.hosts_file_addresses]
    for attempt in report.attempts:
        if attempt.endpoint.host == report.target.host:
            found += _addresses_of_host(attempt)
    return _parsed(found)


def _addresses_of_host(attempt: Attempt) -> list[str | None]:
    found: list[str | None] = []
    for seen in attempt.observations:
        if isinstance(seen.facts, DnsFacts) and seen.facts.name == attempt.endpoint.host:
            found += seen.facts.addresses
        # A name lookup is answered by the resolver, and a proxied attempt connects to the proxy.
        if seen.step is not StepName.DNS and attempt.endpoint.proxy is None:
            found.append(seen.address)
    return found


def _own_addresses(report: Report) -> set[Address]:
    facts = [seen.facts for attempt in report.attempts for seen in attempt.observations]
    found = [f.local_address for f in facts if isinstance(f, TcpFacts)]
    return _parsed(found) | _parsed(a for i in report.environment.interfaces for a in i.addresses)


def _infrastructure(report: Report) -> set[Address]:
    """Resolvers, routers and other hosts on the way: they are evidence and not the reporter's."""
    environment = report.environment
    found: list[str | None] = [report.options.control, report.options.resolver]
    found += [*environment.default_gateways, *environment.resolvers]
    for attempt in report.attempts:
        found.append(attempt.endpoint.host)
        for seen in attempt.observations:
            found += _infrastructure_of(seen, attempt.endpoint)
    return _parsed(found)


def _infrastructure_of(seen: Observation, endpoint: Endpoint) -> list[str | None]:
    """A proxy belongs to the reporter's network: neither what was connected to instead of the server, nor its name's."""
    found: list[str | None] = [] if endpoint.proxy else [seen.address]
    if seen.failure is not None and seen.failure.icmp is not None:
        found.append(seen.failure.icmp.sender)
    match seen.facts:
        case DnsFacts():
            found.append(seen.facts.resolver)
            if not endpoint.proxy or seen.facts.name == endpoint.host:
                found += seen.facts.addresses
        case UdpFacts():
            found += map(
                _without_port,
                (
                    *seen.facts.redirects,
                    *seen.facts.not_followed,
                    seen.facts.reply_from,
                    seen.facts.redirected_by,
                ),
            )
        case ConnectFacts():
            found += map(_host_of_url, (*seen.facts.redirected_from, seen.facts.redirect))
        case TunnelFacts():
            found.append(seen.facts.ident_address)
        case HandshakeFacts():
            found.append(seen.facts.s1_version)  # looks like an address and is a version
        case HopFacts():
            found += [hop.responder for hop in seen.facts.hops]
        case _:
            pass
    return found


def _without_port(text: str | None) -> str | None:
    """The address of "192.0.2.1:1935" or "[2001:db8::1]:1935"."""
    address, _, _ = (text or "").rpartition(":")
    return address.strip("[]") or text


def _host_of_url(url: str | None) -> str | None:
    try:
        return urlsplit(url or "").hostname
    except ValueError:
        return None
