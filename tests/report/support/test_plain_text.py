"""The plain text tells what the page tells, in lines that mail programs do not break."""

from collections.abc import Callable

import pytest

from fmsdiag.messages.visible import visible
from fmsdiag.model import Report
from fmsdiag.report.redact import redact
from fmsdiag.report.sensitive import Identity
from fmsdiag.report.support.plain_text import WIDTH, as_text
from fmsdiag.report.view import ReportView
from tests.report import hostile, samples


@pytest.mark.parametrize(
    "make",
    [
        samples.healthy,
        samples.port_blocked,
        samples.rejected,
        samples.unreachable,
        samples.stopped,
        samples.interrupted,
        samples.blocked_behind_another_finding,
    ],
)
def test_everything_that_a_reader_acts_on_is_in_it(make: Callable[[], Report]) -> None:
    report = redact(make(), identity=Identity())
    view, shown = ReportView(report), as_text(report)
    words = " ".join(shown.split())
    for wanted in (view.headline, view.code, *(step.text for r in view.readers for step in r.steps)):
        assert " ".join(wanted.split()) in words
    for finding in view.findings:
        assert all(line in shown.splitlines() for line in finding.request)  # whole, to be copied
    for _, rows in view.rows:
        assert all(" ".join(row.outcome.split()) in words for row in rows)


def test_lines_fit_but_for_what_is_copied() -> None:
    report = redact(samples.port_blocked(), identity=Identity())
    request = set(ReportView(report).request)
    assert [line for line in as_text(report).splitlines() if len(line) > WIDTH and line not in request] == []


def test_text_from_outside_stays_visible_and_opens_no_line() -> None:
    for report in (hostile.hostile(), hostile.hostile_values()):
        shown = as_text(report)
        assert visible(shown, keep_newlines=True) == shown
