"""Time to the verdict: on a path that works, on one that drops everything; beside what ffprobe takes to give up.

python -m tests.benchmarks.verdict_time
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from time import perf_counter

from tests.benchmarks.long_path import SERVER, long_path, unavailable
from tests.benchmarks.round_trips import CLIENTS, PORT, running, until_connectable
from tests.benchmarks.table import Row, show

PATIENCE_S = 30.0
_PLAN = [
    *(
        sys.executable,
        "-m",
        "fmsdiag",
        "test",
        f"rtmp://{SERVER}/live",
        "--quiet",
        "--control",
        "none",
        "--resolver",
        "none",
    )
]


def measure() -> list[Row]:
    """Whole processes, from start to exit, with the default plan."""
    if reason := unavailable():
        return [Row("time to verdict", {"skipped": reason})]
    with long_path(0.02) as path:
        serve = [
            sys.executable,
            "-m",
            "fmsdiag",
            "serve",
            "--rtmp",
            str(PORT),
            "--rtmpt",
            "80",
            "--listen",
            SERVER,
        ]
        with running([*path.server, *serve]):
            until_connectable(path)
            healthy = Row("time to verdict, healthy path", {"fmsdiag": _timed([*path.client, *_PLAN])})
    with long_path(0.02, loses_all=True) as path:
        columns = {"fmsdiag": _timed([*path.client, *_PLAN])}
        if shutil.which("ffprobe"):  # on the healthy path it would wait for a stream that nobody sends
            columns["ffprobe (one port, no cause)"] = _timed([*path.client, *CLIENTS["ffprobe"][4:]])
        dead = Row("time to verdict, dead path", columns)
    return [healthy, dead]


def _timed(command: list[str]) -> str:
    quiet = subprocess.DEVNULL
    begun = perf_counter()
    process = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet)
    try:
        process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return f"none after {PATIENCE_S:.0f} s"
    return f"{perf_counter() - begun:.1f} s"


if __name__ == "__main__":
    show(measure())
