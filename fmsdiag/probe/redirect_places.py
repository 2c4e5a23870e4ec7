"""Where a server may not send us: into the network of the person who asked, or to another service's port.

A server on the internet that names an address in here could have this computer knock at a router or a printer, however
the address is written: within IPv6 (mapped, NAT64, 6to4, Teredo), as "any address", or behind a name.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from fmsdiag.model import NotApplicable
from fmsdiag.private_addresses import NAT64, is_loopback_address, is_private_address

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_COMPATIBLE = ipaddress.ip_network("::/96")  # RFC 4291, section 2.5.5.1
_SITE_LOCAL = ipaddress.ip_network("fec0::/10")  # RFC 3879
_WEB_PORTS = (80, 443)
_FIRST_FREE_PORT = 1024
# Databases, administration, desktops, mail and printing: what answers there obeys lines that others may compose.
_OTHER_SERVICES = frozenset(
    {
        1433, 1521, 1720, 1723, 2049, 2181, 2375, 2376, 2379, 3128, 3306, 3389, 3659, 4045, 4190, 5060, 5061, 5432, 5672, 5900,
        5984, 5985, 5986, 6000, 6379, 6443, 6566, 6667, 6697, 9042, 9092, 9100, 9200, 9300, 10250, 11211, 27017,
    }
)  # fmt: skip


def leads_inside(host: str, came_from: Iterable[str]) -> bool:
    """Whether the address `host` is in this network or computer although the server that names it is not.

    `came_from` are the addresses of that server. False of a name.
    """
    addresses = _all_meanings(host)
    if any(a.is_unspecified or a.is_multicast or str(a) == "255.255.255.255" for a in addresses):
        return True
    known = tuple(came_from)
    if any(is_loopback_address(str(a)) for a in addresses):
        return not (known and all(is_loopback_address(a) for a in known))
    if any(is_private_address(str(a)) or a in _SITE_LOCAL for a in addresses):
        return not any(is_private_address(a) for a in known)
    return False


def is_other_service(port: int) -> bool:
    """Whether something else than a media server, or a web server with a tunnel, is at home at this port."""
    return port in _OTHER_SERVICES or (port < _FIRST_FREE_PORT and port not in _WEB_PORTS)


def why_not(host: str, port: int, came_from: Iterable[str], asked_port: int) -> NotApplicable | None:
    """Why a redirect to the address `host` is not followed, or none where it may be.

    `came_from` are the addresses of the server that names it, which the user asked on `asked_port`.
    """
    if is_other_service(port) and port != asked_port:
        return NotApplicable.REDIRECT_OTHER_SERVICE
    return NotApplicable.REDIRECT_PRIVATE if leads_inside(host, came_from) else None


def _all_meanings(host: str) -> tuple[Address, ...]:
    """The address and the IPv4 addresses that are in it; nothing for a name."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return ()
    if isinstance(address, ipaddress.IPv4Address):
        return (address,)
    within = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if any(address in net for net in NAT64) or (address in _COMPATIBLE and int(address) > 1):
        within.append(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF))
    return (address, *(a for a in within if a is not None))
