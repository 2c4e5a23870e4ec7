"""`make lab`: every scenario, or those named, and how many causes were named rightly.

python -m tests.lab [SCENARIO…] [-j N] [--deep | --quick] [--keep DIR]
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from fmsdiag.report.json import decode
from tests.lab import accuracy
from tests.lab.run_scenario import Outcome, run_scenario
from tests.lab.scenarios import SCENARIOS
from tests.lab.world import unavailable
from tests.test_consistency import contradictions


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.lab", description="Diagnose every fault of the lab."
    )
    parser.add_argument("names", nargs="*", metavar="SCENARIO")
    parser.add_argument("-j", "--jobs", type=int, default=2)
    parser.add_argument("--keep", type=Path, metavar="DIR", help="write the reports there")
    depth = parser.add_mutually_exclusive_group()
    depth.add_argument("--deep", dest="deep", action="store_true", default=None)
    depth.add_argument("--quick", dest="deep", action="store_false")
    arguments = parser.parse_args()
    if reason := unavailable():
        print(reason)
        return 1
    known = {scenario.name: scenario for scenario in SCENARIOS}
    if unknown := [name for name in arguments.names if name not in known]:
        parser.error(f"no scenario {', '.join(unknown)}; there are {', '.join(known)}")
    chosen = [known[name] for name in arguments.names] or list(SCENARIOS)
    outcomes: list[Outcome] = []
    with ThreadPoolExecutor(arguments.jobs) as pool:
        for outcome in pool.map(lambda scenario: run_scenario(scenario, arguments.deep), chosen):
            outcomes.append(outcome)
            tell(outcome)
            if arguments.keep:
                arguments.keep.mkdir(parents=True, exist_ok=True)
                text = json.dumps(outcome.report, indent=1) if outcome.report else outcome.errors
                (arguments.keep / f"{outcome.scenario.name}.json").write_text(text, encoding="utf-8")
    if len(chosen) == len(SCENARIOS) and arguments.deep is None:
        accuracy.PAGE.write_text(accuracy.page(outcomes), encoding="utf-8")
    return sum_up(outcomes)


def tell(outcome: Outcome) -> None:
    scenario = outcome.scenario
    said = ", ".join(outcome.causes[:3]) if outcome.report else f"no report: {outcome.errors.strip()[-300:]}"
    mark = "ok  " if outcome.is_right else "MISS"
    print(
        f"{mark} {scenario.name:34} {scenario.cause:26} said {said}  [{outcome.elapsed_s:.1f} s]", flush=True
    )
    for contradiction in _contradictions(outcome):
        print(f"     contradicts itself: {contradiction}", flush=True)


def _contradictions(outcome: Outcome) -> list[str]:
    return contradictions(decode(msgspec.json.encode(outcome.report))) if outcome.report else []


def sum_up(outcomes: list[Outcome]) -> int:
    right = sum(outcome.is_right for outcome in outcomes)
    accused = [o.scenario.name for o in outcomes if o.scenario.cause == "none" and not o.is_right]
    times = [outcome.elapsed_s for outcome in outcomes]
    print(
        f"{right} of {len(outcomes)} right ({right / len(outcomes):.1%}); healthy but accused: {', '.join(accused) or 'none'}; "
        f"run median {statistics.median(times):.1f} s, longest {max(times):.1f} s"
    )
    odd = [outcome.scenario.name for outcome in outcomes if _contradictions(outcome)]
    print(f"contradict themselves: {', '.join(odd) or 'none'}")
    overconfident = accuracy.failures(outcomes)
    print(f"surer than right: {'; '.join(overconfident) or 'none'}")
    return 0 if right == len(outcomes) and not odd and not overconfident else 1


if __name__ == "__main__":
    sys.exit(main())
