"""All figures side by side, in one run on one machine (`make bench`). No test looks at them.

    python -m tests.benchmarks.bench [NAME…]      with names: only these
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from tests.benchmarks import connect_error, gui_stalls, memory, round_trips, start_to_window, verdict_time
from tests.benchmarks.table import Row, show

MEASUREMENTS: dict[str, Callable[[], list[Row]]] = {
    "round-trips": round_trips.measure,
    "verdict-time": verdict_time.measure,
    "connect-error": connect_error.measure,
    "gui-stalls": gui_stalls.rows,
    "start": start_to_window.rows,
    "memory": memory.measure,
}


def main(names: list[str]) -> int:
    """Measure what is named, or everything; 2 for a name that is not there."""
    if unknown := [name for name in names if name not in MEASUREMENTS]:
        print(f"no measurement {', '.join(unknown)}; there are {', '.join(MEASUREMENTS)}", file=sys.stderr)
        return 2
    for name in names or MEASUREMENTS:
        show(MEASUREMENTS[name]())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
