"""Records what fmsdiag measured in networks of the lab, for test_recorded.py: whole reports of real runs.

    python -m tests.diagnosis.record [SCENARIO…]      as root; without names, every scenario of `make test`

Nothing is masked in them, because rules look at addresses; there are none but the lab's own. Read the diff before you
commit it: what changes in a record changes because the world, the prober or the server did.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import msgspec

from fmsdiag.report.json import decode
from tests.lab.run_scenario import run_scenario
from tests.lab.scenarios import SCENARIOS

RECORDS = Path(__file__).parent / "recorded"


def main() -> None:
    wanted = sys.argv[1:] or [scenario.name for scenario in SCENARIOS if scenario.core]
    RECORDS.mkdir(exist_ok=True)
    for scenario in (s for s in SCENARIOS if s.name in wanted):
        arguments = (*scenario.arguments, "--include-sensitive")
        outcome = run_scenario(replace(scenario, arguments=arguments))
        if not outcome.is_right:
            raise SystemExit(f"{scenario.name}: said {outcome.causes}, {outcome.errors[-500:]}")
        report = decode(msgspec.json.encode(outcome.report))
        (RECORDS / f"{scenario.name}.json").write_bytes(msgspec.json.encode(report) + b"\n")


if __name__ == "__main__":
    main()
