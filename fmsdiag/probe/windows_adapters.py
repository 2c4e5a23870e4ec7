"""Network cards of Windows: what they send over, and their routers, by GetAdaptersAddresses (iphlpapi.h, iptypes.h)."""

from __future__ import annotations

import ctypes
import ipaddress
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from fmsdiag.model import Medium

MAX_ADAPTERS = 64
MAX_GATEWAYS = 4
_MEDIA = {6: Medium.CABLE, 71: Medium.WIFI}  # IF_TYPE_ETHERNET_CSMACD, IF_TYPE_IEEE80211: ipifcons.h
_UNKNOWN_SPEED = 2**64 - 1
_UP = 1  # IfOperStatusUp
_GATEWAYS = 0x80  # GAA_FLAG_INCLUDE_GATEWAYS
_SKIPPED = 0x02 | 0x04 | 0x08  # no anycast and multicast addresses, no name servers
_OVERFLOW = 111
_FIRST_SIZE = 15_000
_AF_INET, _AF_INET6 = 2, 23  # winsock2.h


class SocketAddress(ctypes.Structure):
    """SOCKET_ADDRESS."""

    _fields_ = (("at", ctypes.c_void_p), ("length", ctypes.c_int))


class GatewayAddress(ctypes.Structure):
    """IP_ADAPTER_GATEWAY_ADDRESS_LH."""

    _fields_ = (
        ("length", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32),
        ("next", ctypes.c_void_p),
        ("address", SocketAddress),
    )


class AdapterAddresses(ctypes.Structure):
    """IP_ADAPTER_ADDRESSES_LH, up to its metrics."""

    _fields_ = (
        ("length", ctypes.c_uint32),
        ("index", ctypes.c_uint32),
        ("next", ctypes.c_void_p),
        ("adapter_name", ctypes.c_void_p),
        ("unicast", ctypes.c_void_p),
        ("anycast", ctypes.c_void_p),
        ("multicast", ctypes.c_void_p),
        ("name_servers", ctypes.c_void_p),
        ("dns_suffix", ctypes.c_wchar_p),
        ("description", ctypes.c_wchar_p),
        ("friendly_name", ctypes.c_wchar_p),
        ("physical_address", ctypes.c_uint8 * 8),
        ("physical_address_length", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("mtu", ctypes.c_uint32),
        ("kind", ctypes.c_uint32),
        ("status", ctypes.c_int32),
        ("ipv6_index", ctypes.c_uint32),
        ("zone_indices", ctypes.c_uint32 * 16),
        ("prefixes", ctypes.c_void_p),
        ("transmit_bits_per_s", ctypes.c_uint64),
        ("receive_bits_per_s", ctypes.c_uint64),
        ("wins_servers", ctypes.c_void_p),
        ("gateways", ctypes.c_void_p),
        ("ipv4_metric", ctypes.c_uint32),
        ("ipv6_metric", ctypes.c_uint32),
    )


@dataclass(frozen=True)
class Adapter:
    """A network card as Windows describes it."""

    name: str
    """As it is shown, and as psutil names it: "Ethernet 2"."""
    medium: Medium | None
    up: bool
    gateways: tuple[str, ...]
    mbps: int = 0  # what it sends at; 0: unknown


def read_adapters() -> tuple[Adapter, ...]:
    """The cards of this computer, empty where the system is not Windows or does not tell."""
    if sys.platform == "win32":
        call = ctypes.WinDLL("iphlpapi").GetAdaptersAddresses
        size = ctypes.c_uint32(_FIRST_SIZE)
        for _ in range(3):  # cards may come meanwhile
            memory = ctypes.create_string_buffer(size.value)
            outcome = call(0, _GATEWAYS | _SKIPPED, None, memory, ctypes.byref(size))
            if outcome == 0:
                return tuple(adapters_of(ctypes.addressof(memory)))
            if outcome != _OVERFLOW:
                break
    return ()


def adapters_of(first: int | None) -> Iterator[Adapter]:
    """The cards in a list that begins at this address in memory."""
    at = first
    for _ in range(MAX_ADAPTERS):
        if not at:
            return
        seen = AdapterAddresses.from_address(at)
        gateways = tuple(dict.fromkeys(_gateways_of(seen.gateways)))
        speed = seen.transmit_bits_per_s
        mbps = speed // 1_000_000 if speed != _UNKNOWN_SPEED else 0
        yield Adapter(seen.friendly_name or "", _MEDIA.get(seen.kind), seen.status == _UP, gateways, mbps)
        at = seen.next


def _gateways_of(first: int | None) -> Iterator[str]:
    at = first
    for _ in range(MAX_GATEWAYS):
        if not at:
            return
        seen = GatewayAddress.from_address(at)
        place = seen.address
        if place.at and (found := address_in(ctypes.string_at(place.at, min(max(place.length, 0), 28)))):
            yield found
        at = seen.next


def address_in(sockaddr: bytes) -> str | None:
    """The IP address in a sockaddr_in or sockaddr_in6 of Windows; none for another family, or for no address."""
    family = int.from_bytes(sockaddr[:2], sys.byteorder)
    if family == _AF_INET and len(sockaddr) >= 8:
        address: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.IPv4Address(sockaddr[4:8])
    elif family == _AF_INET6 and len(sockaddr) >= 24:
        address = ipaddress.IPv6Address(sockaddr[8:24])
    else:
        return None
    return None if address.is_unspecified else str(address)
