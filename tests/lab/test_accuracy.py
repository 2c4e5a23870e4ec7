from __future__ import annotations

import pytest

from tests.lab.accuracy import ENOUGH, failures, page, said_in
from tests.lab.run_scenario import Outcome
from tests.lab.scenario import Scenario


def outcome(truth: str, said: str, confidence: str = "confirmed", also: tuple[str, ...] = ()) -> Outcome:
    findings = [] if said == "none" else [{"cause": said, "confidence": confidence}]
    return Outcome(Scenario("made-up", truth, "", also=also), {"findings": findings}, "", 1.0)


RIGHT = [outcome("port-blocked", "port-blocked")] * ENOUGH


def test_what_was_said_first_is_compared_with_what_is_true() -> None:
    said = said_in(
        [
            outcome("port-blocked", "server-firewall"),
            outcome("port-blocked", "server-firewall", also=("server-firewall",)),
            outcome("none", "none"),
        ]
    )
    assert [s.right for s in said] == [False, True]


def test_shares_are_given_where_there_are_enough_cases() -> None:
    text = page([*RIGHT, outcome("server-down", "port-blocked", "likely"), outcome("none", "none")])
    assert (
        "| [port-blocked](causes/port-blocked.md) | 100.0% (20 of 20) | 0 of 1, too few to tell |  |" in text
    )
    assert "* server-down was called port-blocked, likely" in text
    assert "in 22 scenarios" in text
    assert "which 1 are healthy" in text


def test_healthy_worlds_that_are_accused_and_faults_that_are_missed_are_counted() -> None:
    text = page([outcome("none", "server-slow"), outcome("server-slow", "none")])
    assert "something was found: 1. Faults in which nothing was found: 1." in text


@pytest.mark.parametrize(("wrong", "fails"), [(0, 0), (1, 2)])
def test_a_confidence_that_promises_too_much_fails(wrong: int, fails: int) -> None:
    assert len(failures([*RIGHT, *[outcome("none", "port-blocked")] * wrong])) == fails


def test_few_cases_promise_nothing() -> None:
    assert failures([outcome("none", "port-blocked")] * (ENOUGH - 1)) == []
