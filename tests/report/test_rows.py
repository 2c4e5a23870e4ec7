"""Rows: no two with the same name, repeats of the same in one."""

import msgspec
import pytest

from fmsdiag.model import NotApplicable, Status
from fmsdiag.report.rows import method_names, rows_of
from fmsdiag.report.sections import CHECKS, FOLLOW_UPS, PLAN
from tests.diagnosis.situations import load_all
from tests.report import samples


def test_rows_stand_in_sections() -> None:
    rows = rows_of(samples.port_blocked())
    assert [(section, [row.number for row in group]) for section, group in rows] == [
        (PLAN, ["1", "2", "3"]),
        (CHECKS, ["4"]),
        (FOLLOW_UPS, ["5", "6", "7"]),
    ]
    first = rows[0][1][0]
    assert (first.method, first.outcome, first.took) == ("RTMP on port 1935", "No answer", "5.0 s")


def test_repeats_share_a_row() -> None:
    report = samples.port_blocked()
    dead, alive = report.attempts[:2]
    again = msgspec.structs.replace(dead, id=8)
    opened = msgspec.structs.replace(alive, id=9, endpoint=dead.endpoint)
    ((_, (row,)),) = rows_of(msgspec.structs.replace(report, attempts=(dead, again)))
    assert (row.number, row.outcome) == ("1 and 8", "2 of 2: No answer")
    ((_, (row,)),) = rows_of(msgspec.structs.replace(report, attempts=(dead, again, opened)))
    assert (row.number, row.outcome) == ("1, 8, and 9", "1 of 3 worked; otherwise: No answer")


def test_a_try_that_was_crowded_out_does_not_stand_with_its_repeats() -> None:
    report = samples.port_blocked()
    dead = report.attempts[0]
    crowded = msgspec.structs.replace(dead, status=Status.CANCELLED, not_applicable=NotApplicable.CROWDED_OUT)
    tries = (crowded, msgspec.structs.replace(dead, id=8), msgspec.structs.replace(dead, id=9))
    ((_, rows),) = rows_of(msgspec.structs.replace(report, attempts=tries))
    assert [(row.number, row.method) for row in rows] == [
        ("1", "RTMP on port 1935, first try"),
        ("8 and 9", "RTMP on port 1935"),
    ]
    assert rows[0].outcome == "Stopped: another connection to this port was open; tested again later"
    assert rows[1].outcome == "2 of 2: No answer"
    ((_, (alone,)),) = rows_of(msgspec.structs.replace(report, attempts=(crowded,)))
    assert alone.method == "RTMP on port 1935"


@pytest.mark.parametrize("name", samples.RECORDED)
def test_no_two_rows_of_a_recorded_run_have_the_same_name(name: str) -> None:
    names = [row.method for _, group in rows_of(samples.recorded(name)) for row in group]
    assert len(names) == len(set(names))


def test_no_two_attempts_of_any_situation_have_the_same_name() -> None:
    for _, situation in load_all():
        names = method_names(situation.run.attempts)
        assert len(names) == len(set(names))
