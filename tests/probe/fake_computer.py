"""A Computer that is as a test describes it: nothing is read, nothing waits."""

from __future__ import annotations

import ipaddress
from dataclasses import replace

from fmsdiag.model import Interface
from fmsdiag.probe.computer import Readings
from fmsdiag.probe.proxy.settings import ProxySettings

OWN_ADDRESS, ROUTER = "192.0.2.99", "192.0.2.254"
"""The address is the one that FakeStream has."""
ROUTES = """\
Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
eth0	00000000	FE0200C0	0003	0	0	100	00000000	0	0	0
eth0	000200C0	00000000	0001	0	0	100	00FFFFFF	0	0	0
"""
NEIGHBOURS = f"""\
IP address       HW type     Flags       HW address            Mask     Device
{ROUTER}      0x1         0x2         02:fc:00:00:00:05     *        eth0
"""
ONLINE = Readings(
    system="Linux 6.1",
    interfaces=(Interface("lo", ("127.0.0.1", "::1"), True), Interface("eth0", (OWN_ADDRESS,), True)),
    routes_ipv4=ROUTES,
    hosts_file="127.0.0.1 localhost\n",
)
"""One network card, one router that answers, no IPv6, no proxy, and no resolver that could be asked."""


class FakeComputer:
    """`readings` is its state; `sent` counts the packets that left it, which a test may raise."""

    def __init__(self, readings: Readings = ONLINE, neighbours: str = NEIGHBOURS) -> None:
        self.readings = readings
        self.sent: int | None = None
        self.slept = 0.0
        self._neighbours = neighbours

    async def read(self, proxies: ProxySettings | None = None) -> Readings:
        return self.readings if proxies is None else replace(self.readings, proxies=proxies)

    def neighbours(self) -> str:
        return self._neighbours

    def packets_sent(self) -> int | None:
        return self.sent

    def slept_s(self) -> float:
        return self.slept

    def own_address(self, address: str) -> str | None:
        return address if ipaddress.ip_address(address).is_loopback else OWN_ADDRESS
