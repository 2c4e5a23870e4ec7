"""Start of the command line: `fmsdiag --version`, and the first packet of `fmsdiag test`, beside a bare interpreter.

    python -m tests.benchmarks.command_start            15 runs each

The bare one imports asyncio and ssl, which any program that speaks to a server needs, and does nothing. All are run by
turns, from source, with bytecode as an installation has it; the first run of each writes that and is not counted.
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import perf_counter

from tests.benchmarks.table import Row, show

ROOT = Path(__file__).resolve().parents[2]
ADDRESS, PORT = ("127.0.77.1" if sys.platform == "linux" else "127.0.0.1"), 1935
"""Where the first packet is waited for; on Linux an address of its own, at which nobody else listens."""
PATIENCE_S = 30.0
RUNS = 15


def measure(runs: int = RUNS) -> list[Row]:
    """Seconds of each start, and how many times as long as the bare interpreter's it takes. Raises OSError."""
    starts: dict[str, Callable[[Mapping[str, str]], float]] = {
        "bare interpreter": lambda env: _until_end(("-c", "import asyncio, ssl"), env),
        "fmsdiag --version": lambda env: _until_end(("-m", "fmsdiag", "--version"), env),
        "fmsdiag test, first packet": _until_first_packet,
    }
    taken: dict[str, list[float]] = {name: [] for name in starts}
    with tempfile.TemporaryDirectory() as folder:
        env = _environment(folder)
        for turn in range(runs + 1):
            for name, start in starts.items():
                seconds = start(env)
                if turn:
                    taken[name].append(seconds)
    return rows(taken)


def rows(taken: Mapping[str, Sequence[float]]) -> list[Row]:
    """Median and range of each, and its ratio to the first."""
    bare = statistics.median(next(iter(taken.values())))
    return [
        Row(
            name,
            {
                "median": f"{statistics.median(times):.3f} s ({min(times):.3f} to {max(times):.3f})",
                "ratio": f"{statistics.median(times) / bare:.2f} x",
            },
        )
        for name, times in taken.items()
    ]


def _environment(folder: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {
        **kept,
        "PYTHONPYCACHEPREFIX": folder,
        "FMSDIAG_CONTROL": "none",
        "FMSDIAG_RESOLVER": "none",
        "FMSDIAG_LOG": str(Path(folder, "log")),
    }


def _start(arguments: Sequence[str], env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    nowhere = subprocess.DEVNULL
    return subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=env, stdout=nowhere, stderr=nowhere)


def _until_end(arguments: Sequence[str], env: Mapping[str, str]) -> float:
    began = perf_counter()
    _start(arguments, env).wait(PATIENCE_S)
    return perf_counter() - began


def _until_first_packet(env: Mapping[str, str]) -> float:
    """Until the server has its first connection, which is the first that a player would make."""
    with socket.create_server((ADDRESS, PORT)) as server:
        server.settimeout(PATIENCE_S)
        began = perf_counter()
        process = _start(("-m", "fmsdiag", "test", ADDRESS), env)
        try:
            connection, _ = server.accept()
            seconds = perf_counter() - began
            connection.close()
        finally:
            process.kill()
            process.wait()
    return seconds


if __name__ == "__main__":
    show(measure())
