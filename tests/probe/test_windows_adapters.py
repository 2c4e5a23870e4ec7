"""A list of cards as Windows lays it out in memory, built here by the same declarations; the call itself needs Windows."""

from __future__ import annotations

import ctypes
import socket
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.model import Medium
from fmsdiag.probe.windows_adapters import (
    Adapter,
    AdapterAddresses,
    GatewayAddress,
    SocketAddress,
    adapters_of,
    address_in,
    read_adapters,
)


def sockaddr(address: str) -> bytes:
    if ":" in address:
        return (
            (23).to_bytes(2, sys.byteorder) + bytes(6) + socket.inet_pton(socket.AF_INET6, address) + bytes(4)
        )
    return (2).to_bytes(2, sys.byteorder) + bytes(2) + socket.inet_aton(address) + bytes(8)


def test_the_layout_is_that_of_64_bits() -> None:
    """Offsets of iptypes.h, as Microsoft's compiler gives them."""
    if ctypes.sizeof(ctypes.c_void_p) != 8:
        pytest.skip("32 bits")
    assert AdapterAddresses.friendly_name.offset == 72
    assert AdapterAddresses.kind.offset == 100
    assert AdapterAddresses.gateways.offset == 208
    assert GatewayAddress.address.offset == 16
    assert ctypes.sizeof(SocketAddress) == 16


def test_cards_have_a_medium_and_routers() -> None:
    memory = [ctypes.create_string_buffer(sockaddr(a)) for a in ("192.168.1.1", "fe80::1", "0.0.0.0")]
    routers = [GatewayAddress(address=SocketAddress(ctypes.addressof(m), len(m) - 1)) for m in memory]
    routers[0].next, routers[1].next = map(ctypes.addressof, routers[1:])
    cards = [
        AdapterAddresses(
            friendly_name="Ethernet 2",
            kind=6,
            status=1,
            transmit_bits_per_s=1_000_000_000,
            gateways=ctypes.addressof(routers[0]),
        ),
        AdapterAddresses(friendly_name="WLAN", kind=71, status=2, transmit_bits_per_s=2**64 - 1),
        AdapterAddresses(friendly_name="Loopback Pseudo-Interface 1", kind=24, status=1),
    ]
    cards[0].next, cards[1].next = map(ctypes.addressof, cards[1:])
    assert list(adapters_of(ctypes.addressof(cards[0]))) == [
        Adapter("Ethernet 2", Medium.CABLE, True, ("192.168.1.1", "fe80::1"), 1000),
        Adapter("WLAN", Medium.WIFI, False, ()),
        Adapter("Loopback Pseudo-Interface 1", None, True, ()),
    ]


@given(st.binary(max_size=40))
def test_any_address_can_be_read(data: bytes) -> None:
    address_in(data)
    address_in((2).to_bytes(2, sys.byteorder) + data)
    address_in((23).to_bytes(2, sys.byteorder) + data)


@pytest.mark.this_computer
def test_this_computers_cards_are_read_on_windows() -> None:
    assert bool(read_adapters()) is (sys.platform == "win32")
