from __future__ import annotations

import asyncio
import ipaddress
import socket

import pytest

from fmsdiag.model import FailureKind, Icmp, NextHop
from fmsdiag.probe.failure import classify
from fmsdiag.probe.sockets import network
from fmsdiag.probe.sockets.icmp import ConnectError, error_of, own_routes_reject
from fmsdiag.probe.sockets.network import own_address
from fmsdiag.probe.sockets.tcp_options import TcpOptions
from tests.probe.loopback import DEADLINE_S, HOSTS, NET, closed_port, listening, needs_ipv6, on_linux


@pytest.mark.parametrize("host", HOSTS)
async def test_a_closed_port_refuses(host: str) -> None:
    with pytest.raises(ConnectError) as caught:
        await NET.open_tcp(host, closed_port(host))
    failure = classify(caught.value)
    assert (failure.kind, failure.icmp) == (FailureKind.REFUSED, None)


@on_linux
@pytest.mark.parametrize(
    ("host", "icmp"),
    [("127.0.0.1", Icmp(3, 3, "127.0.0.1")), pytest.param("::1", Icmp(1, 4, "::1"), marks=needs_ipv6)],
)
async def test_icmp_tells_that_no_program_has_the_udp_port(host: str, icmp: Icmp) -> None:
    datagrams = await NET.open_udp(host, closed_port(host, socket.SOCK_DGRAM))
    try:
        await datagrams.send(b"anybody?")
        with pytest.raises(ConnectError) as caught:
            async with asyncio.timeout(DEADLINE_S):
                await datagrams.receive()
    finally:
        datagrams.close()
    failure = classify(caught.value)
    assert (failure.kind, failure.icmp, failure.errno) == (FailureKind.REFUSED, icmp, "ECONNREFUSED")


@pytest.mark.parametrize("address", ["fe80::1%no_such_interface", "fe80::1%a\0b", "not an address"])
async def test_addresses_that_cannot_be_used_are_errors_of_this_computer(address: str) -> None:
    with pytest.raises((OSError, ValueError)) as caught:
        await NET.open_tcp(address, 1935)
    assert classify(caught.value).kind in (FailureKind.LOCAL_ERROR, FailureKind.NO_ROUTE)


async def test_a_time_to_live_can_be_given() -> None:
    async def nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None: ...

    async with listening(nothing) as port:
        stream = await NET.open_tcp("127.0.0.1", port, TcpOptions(ttl=1))
        assert stream._sock.getsockopt(socket.IPPROTO_IP, socket.IP_TTL) == 1
        await stream.close()


@needs_ipv6
async def test_a_hop_limit_can_be_given() -> None:
    async def nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None: ...

    async with listening(nothing, "::1") as port:
        stream = await NET.open_tcp("::1", port, TcpOptions(ttl=3))
        assert stream._sock.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS) == 3
        await stream.close()


@on_linux
@pytest.mark.parametrize(
    ("code", "sender", "to", "missing"),
    [
        (1, "127.0.0.1", "127.0.0.1", NextHop.SERVER),
        (1, "127.0.0.1", "198.51.100.7", None),  # not the address from which this computer would send there
        (1, "198.51.100.1", "198.51.100.7", None),  # a router of others, whose network this is not
        (1, "198.51.100.1", "127.0.0.1", None),
        (0, "127.0.0.1", "127.0.0.1", None),
        (1, "127.0.0.1", "", None),
    ],
)
def test_what_this_computer_did_not_find_on_its_own_link(
    code: int, sender: str, to: str, missing: NextHop | None
) -> None:
    assert error_of(3, code, ipaddress.IPv4Address(sender), to) == Icmp(3, code, sender, missing)


@on_linux
def test_behind_a_router_it_is_the_router_that_was_not_found() -> None:
    beyond = "198.51.100.7"  # of a documentation range (RFC 5737); nothing is sent
    here = own_address(beyond)
    if here is None:
        pytest.skip("this computer has no default route")
    assert error_of(3, 1, ipaddress.IPv4Address(here), beyond).missing is NextHop.ROUTER


@on_linux
@needs_ipv6
@pytest.mark.parametrize(("sender", "missing"), [("::1", NextHop.SERVER), ("2001:db8::1", None)])
def test_the_same_over_ipv6(sender: str, missing: NextHop | None) -> None:
    assert error_of(1, 3, ipaddress.IPv6Address(sender), "::1") == Icmp(1, 3, sender, missing)


@on_linux
@pytest.mark.parametrize("host", HOSTS)
def test_this_computers_routes_reject_no_address_that_it_has(host: str) -> None:
    assert not own_routes_reject(host)


@on_linux
async def test_what_an_own_route_rejects_was_never_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """The route itself needs root: tests/lab has one of each type."""
    monkeypatch.setattr(network, "own_routes_reject", lambda address: True)
    with pytest.raises(ConnectError) as caught:
        await NET.open_tcp("127.0.0.1", closed_port("127.0.0.1"))
    assert classify(caught.value).kind is FailureKind.NO_ROUTE
