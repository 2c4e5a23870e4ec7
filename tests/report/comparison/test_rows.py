"""Attempts are joined by their keys, and each row says how it ended here and there."""

from __future__ import annotations

import msgspec
import pytest

from fmsdiag.model import Attempt, Experiment, FailureKind, Report, Status
from fmsdiag.model.messages import Route
from fmsdiag.report.comparison.result import ComparedRow, RowReading
from fmsdiag.report.comparison.rows import compared_rows, route_of, tried_ways
from tests.report import samples
from tests.report.comparison.pairs import with_attempts

HEALTHY = samples.recorded("healthy")
CONNECTED = HEALTHY.attempts[0]
SILENT = samples.recorded("port-dropped").attempts[0]
REJECTED = samples.recorded("no-such-application").attempts[0]
HUNG = samples.recorded("frozen").attempts[0]
CANCELLED = msgspec.structs.replace(CONNECTED, status=Status.CANCELLED)
SKIPPED = msgspec.structs.replace(CONNECTED, status=Status.NOT_APPLICABLE)


def of(*attempts: Attempt) -> Report:
    return with_attempts(HEALTHY, *attempts)


def row(first: tuple[Attempt, ...], second: tuple[Attempt, ...], comparable: bool = True) -> ComparedRow:
    (found,) = compared_rows(of(*first), of(*second), comparable=comparable)
    return found


@pytest.mark.parametrize(
    ("first", "second", "reading"),
    [
        (CONNECTED, CONNECTED, RowReading.BOTH_CONNECT),
        (SILENT, CONNECTED, RowReading.ONLY_SECOND_CONNECTS),
        (CONNECTED, SILENT, RowReading.ONLY_FIRST_CONNECTS),
        (REJECTED, CONNECTED, RowReading.FIRST_REJECTED),
        (CONNECTED, REJECTED, RowReading.SECOND_REJECTED),
        (SILENT, SILENT, RowReading.BOTH_FAIL_ALIKE),
        (SILENT, HUNG, RowReading.BOTH_FAIL_DIFFERENTLY),
        (SILENT, CANCELLED, RowReading.NOT_FINISHED),
        (SILENT, SKIPPED, RowReading.ONLY_FIRST_TESTED),
        (SKIPPED, SILENT, RowReading.ONLY_SECOND_TESTED),
    ],
)
def test_the_reading_of_a_row(first: Attempt, second: Attempt, reading: RowReading) -> None:
    assert row((first,), (second,)).reading is reading


def test_what_only_one_report_tried_is_told_so() -> None:
    assert row((CONNECTED,), ()).reading is RowReading.ONLY_FIRST_TESTED
    assert row((), (CONNECTED,)).reading is RowReading.ONLY_SECOND_TESTED


def test_a_repeat_that_failed_counts_before_one_that_worked() -> None:
    assert row((CONNECTED, SILENT), (CONNECTED,)).reading is RowReading.ONLY_SECOND_CONNECTS


def test_different_servers_have_no_reading() -> None:
    assert row((SILENT,), (CONNECTED,), comparable=False).reading is RowReading.NOT_COMPARABLE


def test_a_row_has_both_outcomes_and_no_address() -> None:
    found = row((SILENT,), (CONNECTED,))
    assert found.first is not None
    assert (found.first.kind, found.first.by) == (FailureKind.TIMED_OUT, None)
    assert found.second is not None
    assert found.second.kind is None
    assert found.route == route_of(CONNECTED) == Route(CONNECTED.endpoint.transport, 1935)


def test_what_rules_asked_for_is_no_way_of_a_player() -> None:
    asked = msgspec.structs.replace(CONNECTED, experiment=Experiment.FLOWS)
    assert tried_ways(of(asked)) == {}


def test_a_way_through_a_proxy_is_another_way() -> None:
    keys = tried_ways(samples.recorded("proxy-required")).keys()
    assert {"tcp/1935/rtmp", "tcp/1935/rtmp/proxy"} <= keys
