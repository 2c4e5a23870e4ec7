"""From measurement to finding: real runs of the lab, judged again by the rules as they are now."""

from __future__ import annotations

from pathlib import Path

import pytest

from fmsdiag.diagnosis.conclusions import verdict
from fmsdiag.diagnosis.engine import evaluate_rules
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rules import RULES
from fmsdiag.report.json import decode
from tests.diagnosis.record import RECORDS
from tests.diagnosis.situations import asked_by

RUNS = sorted(RECORDS.glob("*.json"))


def test_the_core_of_the_lab_is_recorded() -> None:
    assert len(RUNS) >= 12


@pytest.mark.parametrize("path", RUNS, ids=lambda path: path.stem)
def test_the_same_measurements_lead_to_the_same_findings(path: Path) -> None:
    report = decode(path.read_bytes())
    run = RunView(
        report.target,
        report.options,
        report.environment,
        report.attempts,
        report.started_at,
        report.report_id,
    )
    judged = evaluate_rules(run, RULES, asked_by(report.attempts))
    assert not judged.errors
    assert [(f.cause, f.confidence) for f in judged.findings] == [
        (f.cause, f.confidence) for f in report.findings
    ]
    assert verdict.judge(run, judged.findings).status is report.verdict.status
