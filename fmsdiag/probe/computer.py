"""This computer's own state: interfaces, gateways, resolvers, hosts file, proxy settings. Read only, no privileges.

`Computer` is to this computer what `Network` is to the network: everything that the prober reads of it comes through there,
so that tests can describe another one. What is read is parsed by pure functions.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import platform
import re
import socket
import struct
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol

import msgspec
import psutil

from fmsdiag.model import Capability, Environment, Interface, Medium, works_here
from fmsdiag.probe import macos_settings, sleep_clock, windows_adapters
from fmsdiag.probe.proxy.settings import NO_PROXIES, ProxySettings
from fmsdiag.probe.proxy.system import read_system_proxies
from fmsdiag.probe.resolv_conf import ResolverSettings, parse_resolv_conf
from fmsdiag.probe.sockets.network import has_ipv6_route, in_daemon_thread, own_address
from fmsdiag.probe.windows_settings import Registry, SystemRegistry, firewall_profiles, security_products

MAX_INTERFACES = 16
MAX_HOSTS_FILE = 1 << 20
MAX_GATEWAYS = 4
MAX_RESOLVERS = 4
MAX_DOMAINS = 2
_TUNNEL = re.compile(
    r"(tun|tap|vpn|wg|ppp|utun|ipsec|nordlynx|tailscale|zt|wireguard|openvpn)([\d_-].*)?$", re.IGNORECASE
)
"""Names of a VPN's interfaces: Linux and macOS name them after their driver, Windows after their software."""
_NO_SPEEDS = (0xFFFF, 0xFFFFFFFF, 4294)
"""What drivers give for "unknown", in megabits per second (linux/ethtool.h; Windows' 2^32 - 1 bits per second)."""
_ATF_COM = 0x02  # linux/if_arp.h: the neighbour has answered


@dataclass(frozen=True)
class Readings:
    """What a run reads of its computer once, before anything is measured. Texts are as the system has them, "" for none."""

    system: str = ""  # name and release
    interfaces: tuple[Interface, ...] = ()
    networks: tuple[str, ...] = ()  # on whose links it is: "192.168.1.0/24"
    routes_ipv4: str = ""  # /proc/net/route
    routes_ipv6: str = ""  # /proc/net/ipv6_route
    gateways: tuple[str, ...] = ()  # the routers of default routes, where the system names them itself
    hosts_file: str = ""
    resolvers: tuple[str, ...] = ()
    search_domains: tuple[str, ...] = ()
    proxies: ProxySettings = NO_PROXIES
    utc_offset: str = "+0000"
    has_ipv6_route: bool = False
    firewall_profiles: Mapping[str, bool] = field(default_factory=dict)  # of Windows Firewall
    security_products: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cards:
    """What a system says of its network cards beside their addresses."""

    media: Mapping[str, Medium] = field(default_factory=dict)
    gateways: tuple[str, ...] = ()
    states: Mapping[str, CardState] | None = None  # none: psutil tells them


class WindowsCardState(NamedTuple):
    """As psutil's, which asks an older call of Windows for it, one that does not give long names whole."""

    isup: bool
    flags: str
    speed: int  # megabits per second, 0 if unknown


class Computer(Protocol):
    """What the prober reads of the computer that it runs on; none of it sends anything."""

    async def read(self, proxies: ProxySettings | None = None) -> Readings:
        """The state at the start of a run.

        `proxies` are its proxy settings, where they are known already.
        """
        ...

    def neighbours(self) -> str:
        """The text of /proc/net/arp (proc(5)) as it is now, "" where there is none."""
        ...

    def packets_sent(self) -> int | None:
        """How many packets have left this computer by any of its network cards; none where they are not counted."""
        ...

    def slept_s(self) -> float:
        """Seconds that the computer has slept since it was started; 0 where that is not known."""
        ...

    def own_address(self, address: str) -> str | None:
        """The address from which this computer would send to `address`, or none."""
        ...


class SystemComputer:
    """The real computer."""

    async def read(self, proxies: ProxySettings | None = None) -> Readings:
        """As `read_computer`, off the loop: the proxy settings of some systems take a command."""
        return await in_daemon_thread(lambda: read_computer(proxies))

    def neighbours(self) -> str:
        return _text(Path("/proc/net/arp")) if works_here(Capability.ROUTER_ANSWERS) else ""

    def packets_sent(self) -> int | None:
        try:
            cards = psutil.net_io_counters(pernic=True)
        except (OSError, RuntimeError):
            return None
        counts = [card.packets_sent for name, card in cards.items() if not name.lower().startswith("lo")]
        return sum(counts) if counts else None

    def slept_s(self) -> float:
        return sleep_clock.slept_s()

    def own_address(self, address: str) -> str | None:
        return own_address(address)


