"""The layout of mstcpip.h; the call itself needs Windows 10."""

import struct
import sys

import pytest

from fmsdiag.probe.sockets.windows_tcp_info import TcpInfo, parse, read

# TCPSTATE_ESTABLISHED, an MSS of 1460, 1234 ms old, no timestamps, round trips of 15.25 and 14 ms, 2920 bytes in flight,
# and what follows of a TCP_INFO_v0
RECORDED = struct.pack("<IIQB3xIII", 4, 1460, 1234, 0, 15250, 14000, 2920) + bytes(56)


def test_the_numbers_are_found() -> None:
    assert parse(RECORDED) == TcpInfo(0.01525, 1460, 2920)


@pytest.mark.parametrize("length", [0, 1, 31])
def test_what_is_cut_is_nothing(length: int) -> None:
    assert parse(RECORDED[:length]) is None


@pytest.mark.skipif(sys.platform == "win32", reason="there it is a question to the system")
def test_other_systems_are_not_asked() -> None:
    assert read(0) is None
