"""Parsers of what macOS' commands say, with output in the documented form; the commands themselves are not run."""

from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.model import Medium
from fmsdiag.probe.macos_settings import (
    parse_dns,
    parse_hardware_ports,
    parse_routes,
    read_gateways,
    read_media,
    read_resolver,
)
from fmsdiag.probe.resolv_conf import ResolverSettings

DNS = """\
DNS configuration

resolver #1
  search domain[0] : corp.example
  search domain[1] : lan
  nameserver[0] : 192.168.1.1
  nameserver[1] : fe80::1%en0
  if_index : 14 (en0)
  flags    : Request A records, Request AAAA records
  reach    : 0x00020002 (Reachable,Directly Reachable Address)

resolver #2
  domain   : local
  options  : mdns
  timeout  : 5
  flags    : Request A records, Request AAAA records
  reach    : 0x00000000 (Not Reachable)
  order    : 300000

DNS configuration (for scoped queries)

resolver #1
  search domain[0] : lan
  nameserver[0] : 192.168.1.254
  if_index : 14 (en0)
  flags    : Scoped, Request A records, Request AAAA records
  reach    : 0x00020002 (Reachable,Directly Reachable Address)
"""
BEHIND_A_VPN = """\
DNS configuration

resolver #1
  domain   : corp.example
  nameserver[0] : 10.8.0.1
  flags    : Supplemental, Request A records
  order    : 101200

resolver #2
  nameserver[0] : 192.168.1.1
  flags    : Request A records
"""
ROUTES = """\
Routing tables

Internet:
Destination        Gateway            Flags               Netif Expire
default            192.168.1.1        UGScg                 en0
default            192.168.2.1        UGScIg                en7
default            link#22            UCSIg             bridge0
127                127.0.0.1          UCS                   lo0
192.168.1          link#14            UCS                   en0      !
"""
ROUTES_IPV6 = """\
Routing tables

Internet6:
Destination                             Gateway                                 Flags               Netif Expire
default                                 fe80::1%en0                             UGcg                  en0
default                                 fe80::%utun0                            UGcIg               utun0
::1                                     ::1                                     UHL                   lo0
"""
PORTS = """\

Hardware Port: Ethernet Adapter (en4)
Device: en4
Ethernet Address: 02:fc:00:00:00:01

Hardware Port: USB 10/100/1G/2.5G LAN
Device: en7
Ethernet Address: 02:fc:00:00:00:02

Hardware Port: Wi-Fi
Device: en0
Ethernet Address: 02:fc:00:00:00:03

Hardware Port: Thunderbolt Bridge
Device: bridge0
Ethernet Address: 02:fc:00:00:00:04

VLAN Configurations
===================
"""


def test_the_resolver_is_the_one_for_every_name() -> None:
    assert parse_dns(DNS) == ResolverSettings(("192.168.1.1", "fe80::1%en0"), ("corp.example", "lan"))
    assert parse_dns(BEHIND_A_VPN) == ResolverSettings(("192.168.1.1",))
    assert parse_dns("No DNS configuration available\n") is None


def test_routers_are_those_of_default_routes_for_everything() -> None:
    assert parse_routes(ROUTES) == ["192.168.1.1"]
    assert parse_routes(ROUTES_IPV6) == ["fe80::1"]


def test_media_are_known_by_the_names_of_ports() -> None:
    assert parse_hardware_ports(PORTS) == {"en4": Medium.CABLE, "en7": Medium.CABLE, "en0": Medium.WIFI}


def test_each_question_is_put_to_its_command() -> None:
    answers = {
        ("/usr/sbin/scutil", "--dns"): DNS,
        ("/usr/sbin/netstat", "-rn", "-f", "inet"): ROUTES,
        ("/usr/sbin/netstat", "-rn", "-f", "inet6"): ROUTES_IPV6,
        ("/usr/sbin/networksetup", "-listallhardwareports"): PORTS,
    }

    def ask(*command: str) -> str:
        return answers[command]

    assert read_resolver(ask) == parse_dns(DNS)
    assert read_gateways(ask) == ("192.168.1.1", "fe80::1")
    assert read_media(ask)["en0"] is Medium.WIFI


@given(st.text())
def test_any_output_can_be_read(text: str) -> None:
    for document in (text, DNS + text, ROUTES + text, PORTS + text):
        parse_dns(document)
        parse_routes(document)
        parse_hardware_ports(document)
