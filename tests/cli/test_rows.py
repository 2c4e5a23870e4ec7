from fmsdiag.cli.rows import Rows
from fmsdiag.model import (
    AttemptStarted,
    FindingsChanged,
    PlanMade,
    StepFinished,
    StepName,
    StepStarted,
)
from fmsdiag.report.sections import CHECKS, FOLLOW_UPS, PLAN
from tests.cli.replays import events_of
from tests.report import samples


def test_the_plan_is_there_before_anything_starts() -> None:
    report = samples.port_blocked()
    rows = Rows()
    assert rows.apply(PlanMade(report.plan, (1, 2, 3, 4))) is None
    assert [row.method for row in rows.section(PLAN)] == [
        "RTMP on port 1935",
        "RTMP on port 80",
        "RTMPT on port 80",
    ]
    assert [row.number for row in rows.section(CHECKS)] == [4]
    assert not any(row.is_running for row in rows.by_number.values())


def test_a_row_goes_through_its_steps() -> None:
    rows = Rows()
    first = samples.port_blocked().attempts[0]
    row = rows.apply(AttemptStarted(1, first.endpoint, first.purpose, 0.1))
    assert row is not None
    assert row.is_running
    rows.apply(StepStarted(1, StepName.TCP, 0.2, 5.0))
    steps = [row.step]
    rows.apply(StepFinished(1, first.observations[0]))
    assert [*steps, row.step] == [StepName.TCP, None]
    assert rows.finished == 0


def test_a_whole_run_ends_as_its_report_does() -> None:
    report = samples.port_blocked()
    rows = Rows()
    for event in events_of(report):
        rows.apply(event)
    assert [row.attempt for row in rows.by_number.values()] == list(report.attempts)
    assert rows.finished == len(report.attempts)
    assert [row.number for row in rows.section(FOLLOW_UPS)] == [5, 6, 7]
    assert not any(row.is_running for row in rows.by_number.values())


def test_what_is_not_known_is_ignored() -> None:
    rows = Rows()
    assert rows.apply(StepStarted(7, StepName.TCP, 0.0)) is None
    assert rows.apply(FindingsChanged(())) is None
    assert not rows.by_number
