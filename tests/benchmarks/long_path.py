"""Two network namespaces joined by a path of chosen length, for what must be measured below TCP.

A process between two TUN devices hands every IP packet over a fixed time later, so that the handshake of TCP, Nagle's
waiting and delayed acknowledgements are as on a long line. It also sees when a client's SYN left and when the server's
answer arrived, whatever program the client is. Needs root and Linux; everything it makes goes when it ends.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import heapq
import os
import select
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

CLIENT, SERVER = "198.18.0.1", "198.18.0.2"  # RFC 2544: for measurements between hosts of one's own
_CLONE_NEWNET = 0x40000000
_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x400454CA, 0x0001, 0x1000


def unavailable() -> str:
    """Why there can be no long path here, or an empty string."""
    if sys.platform != "linux":
        return "needs Linux"
    if os.geteuid():
        return "needs root"
    return "" if os.path.exists("/dev/net/tun") else "needs /dev/net/tun"


@dataclass
class Sighting:
    """What passed for one server port: the first SYN to it, and the first packet back that held `needle`."""

    port: int
    needle: bytes
    syn_s: float | None = None
    answer_s: float | None = None
    answered: threading.Event = field(default_factory=threading.Event)

    @property
    def elapsed_s(self) -> float | None:
        return None if self.syn_s is None or self.answer_s is None else self.answer_s - self.syn_s


class LongPath:
    """The path while it is open; `client` and `server` are commands' prefixes that run them at either end."""

    def __init__(self, round_trip_s: float, loses_all: bool) -> None:
        self._one_way_s, self._loses_all = round_trip_s / 2, loses_all
        self._names = [f"fmsdiag-{os.getpid()}-{end}" for end in ("client", "server")]
        self._stop_read, self._stop_write = os.pipe()
        self._sighting: Sighting | None = None
        for name in self._names:
            _ip("netns", "add", name)
        self._devices = [_tun_in(name) for name in self._names]
        for name, address in zip(self._names, (CLIENT, SERVER), strict=True):
            for command in (f"link set lo up|addr add {address}/30 dev tun0|link set tun0 up").split("|"):
                _ip("-n", name, *command.split())
        self._thread = threading.Thread(target=self._forward, name="long-path", daemon=True)
        self._thread.start()

    @property
    def client(self) -> list[str]:
        return ["ip", "netns", "exec", self._names[0]]

    @property
    def server(self) -> list[str]:
        return ["ip", "netns", "exec", self._names[1]]

    def watch(self, port: int, needle: bytes) -> Sighting:
        """Look for the next connection to `port` and the server's `needle`."""
        self._sighting = Sighting(port, needle)
        return self._sighting

    def close(self) -> None:
        os.write(self._stop_write, b"x")
        self._thread.join(5)
        for device in (*self._devices, self._stop_read, self._stop_write):
            os.close(device)
        for name in self._names:
            _ip("netns", "delete", name)

    def _forward(self) -> None:
        near, far = self._devices
        due: list[tuple[float, int, int, bytes]] = []
        count = 0
        while True:
            wait = max(0.0, due[0][0] - time.perf_counter()) if due else None
            ready, _, _ = select.select([near, far, self._stop_read], [], [], wait)
            if self._stop_read in ready:
                return
            for device in ready:
                packet = os.read(device, 65535)
                now = time.perf_counter()
                if device == near:
                    self._see_syn(packet, now)
                if not self._loses_all:
                    count += 1
                    to = far if device == near else near
                    heapq.heappush(due, (now + self._one_way_s, count, to, packet))
            while due and due[0][0] <= time.perf_counter():
                _, _, to, packet = heapq.heappop(due)
                os.write(to, packet)
                if to == near:
                    self._see_answer(packet, time.perf_counter())

    def _see_syn(self, packet: bytes, now: float) -> None:
        seen = self._sighting
        tcp = _tcp(packet)
        if seen is None or tcp is None or seen.syn_s is not None:
            return
        _, to_port, flags, _ = tcp
        if to_port == seen.port and flags & 0x12 == 0x02:
            seen.syn_s = now

    def _see_answer(self, packet: bytes, now: float) -> None:
        seen = self._sighting
        tcp = _tcp(packet)
        if seen is None or tcp is None or seen.syn_s is None or seen.answer_s is not None:
            return
        from_port, _, _, payload = tcp
        if from_port == seen.port and seen.needle in payload:
            seen.answer_s = now
            seen.answered.set()


@contextlib.contextmanager
def long_path(round_trip_s: float, loses_all: bool = False) -> Iterator[LongPath]:
    """Open a path; `loses_all` makes it swallow every packet, as a firewall that drops does."""
    path = LongPath(round_trip_s, loses_all)
    try:
        yield path
    finally:
        path.close()


def _tcp(packet: bytes) -> tuple[int, int, int, bytes] | None:
    """Ports, flags and payload of a TCP segment in IPv4 (RFC 791, RFC 9293), or none for anything else."""
    if len(packet) < 40 or packet[0] >> 4 != 4 or packet[9] != 6:
        return None
    start = (packet[0] & 15) * 4
    from_port, to_port = struct.unpack_from(">HH", packet, start)
    return from_port, to_port, packet[start + 13], packet[start + (packet[start + 12] >> 4) * 4 :]


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


def _tun_in(namespace: str) -> int:
    """A TUN device "tun0" in that namespace. setns(2) moves one thread alone, so a thread of its own does it."""
    made: list[int | OSError] = []

    def make() -> None:
        try:
            with open(f"/run/netns/{namespace}", "rb") as place:
                if ctypes.CDLL(None, use_errno=True).setns(place.fileno(), _CLONE_NEWNET):
                    raise OSError(ctypes.get_errno(), "setns")
            device = os.open("/dev/net/tun", os.O_RDWR)
            fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH22x", b"tun0", _IFF_TUN | _IFF_NO_PI))
            made.append(device)
        except OSError as error:
            made.append(error)

    worker = threading.Thread(target=make)
    worker.start()
    worker.join()
    (result,) = made
    if isinstance(result, OSError):
        raise result
    return result
