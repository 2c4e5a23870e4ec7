"""This computer's own state: interfaces, gateway, resolvers, hosts file, proxy settings. Read only, no privileges."""

from __future__ import annotations

import ipaddress
import os
import platform
import re
import socket
import struct
import sys
from datetime import datetime
from pathlib import Path

import msgspec
import psutil

from fmsdiag.model import Environment, Interface
from fmsdiag.probe.proxy.settings import ProxySettings
from fmsdiag.probe.proxy.system import read_system_proxies
from fmsdiag.probe.sockets.network import has_ipv6_route
from fmsdiag.probe.transports.names import system_resolvers

MAX_INTERFACES = 16
MAX_HOSTS_FILE = 1 << 20
MAX_GATEWAYS = 4
_TUNNEL = re.compile(
    r"(tun|tap|wg|ppp|utun|ipsec|nordlynx|tailscale|zt|wireguard|openvpn)([\d_-].*)?$", re.IGNORECASE
)
"""Names of a VPN's interfaces: Linux and macOS name them after their driver, Windows after their software."""
_ATF_COM = 0x02  # linux/if_arp.h: the neighbour has answered


def read_environment(host: str, settings: ProxySettings | None = None) -> Environment:
    """What is known without asking the network; `host` is the server's name, looked up in the hosts file.

    `settings` are the proxy settings if they have been read already.
    """
    settings = read_system_proxies() if settings is None else settings
    return Environment(
        system=f"{platform.system()} {platform.release()}",
        interfaces=_interfaces(),
        default_gateways=_default_gateways(),
        resolvers=system_resolvers(),
        hosts_file_addresses=hosts_file_addresses(_hosts_file(), host),
        proxies=dict(settings.shown),
        pac_url=settings.pac_url,
        utc_offset=datetime.now().astimezone().strftime("%z"),
        ipv6=has_ipv6_route(),
    )


def with_neighbours(environment: Environment) -> Environment:
    """`environment` with what the system has learnt meanwhile of the router on its link, where that can be read."""
    answers = gateway_answers(_read(Path("/proc/net/arp")), environment.default_gateways)
    return msgspec.structs.replace(environment, gateway_answers=answers)


def gateway_answers(table: str, gateways: tuple[str, ...]) -> bool | None:
    """Whether one of these routers has an address on its link in the neighbour table /proc/net/arp (proc(5)).

    False: the system has asked for it and got no answer. An entry that was learnt long ago also counts as an answer.
    None: the table does not say.
    """
    rows = (line.split() for line in table.splitlines()[1:])
    flags = [
        int(row[2], 16) for row in rows if len(row) > 2 and row[0] in gateways and row[2].startswith("0x")
    ]
    return any(flag & _ATF_COM for flag in flags) if flags else None


def packets_sent() -> int | None:
    """How many packets have left this computer by any of its network cards, or none where nobody counts them."""
    try:
        cards = psutil.net_io_counters(pernic=True)
    except (OSError, RuntimeError):
        return None
    counts = [card.packets_sent for name, card in cards.items() if not name.lower().startswith("lo")]
    return sum(counts) if counts else None


def _interfaces() -> tuple[Interface, ...]:
    try:
        addresses, states = psutil.net_if_addrs(), psutil.net_if_stats()
    except OSError:
        return ()
    found = []
    for name, entries in list(addresses.items())[:MAX_INTERFACES]:
        usable = tuple(
            e.address.partition("%")[0] for e in entries if e.family in (socket.AF_INET, socket.AF_INET6)
        )
        state = states.get(name)
        found.append(Interface(name, usable, state.isup if state else True, bool(_TUNNEL.match(name))))
    return tuple(found)


def _default_gateways() -> tuple[str, ...]:
    """Linux only: proc(5); the kernel's tables of other systems need privileges or commands."""
    if sys.platform != "linux":
        return ()
    four, six = _read(Path("/proc/net/route")), _read(Path("/proc/net/ipv6_route"))
    return tuple(dict.fromkeys((*gateways_ipv4(four), *gateways_ipv6(six))))[:MAX_GATEWAYS]


def gateways_ipv4(table: str) -> list[str]:
    """The routers of the default routes in the text of /proc/net/route."""
    rows = (line.split() for line in table.splitlines()[1:])
    return [
        str(ipaddress.IPv4Address(struct.pack("=I", int(row[2], 16))))
        for row in rows
        if len(row) > 7 and row[1] == row[7] == "00000000" and row[2] != "00000000"
    ]


def gateways_ipv6(table: str) -> list[str]:
    """The routers of the default routes in the text of /proc/net/ipv6_route."""
    rows = (line.split() for line in table.splitlines())
    return [
        str(ipaddress.IPv6Address(bytes.fromhex(row[4])))
        for row in rows
        if len(row) > 9 and row[0] == "0" * 32 and row[1] == "00" and row[4] != "0" * 32
    ]


def _read(path: Path) -> str:
    """The text of a kernel's table, or nothing where there is none."""
    try:
        return path.read_text(encoding="ascii")
    except (OSError, ValueError):
        return ""


def _hosts_file() -> str:
    path = Path("/etc/hosts")
    if sys.platform == "win32":
        path = Path(os.environ.get("SystemRoot", r"C:\Windows")) / "System32/drivers/etc/hosts"
    try:
        with path.open("rb") as file:
            return file.read(MAX_HOSTS_FILE).decode("utf-8", "replace")
    except OSError:
        return ""


def hosts_file_addresses(text: str, host: str) -> tuple[str, ...]:
    """The addresses that a hosts file (hosts(5)) gives `host`, in order."""
    found = []
    for line in text.splitlines():
        address, *names = line.partition("#")[0].split() or [""]
        if host.lower() in (name.lower() for name in names):
            found.append(address)
    return tuple(dict.fromkeys(found))[:8]
