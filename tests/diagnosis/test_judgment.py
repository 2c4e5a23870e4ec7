"""A run that has ended and a report that was saved are judged by the same code."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given

from fmsdiag.diagnosis.conclusions.reference_notes import ReferenceNotes
from fmsdiag.diagnosis.judgment import answered, rejudge, run_of
from fmsdiag.model import Note, Report, Status, Tool, VerdictStatus
from fmsdiag.report.english import with_english
from fmsdiag.report.json import decode
from fmsdiag.report.redact import redact
from fmsdiag.report.sensitive import Identity
from tests.diagnosis.record import RECORDS
from tests.report.any_report import reports

NOW = Tool("fmsdiag", "9.9", "3.13")
NAMES = sorted(path.stem for path in RECORDS.glob("*.json"))


def recorded(name: str) -> Report:
    return decode((RECORDS / f"{name}.json").read_bytes())


@pytest.mark.parametrize("hidden", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_a_recorded_run_is_judged_as_it_was(name: str, hidden: bool) -> None:
    """Also where the report hides its local addresses, as most reports from customers do."""
    report = recorded(name)
    judged = rejudge(redact(report, identity=Identity()) if hidden else report, NOW)
    assert not judged.differs
    assert not judged.report.rule_errors
    assert judged.report.verdict.status is report.verdict.status
    assert [f.cause for f in judged.report.findings] == [f.cause for f in report.findings]


def test_what_was_measured_stays_as_it_was() -> None:
    report = recorded("port-dropped")
    judged = rejudge(report, NOW).report
    assert (judged.attempts, judged.environment, judged.tool) == (
        report.attempts,
        report.environment,
        report.tool,
    )


def test_what_differs_from_a_reference_run_stays_first() -> None:
    """A report does not hold the reference run itself, and all other notes are made anew."""
    report = recorded("port-dropped")
    note = Note(ReferenceNotes.SAME_ADDRESSES.of(at=report.started_at))
    with_note = msgspec.structs.replace(report, notes=(note, Note(report.verdict.headline)))
    judged = rejudge(with_note, NOW).report
    assert judged.notes == (note, *rejudge(report, NOW).report.notes)


def test_what_the_report_said_first_is_kept_however_often_it_is_judged() -> None:
    report = recorded("port-dropped")
    other = msgspec.structs.replace(report.verdict, cause="server-down", status=VerdictStatus.UNREACHABLE)
    old = msgspec.structs.replace(report, verdict=other, findings=())
    once = rejudge(old, Tool("fmsdiag", "5.0"))
    twice = rejudge(once.report, NOW)
    for judged in (once, twice):
        assert judged.differs
        assert judged.report.rejudged is not None
        assert judged.report.rejudged.verdict == other
        assert judged.report.rejudged.causes == ()
        assert judged.report.verdict.cause == "port-blocked"
    assert twice.report.rejudged is not None
    assert twice.report.rejudged.tool == NOW


def test_a_test_that_the_run_did_not_make_is_named_with_the_cause_that_asks() -> None:
    report = recorded("port-dropped")
    without = tuple(a for a in report.attempts if a.experiment is None)
    judged = rejudge(msgspec.structs.replace(report, attempts=without), NOW)
    assert judged.missing
    assert all(cause for _, cause in judged.missing)
    assert {question for question, _ in judged.missing} & answered(report)


def test_a_healthy_run_lacks_nothing() -> None:
    assert rejudge(recorded("healthy"), NOW).missing == ()


def test_a_stopped_run_concludes_nothing_now_either() -> None:
    report = recorded("frozen")
    cancelled = tuple(msgspec.structs.replace(a, status=Status.CANCELLED) for a in report.attempts)
    stopped = msgspec.structs.replace(report.verdict, status=VerdictStatus.STOPPED)
    judged = rejudge(msgspec.structs.replace(report, attempts=cancelled, verdict=stopped), NOW).report
    assert judged.verdict.status is VerdictStatus.STOPPED
    assert judged.findings == ()
    assert judged.client_profiles == ()


def test_a_request_keeps_the_routers_and_proxies_that_the_report_hides_elsewhere() -> None:
    hidden = redact(recorded("proxy-required"), identity=Identity())
    before, after = hidden.findings[0].request, rejudge(hidden, NOW).report.findings[0].request
    assert before == after


def test_a_run_is_made_of_the_reports_own_parts() -> None:
    report = recorded("port-dropped")
    run = run_of(report)
    assert (run.target, run.options, run.attempts) == (report.target, report.options, report.attempts)
    assert (run.started_at, run.report_id) == (report.started_at, report.report_id)


@given(reports())
def test_a_report_of_anybodys_is_judged_or_its_faults_are_contained(report: Report) -> None:
    judged = rejudge(report, NOW).report
    assert with_english(judged).verdict.headline.text
