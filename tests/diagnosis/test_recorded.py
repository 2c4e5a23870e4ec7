"""From measurement to finding: real runs of the lab, judged again by the rules as they are now."""

from __future__ import annotations

from pathlib import Path

import pytest

from fmsdiag.diagnosis.conclusions import verdict
from fmsdiag.diagnosis.engine import evaluate_rules
from fmsdiag.diagnosis.judgment import run_of
from fmsdiag.diagnosis.rules import RULES
from fmsdiag.model import (
    BytesPathFacts,
    FlowFacts,
    Observation,
    Purpose,
    ResetDistanceFacts,
    SeriesFacts,
    StepName,
)
from fmsdiag.probe.experiments.bytes_path import INITIAL_TTLS, SAME_TIMES
from fmsdiag.report.json import decode
from tests.diagnosis.record import RECORDS
from tests.diagnosis.situations import asked_by

RUNS = sorted(RECORDS.glob("*.json"))
MOST_CONNECTIONS, MOST_IN_DEEP_RUNS = 60, 100


def test_the_core_of_the_lab_is_recorded() -> None:
    assert len(RUNS) >= 12


@pytest.mark.parametrize("path", RUNS, ids=lambda path: path.stem)
def test_the_same_measurements_lead_to_the_same_findings(path: Path) -> None:
    report = decode(path.read_bytes())
    run = run_of(report)
    judged = evaluate_rules(run, RULES, asked_by(report.attempts))
    assert not judged.errors
    assert [(f.cause, f.confidence, f.place) for f in judged.findings] == [
        (f.cause, f.confidence, f.place) for f in report.findings
    ]
    assert verdict.judge(run, judged.findings).status is report.verdict.status


@pytest.mark.parametrize("path", RUNS, ids=lambda path: path.stem)
def test_a_run_makes_a_bounded_number_of_connections_to_the_server(path: Path) -> None:
    report = decode(path.read_bytes())
    seen = [o for a in report.attempts if a.purpose is not Purpose.CONTROL for o in a.observations]
    connections = sum(map(_connections, seen))
    assert connections <= (MOST_IN_DEEP_RUNS if report.options.deep else MOST_CONNECTIONS)


def _connections(seen: Observation) -> int:
    match seen.facts:
        case FlowFacts():
            return len(seen.facts.tries) + len(seen.facts.again)
        case BytesPathFacts():
            return len(seen.facts.probes)
        case ResetDistanceFacts():
            return 3 * len(INITIAL_TTLS) + 2 * SAME_TIMES
        case SeriesFacts():
            return len(seen.facts.tries)
    return seen.step is StepName.TCP
