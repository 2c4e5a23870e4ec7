"""One scenario of the lab from outside: its report, and whether the diagnosis was right."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.lab.scenario import Scenario
from tests.lab.world import REFERENCE_NAME, RESOLVER

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 90
CLIENT = (sys.executable, "-m", "fmsdiag")
_CONFIDENCE = ("possible", "likely", "confirmed")


@dataclass(frozen=True)
class Outcome:
    """What fmsdiag said in a scenario."""

    scenario: Scenario
    report: dict[str, Any]  # the report's JSON, empty when there was none
    errors: str
    elapsed_s: float  # fmsdiag's own run, without building the world

    @property
    def causes(self) -> list[str]:
        """Best first; "none" when nothing was found."""
        return [finding["cause"] for finding in self.report.get("findings", ())] or ["none"]

    @property
    def is_right(self) -> bool:
        scenario = self.scenario
        if not self.report or self.causes[0] not in (scenario.cause, *scenario.also):
            return False
        said = next((finding["confidence"] for finding in self.report["findings"]), _CONFIDENCE[0])
        return self.place_is_right and _CONFIDENCE.index(said) <= _CONFIDENCE.index(scenario.at_most)

    @property
    def place(self) -> dict[str, Any]:
        """Where the first finding says that it is; empty where it does not say."""
        return next((finding.get("place") or {} for finding in self.report.get("findings", ())), {})

    @property
    def place_is_right(self) -> bool:
        scenario, place = self.scenario, self.place
        if scenario.side and place.get("side") not in scenario.side:
            return False
        return scenario.between is None or (place.get("after"), place.get("before")) == scenario.between


def run_alone(
    module: str, *arguments: str, limit_s: float = LIMIT_S, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """A module of the lab as the first process of namespaces of its own, which end with it.

    Raises TimeoutExpired.
    """
    wrapped = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child=SIGKILL", "--mount-proc"]
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    return subprocess.run(
        [*wrapped, sys.executable, "-m", module, *arguments],
        capture_output=True,
        encoding="utf-8",
        errors="backslashreplace",  # Wine's own messages may be in any encoding
        stdin=subprocess.DEVNULL,
        cwd=ROOT,
        env={**os.environ, **(environment or {}), "PATH": path},
        timeout=limit_s,
    )


def run_scenario(scenario: Scenario, deep: bool | None = None, client: Sequence[str] = CLIENT) -> Outcome:
    """Build, diagnose, take down. `deep` overrides the scenario's own wish, `client` is what runs `fmsdiag`."""
    program = [
        *client,
        "test",
        scenario.url,
        "--control",
        REFERENCE_NAME,
        "--resolver",
        RESOLVER,
    ]
    program += [
        *scenario.arguments,
        "--json",
        "-",
        *(["--deep"] if (scenario.deep if deep is None else deep) else []),
    ]
    begun = time.monotonic()
    try:
        done = run_alone("tests.lab.inside", scenario.name, "--", *program)
    except subprocess.TimeoutExpired:
        return Outcome(scenario, {}, f"no answer in {LIMIT_S} s", time.monotonic() - begun)
    try:
        report = json.loads(done.stdout)
    except ValueError:
        return Outcome(scenario, {}, done.stderr[-2000:], time.monotonic() - begun)
    return Outcome(scenario, report, done.stderr, report["duration_s"])
