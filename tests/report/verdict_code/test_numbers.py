"""Numbers hold for ever: numbers.json has each that was ever given. A new one is added there and in the code alike."""

import json
from pathlib import Path

import pytest

from fmsdiag.model import Cause, Confidence, Options, PlanName, Purpose, Target, Transport, VerdictStatus
from fmsdiag.probe.plan import PRESETS, make_plan
from fmsdiag.report.verdict_code import numbers
from fmsdiag.report.verdict_code.numbers import (
    CAUSES,
    CONFIDENCES,
    ENDPOINTS,
    OTHER_CAUSE_NUMBER,
    OTHER_PLAN_NUMBER,
    PLAN_ORDERS,
    PLANS,
    SET_SIZE,
    STATUSES,
    TRANSPORTS,
    CodedOutcome,
)

FROZEN = Path(__file__).parent / "numbers.json"


def as_json() -> dict[str, object]:
    """All tables by the words that reports and URLs have for what they number."""

    def where(step: tuple[Transport, int | None]) -> str:
        return f"{step[0].value}:{step[1] if step[1] is not None else 'other'}"

    return {
        "causes": {str(n): cause.value for n, cause in CAUSES.items()},
        "plans": {str(n): plan.value for n, plan in PLANS.items()},
        "plan orders": {str(n): [where(step) for step in order] for n, order in PLAN_ORDERS.items()},
        "checks": [where(step) for step in numbers.CHECKS],
        "statuses": {str(n): [status.value, bad] for n, (status, bad) in STATUSES.items()},
        "confidences": {str(n): each.value for n, each in CONFIDENCES.items()},
        "transports": {str(n): each.value for n, each in TRANSPORTS.items()},
        "endpoints": {str(n): where(each) for n, each in ENDPOINTS.items()},
        "outcomes": {str(each.value): each.name for each in CodedOutcome},
        "set size": SET_SIZE,
        "other": [numbers.NO_CAUSE_NUMBER, OTHER_CAUSE_NUMBER, OTHER_PLAN_NUMBER],
    }


@pytest.mark.parametrize("table", as_json())
def test_no_number_has_changed(table: str) -> None:
    frozen = json.loads(FROZEN.read_text(encoding="utf-8"))
    assert as_json()[table] == frozen[table], "never change or remove a number; add new ones to numbers.json"


def test_there_is_no_other_table() -> None:
    assert set(json.loads(FROZEN.read_text(encoding="utf-8"))) == set(as_json())


def test_everything_that_a_verdict_can_name_has_one_number() -> None:
    assert sorted(CAUSES.values()) == sorted(Cause)
    assert sorted(PLANS.values()) == sorted(PlanName)
    assert sorted(TRANSPORTS.values()) == sorted(Transport)
    assert sorted(CONFIDENCES.values()) == sorted(Confidence)
    assert {status for status, _ in STATUSES.values()} == set(VerdictStatus)
    assert len(set(STATUSES.values())) == len(STATUSES)
    assert len(set(ENDPOINTS.values())) == len(ENDPOINTS)


def test_numbers_fit_their_bits() -> None:
    assert all(0 < n < OTHER_CAUSE_NUMBER for n in CAUSES)
    assert all(0 < n < OTHER_PLAN_NUMBER for n in PLANS)
    for table, bits in ((STATUSES, 4), (CONFIDENCES, 2), (TRANSPORTS, 4), (ENDPOINTS, 7)):
        assert all(0 < n < 1 << bits for n in table)
    assert all(each < 16 for each in CodedOutcome)
    assert set(range(1, SET_SIZE + 1)) <= set(ENDPOINTS)


@pytest.mark.parametrize("name", [name for name in PRESETS if name is not PlanName.ENCODER])
def test_the_order_of_a_plan_is_what_runs_try(name: PlanName) -> None:
    """A plan whose order changes needs a new number: old codes keep the old order."""
    plan = make_plan(Target("media.example.com", "live"), Options(plan=name))
    ways = [
        (a.endpoint.transport, a.endpoint.port)
        for a in plan.attempts
        if a.purpose is Purpose.FALLBACK and a.endpoint.proxy is None
    ]
    (number,) = (n for n, each in PLANS.items() if each is name)
    assert PLAN_ORDERS[number] == tuple(ways[:8])
