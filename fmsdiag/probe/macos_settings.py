"""What macOS says of its network, from the output of its own commands: resolvers, routers, kinds of network cards.

Not run on macOS: written by the manual pages scutil(8), netstat(1) and networksetup(8), and tested with output in their form.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping

from fmsdiag.model import Medium
from fmsdiag.probe.resolv_conf import ResolverSettings
from fmsdiag.probe.system_commands import Asking, told_by

_SCUTIL, _NETSTAT, _NETWORKSETUP = "/usr/sbin/scutil", "/usr/sbin/netstat", "/usr/sbin/networksetup"
_MOST_LINES = 4000
_SCOPED = "DNS configuration (for scoped queries)"
_FIELD = re.compile(r"^ *+([a-z_]++(?: [a-z_]++)*+)(?:\[\d++\])? *+: (\S+)", re.MULTILINE)
_PORT = re.compile(r"^Hardware Port: (.+)\nDevice: (\S+)$", re.MULTILINE)


def read_resolver(ask: Asking = told_by) -> ResolverSettings | None:
    """Which name servers macOS asks, or none where it does not say."""
    return parse_dns(ask(_SCUTIL, "--dns"))


def read_gateways(ask: Asking = told_by) -> tuple[str, ...]:
    """The routers of the default routes, IPv4 first."""
    return (
        *parse_routes(ask(_NETSTAT, "-rn", "-f", "inet")),
        *parse_routes(ask(_NETSTAT, "-rn", "-f", "inet6")),
    )


def read_media(ask: Asking = told_by) -> Mapping[str, Medium]:
    """What the network cards send over, by the names of their interfaces."""
    return parse_hardware_ports(ask(_NETWORKSETUP, "-listallhardwareports"))


def parse_dns(text: str) -> ResolverSettings | None:
    """The resolver for every name in the output of `scutil --dns`; those of single domains and interfaces are others."""
    every_name = text.partition(_SCOPED)[0]
    for block in re.split(r"^resolver #\d+$", every_name, flags=re.MULTILINE)[1:]:
        fields = _FIELD.findall(block)
        servers = tuple(dict.fromkeys(value for name, value in fields if name == "nameserver"))
        if servers and not any(name == "domain" for name, _ in fields):
            return ResolverSettings(servers, tuple(v for name, v in fields if name == "search domain"))
    return None


def parse_routes(text: str) -> list[str]:
    """The routers of the default routes in the output of `netstat -rn`; a route that names a card has none."""
    found = []
    for line in text.splitlines()[:_MOST_LINES]:
        row = line.split()
        if (
            len(row) > 2 and row[0] == "default" and "I" not in row[2]
        ):  # I: only for what is bound to its interface
            try:
                ipaddress.ip_address(row[1].partition("%")[0])
            except ValueError:
                continue
            found.append(row[1].partition("%")[0])
    return list(dict.fromkeys(found))


def parse_hardware_ports(text: str) -> dict[str, Medium]:
    """Interface → medium in the output of `networksetup -listallhardwareports`, where its name says so."""
    named = ((device, _medium_of(port)) for port, device in _PORT.findall(text))
    return {device: medium for device, medium in named if medium is not None}


def _medium_of(port: str) -> Medium | None:
    if "Wi-Fi" in port or "AirPort" in port:
        return Medium.WIFI
    return Medium.CABLE if re.search(r"Ethernet|\bLAN\b", port) else None
