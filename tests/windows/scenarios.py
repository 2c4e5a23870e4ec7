"""Scenarios of the lab with Windows' Python at the client: `python -m tests.windows.scenarios [SCENARIO…]`, as root.

One of each kind that Windows' sockets, names and certificates tell in their own way. Each has a Wine server of its own, which
takes some seconds to start; one at a time, since two servers on the same files crash each other's programs.
None has an unknown authority: Wine's verifier takes a chain that ends without a root for a good one (CERT_E_CHAINING).
"""

from __future__ import annotations

import argparse
import sys

from tests.lab.__main__ import sum_up, tell
from tests.lab.run_scenario import run_scenario
from tests.lab.scenarios import SCENARIOS
from tests.lab.world import unavailable
from tests.windows import environment

CLIENT = (sys.executable, "-m", "tests.windows.lab_client")
CHOSEN = (
    *("healthy", "encoder-ingest", "nginx-rtmp", "school", "hotel", "no-such-name"),
    *(
        "nothing-listens",
        "frozen",
        "not-yet-valid",
        "expired",
        "by-number-and-wrong",
        "unseen-encoder-blocked",
    ),
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.windows.scenarios")
    parser.add_argument("names", nargs="*", metavar="SCENARIO", default=list(CHOSEN))
    arguments = parser.parse_args()
    if reason := environment.unavailable() or unavailable():
        print(reason)
        return 1
    known = {scenario.name: scenario for scenario in SCENARIOS}
    if unknown := [name for name in arguments.names if name not in known]:
        parser.error(f"no scenario {', '.join(unknown)}")
    outcomes = []
    for name in arguments.names:
        outcomes.append(run_scenario(known[name], None, CLIENT))
        tell(outcomes[-1])
    return sum_up(outcomes)


if __name__ == "__main__":
    sys.exit(main())
