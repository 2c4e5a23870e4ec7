"""All figures side by side, in one run on one machine (`make bench`). No test looks at them.

    python -m tests.benchmarks.bench [NAME…]      with names: only these

Each measurement is a module that runs alone, in a process of its own, so that none warms or disturbs the next.
"""

from __future__ import annotations

import subprocess
import sys

MEASUREMENTS = {
    "round_trips": "round trips from SYN to connected, on a 200 ms path",
    "verdict_time": "time to the verdict, whole process",
    "connect_error": "reported connect time against the kernel's round trip",
    "gui_stalls": "the window during a run of 100 attempts",
    "command_start": "start of the command line, beside a bare interpreter",
    "start_to_window": "start until a typed letter shows, beside a bare window, from source and packaged",
    "memory": "peak memory",
}


def main(names: list[str]) -> int:
    """Measure what is named, or everything; 2 for a name that is not there, 1 if a measurement failed."""
    if unknown := [name for name in names if name not in MEASUREMENTS]:
        print(f"no measurement {', '.join(unknown)}; there are {', '.join(MEASUREMENTS)}", file=sys.stderr)
        return 2
    failed = 0
    for name in names or MEASUREMENTS:
        print(f"== {MEASUREMENTS[name]} ({name})", flush=True)
        failed |= (
            subprocess.run([sys.executable, "-m", f"tests.benchmarks.{name}"], check=False).returncode != 0
        )
        print(flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
