from __future__ import annotations

import pytest

from fmsdiag.diagnosis.evidence.other_ports import ask_other_ports
from fmsdiag.diagnosis.evidence.own_network import (
    addresses_of_target,
    has_ipv6_switched_off,
    is_documentation_address,
    is_link_local,
    is_on_our_link,
    is_only_here,
    is_private_here,
    is_sent_to_itself,
    leaves_by_cable,
    leaves_for_the_internet,
    uses_documentation_addresses,
    vpn_to_server,
)
from fmsdiag.model import Environment, Interface, Medium
from tests.diagnosis.situations import run_view

_HOME = Environment(
    interfaces=(Interface("lo", ("127.0.0.1", "::1")), Interface("eth0", ("192.168.1.20", "2a02:8:1:2::20"))),
    default_gateways=("192.168.1.1",),
)
_DEAD = ("fallback rtmp 1935: tcp timed-out",)


@pytest.mark.parametrize(
    ("address", "ours"),
    [
        ("192.168.1.77", True),
        ("192.168.2.77", False),
        ("127.0.0.9", False),
        ("2a02:8:1:2::77", True),
        ("2a02:8:1:3::77", False),
        ("fms.example.com", False),
    ],
)
def test_an_address_on_our_link_shares_its_first_bits_with_one_of_ours(address: str, ours: bool) -> None:
    assert is_on_our_link(run_view(_DEAD, environment=_HOME), address) is ours


@pytest.mark.parametrize(
    "address", ["192.0.2.1", "198.51.100.255", "203.0.113.0", "2001:db8::1", "::ffff:192.0.2.1"]
)
def test_addresses_of_examples(address: str) -> None:
    assert is_documentation_address(address)


@pytest.mark.parametrize("address", ["192.0.3.1", "8.8.8.8", "2001:db9::1", "192.168.1.1", "name"])
def test_addresses_that_are_none_of_examples(address: str) -> None:
    assert not is_documentation_address(address)


def test_ranges_of_single_networks() -> None:
    assert [
        a for a in ("10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.1.1", "8.8.8.8") if is_private_here(a)
    ] == [
        "10.1.2.3",
        "100.64.0.1",
        "169.254.1.1",
    ]
    assert [a for a in ("169.254.1.1", "fe80::1", "10.1.2.3") if is_link_local(a)] == [
        "169.254.1.1",
        "fe80::1",
    ]


def test_the_targets_addresses_are_those_that_were_typed_or_looked_up() -> None:
    assert addresses_of_target(run_view(_DEAD, url="rtmp://10.1.2.3/live")) == ("10.1.2.3",)
    assert addresses_of_target(run_view(_DEAD, addresses=("8.8.4.4", "8.8.8.8"))) == ("8.8.4.4", "8.8.8.8")


def test_a_network_that_was_built_as_an_example_is_known_by_its_routers() -> None:
    home = (*_DEAD, "follow-up hops 1935: 1 time-exceeded 192.168.1.1, 2 time-exceeded 84.1.2.3, 3 silent")
    example = (
        *_DEAD,
        "follow-up hops 1935: 1 time-exceeded 192.168.1.1, 2 time-exceeded 198.51.100.1, 3 silent",
    )
    url = "rtmp://203.0.113.9/live"
    assert not uses_documentation_addresses(run_view(home, url=url, environment=_HOME))
    assert uses_documentation_addresses(run_view(example, url=url, environment=_HOME))
    assert leaves_for_the_internet(run_view(home, url=url, environment=_HOME), 1935) == "84.1.2.3"
    assert leaves_for_the_internet(run_view(_DEAD, url=url, environment=_HOME), 1935) is None


@pytest.mark.parametrize(
    ("url", "on_link", "only"),
    [
        ("rtmp://fms.example.com/live", None, False),
        ("rtmp://fms.example.com/live", True, True),
        ("rtmp://192.168.1.77/live", None, True),
        ("rtmp://127.0.0.1/live", None, True),
        ("rtmp://[fe80::1%1]/live", None, True),
        ("rtmp://8.8.8.8/live", False, False),
    ],
)
def test_an_address_that_exists_in_this_network_only(url: str, on_link: bool | None, only: bool) -> None:
    assert is_only_here(run_view(_DEAD, url, environment=Environment(server_on_link=on_link))) is only


def test_of_a_name_without_an_address_nothing_is_known() -> None:
    assert not is_only_here(run_view(["fallback rtmp 1935: dns name-not-found"]))


@pytest.mark.parametrize(
    ("route", "addresses", "off"),
    [
        (False, ("127.0.0.1",), True),
        (False, ("127.0.0.1", "::1"), False),
        (True, ("127.0.0.1",), False),
        (None, ("127.0.0.1",), False),
        (False, (), False),
    ],
)
def test_ipv6_is_switched_off_where_not_even_the_loopback_has_it(
    route: bool | None, addresses: tuple[str, ...], off: bool
) -> None:
    here = Environment(
        ipv6=route, interfaces=(Interface("lo", addresses), Interface("eth0", ("192.168.1.20",)))
    )
    here = here if addresses else Environment(ipv6=route)
    assert has_ipv6_switched_off(run_view(_DEAD, environment=here)) is off


@pytest.mark.parametrize(
    ("leaves_by", "others", "vpn"),
    [
        ("tun0", ("192.168.1.20",), "tun0"),
        ("tun0", ("169.254.7.7",), None),
        ("tun0", (), None),
        ("eth0", ("192.168.1.20",), None),
        (None, ("192.168.1.20",), None),
    ],
)
def test_a_vpn_can_be_disconnected_where_there_is_another_way_out(
    leaves_by: str | None, others: tuple[str, ...], vpn: str | None
) -> None:
    cards = (
        Interface("lo", ("127.0.0.1",)),
        Interface("eth0", others),
        Interface("tun0", ("10.8.0.2",), True, True),
    )
    run = run_view(_DEAD, environment=Environment(interfaces=cards, server_interface=leaves_by))
    assert vpn_to_server(run) == vpn


def test_a_name_that_a_filter_sends_to_this_computer_is_not_only_here() -> None:
    filtered = ["fallback rtmp 1935: resolver ok 127.0.0.1; dns ok 127.0.0.1; tcp refused @127.0.0.1"]
    sent = run_view(filtered, addresses=("127.0.0.1",))
    assert is_sent_to_itself(sent)
    assert not is_only_here(sent)
    assert ask_other_ports(sent) == ()
    for meant in ("rtmp://localhost/live", "rtmp://127.0.0.1/live"):
        assert not is_sent_to_itself(run_view(filtered, meant, addresses=("127.0.0.1",)))


@pytest.mark.parametrize(
    ("medium", "leaves_by", "cable"),
    [
        (Medium.CABLE, "eth0", True),
        (Medium.WIFI, "eth0", False),
        (None, "eth0", False),
        (Medium.CABLE, "tun0", False),  # what carries the VPN is not known
        (Medium.CABLE, None, False),
    ],
)
def test_a_cable_is_known_by_the_card_that_leads_to_the_server(
    medium: Medium | None, leaves_by: str | None, cable: bool
) -> None:
    cards = (
        Interface("eth0", ("192.168.1.20",), medium=medium),
        Interface("tun0", ("10.8.0.2",), True, True),
    )
    run = run_view(_DEAD, environment=Environment(interfaces=cards, server_interface=leaves_by))
    assert leaves_by_cable(run) is cable
