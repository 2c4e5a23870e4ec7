"""What is an address, and which addresses are of this computer, or of a private network. Pure."""

from __future__ import annotations

import ipaddress


def is_address(host: str) -> bool:
    """Whether a host is given by its address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_loopback_address(host: str) -> bool:
    """Whether `host` is an address by which a computer speaks to itself (never true of a name)."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def is_nobodys_address(host: str) -> bool:
    """Whether `host` is 0.0.0.0 or ::, which stand for no machine (never true of a name).

    A system that is told to connect there connects to itself.
    """
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_unspecified


def is_nat64_address(host: str) -> bool:
    """Whether `host` is IPv4 in IPv6 for NAT64 (RFC 6052, RFC 8215): a provider's, never the server's own."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return any(address.version == net.version and address in net for net in NAT64)


def is_private_address(host: str) -> bool:
    """Whether `host` is an address of a loopback, RFC 1918, link-local or unique-local range (never true of a name).

    Documentation ranges do not count, unlike in `ipaddress.is_private`.
    """
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address.version == net.version and address in net for net in _PRIVATE)


NAT64 = tuple(ipaddress.ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48"))
"""What a name server makes of IPv4 addresses for networks that have IPv6 alone (RFC 6052, RFC 8215)."""
_PRIVATE = tuple(
    ipaddress.ip_network(net)
    for net in (
        "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "0.0.0.0/8",
        "::1/128", "fc00::/7", "fe80::/10",
    )
)  # fmt: skip
