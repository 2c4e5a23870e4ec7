from __future__ import annotations

import ipaddress
import sys
from types import SimpleNamespace

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.model import Environment
from fmsdiag.probe.computer import (
    MAX_INTERFACES,
    gateway_answers,
    gateways_ipv4,
    gateways_ipv6,
    hosts_file_addresses,
    packets_sent,
    read_environment,
    with_neighbours,
)

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


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://user:secret@proxy.example:3128")
    monkeypatch.setenv("https_proxy", "http://[broken")
    monkeypatch.setenv("no_proxy", "localhost")
    environment = read_environment("localhost")
    assert environment.system
    assert environment.proxies["http"] == "http://proxy.example:3128"
    assert environment.proxies["no"] == "localhost"
    assert "secret" not in repr(environment)
    addresses = [a for i in environment.interfaces for a in i.addresses]
    assert len(environment.interfaces) <= MAX_INTERFACES
    for text in (*addresses, *environment.default_gateways):
        ipaddress.ip_address(text)
    if sys.platform == "linux":
        assert "127.0.0.1" in addresses
    assert environment.utc_offset[0] in "+-"


def test_a_system_that_hides_its_interfaces_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def hidden() -> None:
        raise PermissionError

    monkeypatch.setattr(psutil, "net_if_addrs", hidden)
    assert read_environment("localhost").interfaces == ()


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
    known = with_neighbours(Environment(system="X", default_gateways=("192.0.2.253",)))
    assert known.system == "X"
    assert known.gateway_answers in (None, True, False)


def test_interfaces_of_a_vpn_are_known_by_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("wg0", "tun0", "ppp0", "eth0", "wlan0", "Ethernet 2", "tunnel-free")
    monkeypatch.setattr(psutil, "net_if_addrs", lambda: dict.fromkeys(names, ()))
    monkeypatch.setattr(psutil, "net_if_stats", dict)
    assert [i.name for i in read_environment("localhost").interfaces if i.tunnel] == ["wg0", "tun0", "ppp0"]


def test_what_leaves_by_the_cards_is_counted_without_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    cards = {name: SimpleNamespace(packets_sent=n) for name, n in (("lo", 1000), ("eth0", 5), ("wg0", 2))}
    monkeypatch.setattr(psutil, "net_io_counters", lambda pernic: cards)
    assert packets_sent() == 7
    cards.clear()
    assert packets_sent() is None
