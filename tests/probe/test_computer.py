from __future__ import annotations

import ipaddress
import socket
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.model import Environment, Interface, Medium, ProxySource
from fmsdiag.probe.computer import (
    MAX_INTERFACES,
    MAX_RESOLVERS,
    SystemComputer,
    environment_of,
    gateway_answers,
    gateways_ipv4,
    gateways_ipv6,
    hosts_file_addresses,
    interface_of,
    interfaces_of,
    linux_media,
    networks_of,
    on_link,
    read_computer,
    resolvers_of,
    search_domains_of,
    with_neighbours,
)
from fmsdiag.probe.proxy.settings import settings_from
from fmsdiag.probe.resolv_conf import parse_resolv_conf
from tests.probe.fake_computer import ONLINE
from tests.systems import ON_WINDOWS

HOSTS = """\
# 192.0.2.9 h.example
127.0.0.1 localhost
192.0.2.1\tH.Example  alias # h2.example
  192.0.2.2 h.example
192.0.2.1 h.example
nonsense

::1 ip6-localhost
"""


@pytest.mark.parametrize(
    ("host", "addresses"),
    [
        ("h.example", ("192.0.2.1", "192.0.2.2")),
        ("alias", ("192.0.2.1",)),
        ("h2.example", ()),
        ("localhost", ("127.0.0.1",)),
        ("127.0.0.1", ()),
        ("other.example", ()),
    ],
)
def test_the_hosts_file(host: str, addresses: tuple[str, ...]) -> None:
    assert hosts_file_addresses(HOSTS, host) == addresses


@given(st.text(), st.text(min_size=1))
def test_any_hosts_file_can_be_read(text: str, host: str) -> None:
    assert len(hosts_file_addresses(text, host)) <= 8


@pytest.mark.this_computer
async def test_this_computer_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://user:secret@proxy.example:3128")
    monkeypatch.setenv("https_proxy", "http://[broken")
    monkeypatch.setenv("no_proxy", "localhost")
    computer = SystemComputer()
    readings = await computer.read()
    assert readings.hosts_file
    for text in readings.resolvers:
        ipaddress.ip_address(text)
    environment = with_neighbours(environment_of(readings, "localhost"), computer.neighbours())
    assert environment.system
    assert environment.proxies["http"] == "http://proxy.example:3128"
    assert environment.proxies["no"] == "localhost"
    assert "secret" not in repr((readings, environment))
    addresses = [a for i in environment.interfaces for a in i.addresses]
    assert len(environment.interfaces) <= MAX_INTERFACES
    for text in (*addresses, *environment.default_gateways):
        ipaddress.ip_address(text)
    if sys.platform == "linux":
        assert "127.0.0.1" in addresses
    assert environment.utc_offset[0] in "+-"
    assert environment.gateway_answers in (None, True, False)
    assert computer.own_address("127.0.0.1") == "127.0.0.1"
    monkeypatch.delenv("http_proxy")
    monkeypatch.delenv("https_proxy")
    known = settings_from({"http": "http://p.example:1"}, ProxySource.SYSTEM)
    assert (await computer.read(known)).proxies is known