def read_computer(proxies: ProxySettings | None = None) -> Readings:
    """What `Computer.read` gives of this computer; may block for some seconds."""
    resolver = _own_resolver()
    cards = _own_cards()
    registry: Registry = SystemRegistry()
    return Readings(
        system=f"{platform.system()} {platform.release()}",
        interfaces=_own_interfaces(cards),
        networks=_own_networks(),
        routes_ipv4=_text(Path("/proc/net/route")),
        routes_ipv6=_text(Path("/proc/net/ipv6_route")),
        gateways=cards.gateways,
        hosts_file=_hosts_file(),
        resolvers=resolvers_of(resolver),
        search_domains=search_domains_of(resolver),
        proxies=read_system_proxies() if proxies is None else proxies,
        utc_offset=datetime.now().astimezone().strftime("%z"),
        has_ipv6_route=has_ipv6_route(),
        firewall_profiles=firewall_profiles(registry),
        security_products=security_products(registry),
    )


def search_domains() -> tuple[str, ...]:
    """The domains in which this computer completes short names, as `search_domains_of`."""
    return search_domains_of(_own_resolver())


def _own_resolver() -> ResolverSettings | None:
    if sys.platform == "win32":
        return _resolver_of_windows()
    if sys.platform == "darwin" and (told := macos_settings.read_resolver()) is not None:
        return told
    try:
        text = Path("/etc/resolv.conf").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return parse_resolv_conf(text, socket.gethostname().partition(".")[2])


def _resolver_of_windows() -> ResolverSettings | None:
    """What the registry holds; dnspython, which takes long to load, knows its way there."""
    import dns.exception
    import dns.resolver

    try:
        found = dns.resolver.Resolver(configure=True)
    except (dns.exception.DNSException, OSError, ValueError):
        return None
    return ResolverSettings(
        tuple(map(str, found.nameservers)), tuple(map(str, found.search)), str(found.domain)
    )


def _own_cards() -> Cards:
    if sys.platform == "win32":
        adapters = windows_adapters.read_adapters()
        return Cards(
            {a.name: a.medium for a in adapters if a.medium is not None},
            tuple(dict.fromkeys(sorted((g for a in adapters if a.up for g in a.gateways), key=_is_ipv6))),
            {a.name: WindowsCardState(a.up, "", a.mbps) for a in adapters},
        )
    if sys.platform == "darwin":
        return Cards(macos_settings.read_media(), macos_settings.read_gateways())
    return Cards(linux_media(Path("/sys/class/net")))


def _is_ipv6(address: str) -> bool:
    return ":" in address


def linux_media(cards: Path) -> dict[str, Medium]:
    """What the cards in /sys/class/net send over; bridges, tunnels and other cards without a device are left out.

    Type 1 is ARPHRD_ETHER (linux/if_arp.h), which radios have as well; these have a folder for cfg80211 or wireless extensions.
    """
    found = {}
    with contextlib.suppress(OSError):
        for card in sorted(cards.iterdir())[: 4 * MAX_INTERFACES]:
            if (card / "phy80211").exists() or (card / "wireless").exists():
                found[card.name] = Medium.WIFI
            elif (card / "device").exists() and _text(card / "type").strip() == "1":
                found[card.name] = Medium.CABLE
    return found


def _own_interfaces(cards: Cards) -> tuple[Interface, ...]:
    try:
        states = psutil.net_if_stats() if cards.states is None else cards.states
        return interfaces_of(psutil.net_if_addrs(), states, cards.media)
    except OSError:
        return ()


def _own_networks() -> tuple[str, ...]:
    try:
        return networks_of(psutil.net_if_addrs())
    except OSError:
        return ()


def _text(path: Path) -> str:
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


def environment_of(readings: Readings, host: str) -> Environment:
    """What a report says of the computer; `host` is the server's name, looked up in the hosts file."""
    gateways = (
        *readings.gateways,
        *gateways_ipv4(readings.routes_ipv4),
        *gateways_ipv6(readings.routes_ipv6),
    )
    return Environment(
        system=readings.system,
        interfaces=readings.interfaces,
        default_gateways=tuple(dict.fromkeys(gateways))[:MAX_GATEWAYS],
        resolvers=readings.resolvers,
        hosts_file_addresses=hosts_file_addresses(readings.hosts_file, host),
        proxies=dict(readings.proxies.shown),
        pac_url=readings.proxies.pac_url,
        utc_offset=readings.utc_offset,
        ipv6=readings.has_ipv6_route,
        firewall_profiles=dict(readings.firewall_profiles),
        security_products=readings.security_products,
    )


