"""A line that takes its time: hands every IP packet from one TUN device to the other, in two namespaces, a while later.

python -m tests.lab.long_line SECONDS NAMESPACE DEVICE NAMESPACE DEVICE     (the devices are there already)
"""

from __future__ import annotations

import ctypes
import fcntl
import heapq
import os
import select
import struct
import sys
import time

_CLONE_NEWNET = 0x40000000
_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x400454CA, 0x0001, 0x1000


def attach(namespace: str, device: str) -> int:
    """The descriptor of a TUN device; this process is in that namespace afterwards. Raises OSError."""
    with open(f"/run/netns/{namespace}", "rb") as place:
        if ctypes.CDLL(None, use_errno=True).setns(place.fileno(), _CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")
    descriptor = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(descriptor, _TUNSETIFF, struct.pack("16sH22x", device.encode(), _IFF_TUN | _IFF_NO_PI))
    return descriptor


def relay(seconds: float, near: int, far: int) -> None:
    """Hand packets over, each `seconds` after it came; never ends."""
    due: list[tuple[float, int, int, bytes]] = []
    count = 0
    while True:
        wait = max(0.0, due[0][0] - time.monotonic()) if due else None
        for device in select.select([near, far], [], [], wait)[0]:
            packet = os.read(device, 65535)
            count += 1
            heapq.heappush(due, (time.monotonic() + seconds, count, far if device == near else near, packet))
        while due and due[0][0] <= time.monotonic():
            _, _, to, packet = heapq.heappop(due)
            os.write(to, packet)


if __name__ == "__main__":
    relay(float(sys.argv[1]), attach(*sys.argv[2:4]), attach(*sys.argv[4:6]))