def test_a_system_that_hides_its_state_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def hidden(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(psutil, "net_if_addrs", hidden)
    monkeypatch.setattr(psutil, "net_io_counters", hidden)
    monkeypatch.setattr(Path, "open", hidden)
    monkeypatch.setattr(Path, "read_text", hidden)
    readings = read_computer()
    assert (readings.interfaces, readings.hosts_file, readings.routes_ipv4) == ((), "", "")
    if not ON_WINDOWS:  # which has them elsewhere than in files
        assert (readings.resolvers, readings.search_domains) == ((), ())
        assert environment_of(readings, "localhost").default_gateways == ()
    assert SystemComputer().packets_sent() is None
    assert SystemComputer().neighbours() == ""


def test_what_is_read_is_what_the_environment_says() -> None:
    readings = replace(
        ONLINE,
        routes_ipv4=ROUTES,
        routes_ipv6=ROUTES_IPV6,
        hosts_file=HOSTS,
        resolvers=("192.0.2.53",),
        proxies=settings_from(
            {"http": "http://u:s@p.example:1"}, ProxySource.SYSTEM, (), "http://pac.example/x"
        ),
        has_ipv6_route=True,
    )
    assert environment_of(readings, "h.example") == Environment(
        system="Linux 6.1",
        interfaces=ONLINE.interfaces,
        default_gateways=("192.168.8.1", "fd00::1"),
        resolvers=("192.0.2.53",),
        hosts_file_addresses=("192.0.2.1", "192.0.2.2"),
        proxies={"http": "http://p.example:1"},
        pac_url="http://pac.example/x",
        utc_offset="+0000",
        ipv6=True,
    )


ROUTES = """\
Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
tun0	00000000	00000000	0001	0	0	0	00000000	0	0	0
eth0	00000000	0108A8C0	0003	0	0	100	00000000	0	0	0
eth0	0008A8C0	00000000	0001	0	0	100	00FFFFFF	0	0	0
"""
NOWHERE, OURS, OWN_ROUTER = "0" * 32, "fd" + "0" * 30, "fd" + "0" * 29 + "1"
ROUTES_IPV6 = f"""\
{OURS} 40 {NOWHERE} 00 {NOWHERE} 00000100 00000001 00000000 00000001     eth0
{NOWHERE} 00 {NOWHERE} 00 {OWN_ROUTER} 00000400 00000003 00000000 00000003     eth0
{NOWHERE} 00 {NOWHERE} 00 {NOWHERE} ffffffff 00000001 00000000 00200200       lo
"""
NEIGHBOURS = """\
IP address       HW type     Flags       HW address            Mask     Device
192.0.2.1        0x1         {}         02:fc:00:00:00:05     *        eth0
192.0.2.53       0x1         0x2         02:fc:00:00:00:06     *        eth0
"""


@pytest.mark.skipif(sys.byteorder == "big", reason="the table is in the byte order of the machine")
def test_default_routes_are_read_from_the_kernels_tables() -> None:
    assert gateways_ipv4(ROUTES) == ["192.168.8.1"]
    assert gateways_ipv6(ROUTES_IPV6) == ["fd00::1"]
    assert gateways_ipv4("") == gateways_ipv6("") == []


@pytest.mark.parametrize(
    ("flags", "gateways", "answers"),
    [
        ("0x2", ("192.0.2.1",), True),
        ("0x0", ("192.0.2.1",), False),
        ("0x0", ("192.0.2.1", "192.0.2.53"), True),
        ("0x0", ("192.0.2.9",), None),
        ("0x0", (), None),
    ],
)
def test_whether_the_router_answers_on_its_link(
    flags: str, gateways: tuple[str, ...], answers: bool | None
) -> None:
    assert gateway_answers(NEIGHBOURS.format(flags), gateways) is answers
    assert gateway_answers("", gateways) is None


def test_what_is_learnt_of_neighbours_is_added() -> None:
    known = Environment(system="X", default_gateways=("192.0.2.1",))
    learnt = with_neighbours(known, NEIGHBOURS.format("0x2"))
    assert (learnt.system, learnt.gateway_answers) == ("X", True)
    assert with_neighbours(learnt, "").gateway_answers is None


RESOLV_CONF = """\
# made by dhclient
domain Corp.example
search branch.corp.example. corp.example lan other.example
nameserver 192.0.2.53
nameserver 2001:db8::53
options ndots:2
"""


def test_resolvers_and_search_domains_of_a_resolv_conf() -> None:
    resolver = parse_resolv_conf(RESOLV_CONF)
    assert resolvers_of(resolver) == ("192.0.2.53", "2001:db8::53")
    assert search_domains_of(resolver) == ("branch.corp.example", "corp.example")
    many = parse_resolv_conf("".join(f"nameserver 192.0.2.{n}\n" for n in range(1, 9)))
    assert len(resolvers_of(many)) == MAX_RESOLVERS
    assert resolvers_of(None) == search_domains_of(None) == ()


def test_interfaces_of_a_vpn_are_known_by_their_names() -> None:
    names = ("wg0", "tun0", "ppp0", "vpn", "vpn-office", "eth0", "wlan0", "Ethernet 2", "tunnel-free")
    found = interfaces_of(dict.fromkeys(names, ()), {})
    assert [i.name for i in found if i.tunnel] == ["wg0", "tun0", "ppp0", "vpn", "vpn-office"]


def test_an_interface_with_a_far_end_instead_of_a_network_is_a_tunnel() -> None:
    state = SimpleNamespace(isup=True, flags="up,pointopoint,running,noarp", speed=10)
    assert [i.tunnel for i in interfaces_of({"gpd0": ()}, {"gpd0": state})] == [True]


@pytest.mark.parametrize(
    ("address", "name"), [("10.8.0.2", "tun0"), ("fe80::7%eth0", "eth0"), ("192.0.2.9", None), (None, None)]
)
def test_by_which_interface_an_address_of_ours_is_had(address: str | None, name: str | None) -> None:
    cards = (Interface("eth0", ("192.0.2.7", "fe80::7")), Interface("tun0", ("10.8.0.2",), True, True))
    assert interface_of(cards, address) == name


def test_interfaces_have_their_ip_addresses_and_state() -> None:
    def card(*addresses: tuple[int, str]) -> list[SimpleNamespace]:
        return [SimpleNamespace(family=family, address=address) for family, address in addresses]

    addresses = {
        "lo": card((socket.AF_INET, "127.0.0.1")),
        "eth0": card(
            (socket.AF_INET, "192.0.2.7"), (socket.AF_INET6, "fe80::7%eth0"), (17, "02:fc:00:00:00:07")
        ),
        "wlan0": card(),
    }
    states = {
        "lo": SimpleNamespace(isup=True, flags="up,loopback,running", speed=0),
        "wlan0": SimpleNamespace(isup=False, flags="", speed=0),
    }
    assert interfaces_of(addresses, states) == (
        Interface("lo", ("127.0.0.1",), True),
        Interface("eth0", ("192.0.2.7", "fe80::7"), True),
        Interface("wlan0", (), False),
    )
    many = {f"eth{n}": card() for n in range(99)}
    assert len(interfaces_of(many, {})) == MAX_INTERFACES


def test_what_leaves_by_the_cards_is_counted_without_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    cards = {name: SimpleNamespace(packets_sent=n) for name, n in (("lo", 1000), ("eth0", 5), ("wg0", 2))}
    monkeypatch.setattr(psutil, "net_io_counters", lambda pernic: cards)
    assert SystemComputer().packets_sent() == 7
    cards.clear()
    assert SystemComputer().packets_sent() is None


def test_networks_are_those_behind_cards_not_behind_a_vpn() -> None:
    def card(address: str, netmask: str | None, family: int = socket.AF_INET) -> list[SimpleNamespace]:
        return [SimpleNamespace(family=family, address=address, netmask=netmask)]

    found = networks_of(
        {
            "eth0": card("192.168.1.20", "255.255.255.0"),
            "eth1": card("2001:db8::20%eth1", "ffff:ffff:ffff:ffff::", socket.AF_INET6),
            "wg0": card("10.0.0.2", "255.0.0.0"),
            "eth2": card("192.0.2.1", None),
            "eth3": card("nonsense", "255.0.0.0"),
        }
    )
    assert found == ("192.168.1.0/24", "2001:db8::/64")


@pytest.mark.parametrize(
    ("addresses", "near"),
    [
        (("192.168.1.50",), True),
        (("192.168.1.50", "203.0.113.9"), False),
        (("2001:db8::1",), True),
        (("fe80::1%eth0",), False),
        ((), None),
        (("name",), None),
    ],
)
def test_whether_addresses_are_on_the_link(addresses: tuple[str, ...], near: bool | None) -> None:
    assert on_link(("192.168.1.0/24", "2001:db8::/64"), addresses) is near
    assert on_link((), addresses) is None


def test_a_card_has_the_medium_and_the_speed_that_its_system_tells() -> None:
    states = {
        "eth0": SimpleNamespace(isup=True, flags="up", speed=2500),
        "eth1": SimpleNamespace(isup=True, flags="up", speed=65535),
        "eth2": SimpleNamespace(isup=False, flags="", speed=1000),
        "wlan0": SimpleNamespace(isup=True, flags="up", speed=0),
        "wg0": SimpleNamespace(isup=True, flags="up", speed=10),
        "br0": SimpleNamespace(isup=True, flags="up", speed=10000),
    }
    media = dict.fromkeys(("eth0", "eth1", "eth2", "wg0"), Medium.CABLE) | {"wlan0": Medium.WIFI}
    found = interfaces_of(dict.fromkeys(states, ()), states, media)
    assert {card.name: (card.medium, card.speed_mbps) for card in found} == {
        "eth0": (Medium.CABLE, 2500),
        "eth1": (Medium.CABLE, None),
        "eth2": (Medium.CABLE, None),
        "wlan0": (Medium.WIFI, None),
        "wg0": (None, None),
        "br0": (None, None),
    }


def test_the_media_of_linux_are_those_of_cards_with_a_device(tmp_path: Path) -> None:
    for name, kind, parts in (
        ("eth0", "1", ("device",)),
        ("wlan0", "1", ("device", "phy80211")),
        ("wlan1", "1", ("device", "wireless")),
        ("docker0", "1", ("bridge",)),
        ("wwan0", "65534", ("device",)),
        ("lo", "772", ()),
    ):
        for part in parts:
            (tmp_path / name / part).mkdir(parents=True)
        (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / name / "type").write_text(f"{kind}\n", encoding="ascii")
    assert linux_media(tmp_path) == {"eth0": "cable", "wlan0": "wifi", "wlan1": "wifi"}
    assert linux_media(tmp_path / "missing") == {}


def test_what_a_system_names_itself_goes_into_the_environment() -> None:
    readings = replace(
        ONLINE,
        gateways=("192.0.2.1",),
        firewall_profiles={"public": True},
        security_products=("Example Antivirus",),
        routes_ipv4="",
    )
    environment = environment_of(readings, "h.example")
    assert environment.default_gateways == ("192.0.2.1",)
    assert environment.firewall_profiles == {"public": True}
    assert environment.security_products == ("Example Antivirus",)
