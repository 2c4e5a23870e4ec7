"""A run is told apart from a reference run by facts, and accuses nobody."""

from typing import Any

import msgspec
import pytest

from fmsdiag.diagnosis.conclusions.reference_notes import reference_notes
from fmsdiag.diagnosis.evidence.reference import reference_of
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.messages.language import ENGLISH
from fmsdiag.model import Reference, ReferenceAttempt, Report
from tests.report import samples

AT = "2026-11-12T12:00:00Z"


def view(report: Report) -> RunView:
    return RunView(
        report.target,
        report.options,
        report.environment,
        report.attempts,
        report.started_at,
        report.report_id,
    )


def said(report: Report, **changes: Any) -> list[str]:
    """The notes where the reference run was this one, but for `changes`."""
    own = reference_of("id", AT, report.target.host, report.attempts)
    notes = reference_notes(msgspec.structs.replace(own, **changes), view(report))
    return [ENGLISH.render(note.message) for note in notes]


def test_nothing_is_said_without_a_reference_run_of_this_server() -> None:
    assert reference_notes(None, view(samples.healthy())) == ()
    assert reference_notes(Reference("id", AT, "other.example"), view(samples.healthy())) == ()


def test_what_is_the_same_is_said_so() -> None:
    notes = " ".join(said(samples.healthy()))
    assert "leads to the same address" in notes
    assert "another" not in notes.lower()


def test_another_address_version_and_certificate_are_facts() -> None:
    report = samples.recorded("proxy-required")
    assert any(
        "led to 192.0.2.99 in the reference run" in note
        for note in said(samples.healthy(), addresses=("192.0.2.99",))
    )
    assert any(
        "“Other/1” in the reference run" in note for note in said(samples.healthy(), versions=("Other/1",))
    )
    assert not any("certificate" in note for note in said(report, certificates=()))


def test_ways_that_connect_in_one_of_the_two_are_listed() -> None:
    report = samples.port_blocked()
    own = reference_of("id", AT, report.target.host, report.attempts)
    turned = tuple(ReferenceAttempt(a.key, not a.connected, 0.01) for a in own.attempts)
    notes = " ".join(said(report, attempts=turned))
    assert "connected in the reference run beside the server, but not from here" in notes
    assert "did not connect in the reference run" in notes


@pytest.mark.parametrize(("factor", "told"), [(1.0, False), (2.9, False), (100.0, True)])
def test_times_only_where_they_differ_much(factor: float, told: bool) -> None:
    report = samples.healthy()
    own = reference_of("id", AT, report.target.host, report.attempts)
    slow = tuple(
        msgspec.structs.replace(a, observations=a.observations, started_s=0.0, ended_s=1.0)
        for a in report.attempts
    )
    quick = tuple(ReferenceAttempt(a.key, a.connected, 1.0 / factor) for a in own.attempts)
    notes = said(msgspec.structs.replace(report, attempts=slow), attempts=quick)
    assert any("took 1" in note for note in notes) is told
