"""A report becomes a code and the code says what the report did; newer codes are told as such."""

import msgspec
import pytest
from hypothesis import given

from fmsdiag.model import NO_CAUSE, Cause, Confidence, Report, VerdictStatus
from fmsdiag.report.verdict_code import code as verdict_code
from fmsdiag.report.verdict_code.code import VERSION, code_of, read_code
from fmsdiag.report.verdict_code.numbers import CAUSES, OTHER_CAUSE_NUMBER
from fmsdiag.report.verdict_code.symbols import CodeError, with_checks, written
from tests.report import samples
from tests.report.any_report import reports
from tests.report.write_golden import SAMPLES


def made(*values: int) -> str:
    """The code of these values for its fields, as another version could make it."""
    bits = 0
    for value, size in zip(values, verdict_code._FIELDS, strict=True):
        bits = bits << size | value
    return written(with_checks([bits >> 5 * (11 - n) & 31 for n in range(12)]))


def agrees(report: Report) -> None:
    told = read_code(code_of(report))
    verdict = report.verdict
    cause = report.findings[0].cause if report.findings else verdict.cause
    confidence = report.findings[0].confidence if report.findings else verdict.confidence
    assert not told.is_newer
    assert told.known_plan is report.plan.name
    assert told.known_status is not None
    assert told.known_status[0] is verdict.status
    if cause in set(Cause):
        assert told.known_cause == cause
        assert told.known_confidence is confidence
    else:
        assert told.known_cause is None
        assert told.cause == (0 if cause == NO_CAUSE else OTHER_CAUSE_NUMBER)
    assert told.attempts is not None
    assert len(told.attempts) <= 8


@pytest.mark.parametrize("name", SAMPLES)
def test_a_code_says_what_its_report_says(name: str) -> None:
    agrees(SAMPLES[name]())


@pytest.mark.parametrize("name", samples.RECORDED)
def test_so_does_that_of_a_run_in_the_lab(name: str) -> None:
    agrees(samples.recorded(name))


@given(reports())
def test_any_report_has_a_code(report: Report) -> None:
    agrees(report)


@pytest.mark.parametrize("status", VerdictStatus)
@pytest.mark.parametrize("impaired", [False, True])
def test_every_verdict_without_a_finding(status: VerdictStatus, impaired: bool) -> None:
    verdict = msgspec.structs.replace(
        samples.healthy().verdict, status=status, impaired=impaired, cause=NO_CAUSE, confidence=None
    )
    told = read_code(code_of(msgspec.structs.replace(samples.healthy(), verdict=verdict, findings=())))
    can_be_impaired = impaired and status.value.startswith("connected")
    assert told.known_status == (status, can_be_impaired)
    assert (told.cause, told.known_cause, told.known_confidence) == (0, None, None)


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_comes_back(cause: Cause) -> None:
    report = samples.port_blocked()
    for confidence in Confidence:
        finding = msgspec.structs.replace(report.findings[0], cause=cause.value, confidence=confidence)
        told = read_code(code_of(msgspec.structs.replace(report, findings=(finding,))))
        assert (told.known_cause, told.known_confidence) == (cause, confidence)


def test_the_code_of_a_known_report_never_changes() -> None:
    """Old codes are read by new versions: this one was written down."""
    assert code_of(samples.port_blocked()) == "44RB-R0R-H60-008C"


def test_a_newer_number_is_no_other_cause() -> None:
    told = read_code(made(VERSION, 30, 15, max(CAUSES) + 1, 2, 0, 0, 0))
    assert (told.known_plan, told.known_status, told.known_cause) == (None, None, None)
    assert (told.plan, told.status, told.cause) == (30, 15, max(CAUSES) + 1)


@pytest.mark.parametrize("version", range(VERSION + 1, 8))
def test_a_newer_version_is_read_as_far_as_it_holds(version: int) -> None:
    told = read_code(made(version, 1, 8, 23, 3, 1, 7, (1 << 33) - 1))
    assert told.is_newer
    assert told.known_cause is Cause.PORT_BLOCKED
    assert told.known_confidence is Confidence.CONFIRMED
    assert told.attempts is None
    assert not told.has_more  # that bit may mean something else there


def test_a_newer_layout_leaves_only_the_attempts_out() -> None:
    told = read_code(made(VERSION, 1, 8, 23, 3, 1, 7, 5))
    assert told.is_newer
    assert told.attempts is None
    assert told.has_more


def test_nothing_but_zeros_is_no_code() -> None:
    with pytest.raises(CodeError, match="not a code of fmsdiag"):
        read_code("0000-000-000-0000")
