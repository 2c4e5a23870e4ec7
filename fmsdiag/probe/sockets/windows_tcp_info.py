"""What Windows 10 and later know of a TCP connection: SIO_TCP_INFO (mstcpip.h, TCP_INFO_v0)."""

from __future__ import annotations

import ctypes
import struct
import sys
from dataclasses import dataclass

_SIO_TCP_INFO = 0xD8000027
_LAYOUT = struct.Struct(
    "<IIQ?3xIII"
)  # State, Mss, ConnectionTimeMs, TimestampsEnabled, RttUs, MinRttUs, BytesInFlight
_ROOM = 136  # a TCP_INFO_v1, which the system may write as well


@dataclass(frozen=True)
class TcpInfo:
    rtt_s: float
    mss: int
    in_flight: int  # bytes sent and not acknowledged


def parse(data: bytes) -> TcpInfo | None:
    """The beginning of a TCP_INFO_v0; none if it is not whole."""
    if len(data) < _LAYOUT.size:
        return None
    _, mss, _, _, rtt_us, _, in_flight = _LAYOUT.unpack_from(data)
    return TcpInfo(rtt_us / 1e6, mss, in_flight)


def read(handle: int) -> TcpInfo | None:
    """Of a connected socket; none where the system does not know the question (before Windows 10 1703, and Wine)."""
    if sys.platform == "win32":
        version, got = ctypes.c_uint32(0), ctypes.c_uint32()
        room = ctypes.create_string_buffer(_ROOM)
        failed = ctypes.WinDLL("ws2_32").WSAIoctl(
            ctypes.c_void_p(handle),
            _SIO_TCP_INFO,
            ctypes.byref(version),
            4,
            room,
            _ROOM,
            ctypes.byref(got),
            None,
            None,
        )
        return None if failed else parse(room.raw[: got.value])
    return None
