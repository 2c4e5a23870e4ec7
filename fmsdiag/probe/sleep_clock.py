"""How long this computer has slept since it was started, from two clocks of the system: one goes on in sleep, one stands still.

Nothing has to wake up for it, so a run notices a sleep by asking before and after.
"""

from __future__ import annotations

import ctypes
import sys
import time

LEAST_S = 1.0
"""A difference below this is how finely clocks tick, not sleep."""


def slept_s() -> float:
    """Seconds; 0 where the system does not tell. Only the difference of two readings means something."""
    if sys.platform == "win32":  # sysinfoapi.h: in milliseconds; realtimeapiset.h: in units of 100 ns
        kernel = ctypes.WinDLL("kernel32")
        kernel.GetTickCount64.restype = ctypes.c_uint64
        awake = ctypes.c_uint64()
        kernel.QueryUnbiasedInterruptTime(ctypes.byref(awake))
        return float(kernel.GetTickCount64() / 1000 - awake.value / 1e7)
    on_macos = sys.platform == "darwin"
    goes_on = getattr(time, "CLOCK_MONOTONIC" if on_macos else "CLOCK_BOOTTIME", None)
    stands_still = getattr(time, "CLOCK_UPTIME_RAW" if on_macos else "CLOCK_MONOTONIC", None)
    if goes_on is None or stands_still is None:
        return 0.0
    return time.clock_gettime(goes_on) - time.clock_gettime(stands_still)


def slept_between(before_s: float, after_s: float) -> float | None:
    """How long it slept between two readings, none if it did not."""
    return after_s - before_s if after_s - before_s >= LEAST_S else None