def with_neighbours(environment: Environment, neighbours: str) -> Environment:
    """`environment` with what the system has learnt meanwhile of the router on its link, if the table tells."""
    answers = gateway_answers(neighbours, environment.default_gateways)
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


class CardAddress(Protocol):
    """An address of an interface, as psutil gives it."""

    @property
    def family(self) -> int: ...

    @property
    def address(self) -> str: ...

    @property
    def netmask(self) -> str | None: ...


class CardState(Protocol):
    """An interface's state, as psutil gives it."""

    @property
    def isup(self) -> bool: ...

    @property
    def flags(self) -> str: ...

    @property
    def speed(self) -> int: ...


def interfaces_of(
    addresses: Mapping[str, Sequence[CardAddress]],
    states: Mapping[str, CardState],
    media: Mapping[str, Medium] | None = None,
) -> tuple[Interface, ...]:
    """At most MAX_INTERFACES, with their IP addresses; one whose state is unknown counts as up.

    Only a card whose medium is known has a speed: systems make one up for tunnels and bridges.
    """
    found = []
    for name, entries in list(addresses.items())[:MAX_INTERFACES]:
        usable = tuple(
            e.address.partition("%")[0] for e in entries if e.family in (socket.AF_INET, socket.AF_INET6)
        )
        state = states.get(name)
        is_tunnel = bool(_TUNNEL.match(name)) or (
            state is not None and "pointopoint" in state.flags.split(",")
        )
        medium = None if is_tunnel else (media or {}).get(name)
        speed = state.speed if state is not None and state.isup and medium is not None else 0
        found.append(
            Interface(
                name,
                usable,
                state.isup if state else True,
                is_tunnel,
                medium,
                speed if speed > 0 and speed not in _NO_SPEEDS else None,
            )
        )
    return tuple(found)


def networks_of(addresses: Mapping[str, Sequence[CardAddress]]) -> tuple[str, ...]:
    """The networks on the links of this computer's cards, a VPN's apart, behind which there is no link."""
    found = []
    for name, entries in list(addresses.items())[:MAX_INTERFACES]:
        for entry in entries if not _TUNNEL.match(name) else ():
            if entry.family not in (socket.AF_INET, socket.AF_INET6) or not entry.netmask:
                continue
            try:
                bits = int(ipaddress.ip_address(entry.netmask)).bit_count()
                network = ipaddress.ip_network(f"{entry.address.partition('%')[0]}/{bits}", strict=False)
            except ValueError:
                continue
            found.append(str(network))
    return tuple(dict.fromkeys(found))


def interface_of(interfaces: Sequence[Interface], address: str | None) -> str | None:
    """The name of the interface that has this address of ours; none where the address is not known."""
    if address is None:
        return None
    bare = address.partition("%")[0]
    return next((card.name for card in interfaces if bare in card.addresses), None)


def on_link(networks: Sequence[str], addresses: Sequence[str]) -> bool | None:
    """Whether all of these addresses are in one of the networks; none where either is not known."""
    if not networks or not addresses:
        return None
    known = [ipaddress.ip_network(network) for network in networks]
    try:
        wanted = [ipaddress.ip_address(address.partition("%")[0]) for address in addresses]
    except ValueError:
        return None
    return all(any(address in network for network in known) for address in wanted)


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


def resolvers_of(resolver: ResolverSettings | None) -> tuple[str, ...]:
    """The addresses of the resolvers that it asks, at most MAX_RESOLVERS."""
    return resolver.nameservers[:MAX_RESOLVERS] if resolver else ()


def search_domains_of(resolver: ResolverSettings | None) -> tuple[str, ...]:
    """The domains in which it completes short names, at most MAX_DOMAINS, none of a single label."""
    if resolver is None:
        return ()
    names = [domain.lower().strip(".") for domain in (*resolver.search, resolver.domain)]
    return tuple(dict.fromkeys(name for name in names if "." in name))[:MAX_DOMAINS]


def hosts_file_addresses(text: str, host: str) -> tuple[str, ...]:
    """The addresses that a hosts file (hosts(5)) gives `host`, in order."""
    found = []
    for line in text.splitlines():
        address, *names = line.partition("#")[0].split() or [""]
        if host.lower() in (name.lower() for name in names):
            found.append(address)
    return tuple(dict.fromkeys(found))[:8]
