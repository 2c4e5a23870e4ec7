"""A report's own finding says where it points; where it is not sure, the difference alone does."""

from __future__ import annotations

import msgspec
import pytest

from fmsdiag.model import Actor, Confidence, Place, Report, Side
from fmsdiag.report.comparison.result import NamedSide, Reading
from fmsdiag.report.comparison.rows import compared_rows
from fmsdiag.report.comparison.sides import Conclusion, conclude
from tests.report.comparison.pairs import changed, sent, with_attempts


def concluded(first: Report, second: Report) -> Conclusion:
    return conclude(first, second, compared_rows(first, second, comparable=True))


def blaming(
    *acts: Actor,
    side: Side | None = None,
    confidence: Confidence = Confidence.LIKELY,
    name: str = "port-dropped",
) -> Report:
    report = sent(name)
    finding = msgspec.structs.replace(
        report.findings[0], acts=acts, confidence=confidence, place=Place(side) if side is not None else None
    )
    return changed(report, findings=(finding,))


@pytest.mark.parametrize(
    ("first", "side"),
    [
        (blaming(Actor.USER, side=Side.COMPUTER), NamedSide.FIRST),
        (blaming(Actor.ADMINISTRATOR, side=Side.LOCAL), NamedSide.FIRST),
        (blaming(Actor.ADMINISTRATOR), NamedSide.FIRST_OR_ALLOW_LIST),
        (blaming(Actor.ADMINISTRATOR, confidence=Confidence.CONFIRMED), NamedSide.FIRST),
        (blaming(Actor.ADMINISTRATOR, confidence=Confidence.POSSIBLE), NamedSide.FIRST_OR_ALLOW_LIST),
        (blaming(Actor.OPERATOR), NamedSide.SERVER_BY_CLIENT),
        (blaming(Actor.USER, Actor.OPERATOR), NamedSide.SERVER_BY_CLIENT),
        (blaming(Actor.OPERATOR, Actor.ADMINISTRATOR), NamedSide.SERVER_BY_CLIENT),
        (blaming(Actor.USER, side=Side.TRANSIT), NamedSide.PROVIDER),
        (blaming(Actor.USER, side=Side.REMOTE), NamedSide.SERVER_BY_CLIENT),
        (blaming(), NamedSide.FIRST_OR_ALLOW_LIST),
        (changed(sent("port-dropped"), findings=()), NamedSide.FIRST_OR_ALLOW_LIST),
    ],
)
def test_the_finding_of_the_report_that_fails_decides(first: Report, side: NamedSide) -> None:
    assert concluded(first, sent("healthy")).side is side


def test_a_name_that_is_not_found_is_no_allow_list() -> None:
    first = blaming(Actor.ADMINISTRATOR, name="name-filtered")
    assert concluded(first, sent("healthy")).side is NamedSide.FIRST


def test_ways_that_connect_only_here_and_only_there_are_mixed() -> None:
    good, bad = sent("healthy").attempts[:2], sent("frozen").attempts[:2]
    first, second = (with_attempts(sent("healthy"), *pair) for pair in ((good[0], bad[1]), (bad[0], good[1])))
    assert concluded(first, second).reading is Reading.MIXED


def test_nothing_in_common_says_so() -> None:
    none = with_attempts(sent("healthy"))
    assert concluded(none, sent("healthy")).reading is Reading.NOTHING_COMMON


def test_a_check_decides_only_where_no_attempt_of_the_plan_does() -> None:
    report = sent("healthy")
    checks = tuple(a for a in report.attempts if a.key == "tcp/443/rtmps")
    failed = tuple(a for a in sent("frozen").attempts if a.key == "tcp/443/rtmps")
    plan = tuple(a for a in report.attempts if a.key == "tcp/1935/rtmp")
    assert concluded(with_attempts(report, *failed), with_attempts(report, *checks)).reading in (
        Reading.FIRST_FAILS,
        Reading.FIRST_FAILS_PARTLY,
    )
    both = concluded(with_attempts(report, *plan, *failed), with_attempts(report, *plan, *checks))
    assert both.reading is Reading.BOTH_CONNECT
