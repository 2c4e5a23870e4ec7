"""The lab's core: a dozen real networks, one fault in each, and the cause that fmsdiag names there."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import jsonschema
import msgspec
import pytest

from fmsdiag.model import Cause
from fmsdiag.report.json import decode, schema
from tests.lab.run_scenario import ROOT, Outcome, run_scenario
from tests.lab.scenario import Scenario
from tests.lab.scenarios import SCENARIOS
from tests.lab.world import unavailable
from tests.test_consistency import contradictions

CORE = [scenario for scenario in SCENARIOS if scenario.core]
AT_ONCE = 3  # a run mostly waits for what is silent

Running = dict[str, Future[Outcome]]


@pytest.fixture(scope="module")
def running(request: pytest.FixtureRequest) -> Iterator[Running]:
    """The scenarios that were chosen, a few at a time."""
    names = {item.callspec.params["scenario"].name for item in request.session.items if hasattr(item, "callspec")
             and isinstance(item.callspec.params.get("scenario"), Scenario)}  # fmt: skip
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {
            scenario.name: pool.submit(run_scenario, scenario)
            for scenario in CORE
            if scenario.name in names and not _lacks(scenario)
        }


def _lacks(scenario: Scenario) -> str:
    return unavailable("nginx", "dnsmasq", *scenario.needs)


@pytest.mark.peer
@pytest.mark.timeout(120)
@pytest.mark.parametrize("scenario", CORE, ids=lambda scenario: scenario.name)
def test_the_cause_is_named(scenario: Scenario, running: Running) -> None:
    if reason := _lacks(scenario):
        pytest.skip(reason)
    outcome = running[scenario.name].result()
    assert outcome.report, outcome.errors
    assert outcome.is_right, f"{scenario.truth}: said {outcome.causes}"
    jsonschema.validate(outcome.report, schema())
    assert contradictions(decode(msgspec.json.encode(outcome.report))) == []


def test_every_scenario_has_a_name_of_its_own() -> None:
    names = [scenario.name for scenario in SCENARIOS]
    assert len(set(names)) == len(names)
    assert 8 <= len(CORE) <= 18, "make test runs about a dozen; the rest is for make lab"


def test_every_cause_has_two_scenarios() -> None:
    counted = Counter(scenario.cause for scenario in SCENARIOS)
    assert [cause.value for cause in Cause if counted[cause] < 2] == []


def test_no_world_is_built_over_this_computers_files() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.lab.inside", "healthy", "--", "true"],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode != 0
    assert "unshare" in done.stderr
