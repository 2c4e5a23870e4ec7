"""Start to window: from starting the process to a typed letter on the screen, beside the picture of a bare PySide6 window.

    .venv/bin/python -m tests.benchmarks.start_to_window            the package in dist/ and the source, 9 runs each
    .venv/bin/python -m tests.benchmarks.start_to_window --runs 15 --package DIR

Both are frozen by the same machinery, run by turns on one private X server with an empty environment and a new home, and
are watched by the same method from outside (x_display.py). At fmsdiag's first picture a key is pressed, once, as a user
would: the window is usable when the letter shows. The first run of each warms the file cache and is not counted.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from tests.benchmarks.x_display import Watcher, x_server

ROOT = Path(__file__).resolve().parents[2]
BARE_SPEC = ROOT / "tests" / "benchmarks" / "bare_window" / "bare_window.spec"
APPEARS_WITHIN_S = 30.0


@dataclass(frozen=True)
class Program:
    """What is started, and what the title of its window has in it."""

    command: tuple[str, ...]
    title: str
    takes_keys: bool = False


@dataclass(frozen=True)
class Start:
    """Seconds from the start of the process until its window was mapped, painted, and usable: a bare one when painted."""

    mapped_s: float
    painted_s: float
    usable_s: float


def packaged(folder: Path = ROOT / "dist" / "fmsdiag") -> dict[str, Program]:
    """The two frozen programs; the bare one is built if it is not there."""
    return {
        "bare window, packaged": Program((str(build_bare_window()),), "bare window"),
        "fmsdiag, packaged": Program((str(folder / "fmsdiag"),), "fmsdiag", takes_keys=True),
    }


def from_source() -> dict[str, Program]:
    """The same two, run by this Python."""
    bare = BARE_SPEC.with_name("bare_window.py")
    return {
        "bare window, source": Program((sys.executable, str(bare)), "bare window"),
        "fmsdiag, source": Program((sys.executable, "-m", "fmsdiag"), "fmsdiag", takes_keys=True),
    }


def build_bare_window(build: Path = ROOT / "build" / "benchmark") -> Path:
    """Freeze the bare window unless that was done after its sources last changed; its executable."""
    executable = build / "bare-window" / "bare-window"
    sources = [BARE_SPEC, BARE_SPEC.with_name("bare_window.py"), ROOT / "packaging" / "bundle_contents.py"]
    if not executable.exists() or executable.stat().st_mtime < max(path.stat().st_mtime for path in sources):
        subprocess.run(
            [
                *(sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR"),
                *("--distpath", str(build), "--workpath", str(build / "work"), str(BARE_SPEC)),
            ],
            cwd=ROOT,
            check=True,
        )
    return executable


def measure(programs: Mapping[str, Program], runs: int = 9) -> dict[str, list[Start]]:
    """Start each program `runs` times, by turns, and one time before that. Raises DisplayError when no window comes."""
    starts: dict[str, list[Start]] = {name: [] for name in programs}
    with x_server() as display, Watcher(display) as watcher, tempfile.TemporaryDirectory() as home:
        for turn in range(runs + 1):
            for name, program in programs.items():
                start = _start(program, watcher, display, home)
                if turn:
                    starts[name].append(start)
    return starts


def _start(program: Program, watcher: Watcher, display: str, home: str) -> Start:
    environment = {"DISPLAY": display, "HOME": home, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    began = perf_counter()
    process = subprocess.Popen(
        program.command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        seen = watcher.wait_for(program.title, APPEARS_WITHIN_S)
        usable = watcher.type_into(seen.window, APPEARS_WITHIN_S) if program.takes_keys else seen.painted
    finally:
        process.kill()
        process.wait()
    return Start(seen.mapped - began, seen.painted - began, usable - began)


def table(starts: Mapping[str, Sequence[Start]]) -> str:
    """A line for each program: median and range of the time until it is usable, and the ratio to the one before."""
    lines, before = [], None
    for name, runs in starts.items():
        times = sorted(run.usable_s for run in runs)
        median = statistics.median(times)
        painted = statistics.median(run.painted_s for run in runs)
        mapped = statistics.median(run.mapped_s for run in runs)
        ratio = f"  {median / before:5.2f} x" if before else ""
        before = None if before else median
        lines.append(
            f"{name:24} usable {median:6.3f} s ({times[0]:.3f} to {times[-1]:.3f}), painted {painted:6.3f} s, "
            f"mapped {mapped:6.3f} s, "
            f"{len(times)} runs{ratio}"
        )
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure the time from start to window, beside a bare one.")
    parser.add_argument("--runs", type=int, default=9, help="of each program (default: 9)")
    parser.add_argument("--package", type=Path, default=ROOT / "dist" / "fmsdiag", help="the built folder")
    arguments = parser.parse_args()
    if arguments.package.exists():
        print(table(measure(packaged(arguments.package), arguments.runs)))
    else:
        print(f"{arguments.package} is not built: make package")
    print(table(measure(from_source(), arguments.runs)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
