"""The parts that every face lays out, in the reader's words; nothing from a file is shown as it is."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings

from fmsdiag.model import Endpoint, Report, Transport
from fmsdiag.report.comparison.compare import compare
from fmsdiag.report.comparison.result import Roles
from fmsdiag.report.comparison.view import MOST_ROWS, ComparisonView
from fmsdiag.report.words import Tone
from tests.report.any_report import reports
from tests.report.comparison.pairs import sent, with_attempts


def view_of(first: str, second: str, roles: Roles = Roles.CUSTOMER_AND_SUPPORT) -> ComparisonView:
    return ComparisonView(compare(sent(first), sent(second), roles))


def test_the_parts() -> None:
    view = view_of("port-dropped", "healthy")
    assert view.statement == "RTMP on port 1935 fails for the customer, but connects for support."
    assert view.side == "This points to the customer's computer or network."
    assert [(side.role, side.cause) for side in view.sides] == [
        ("Customer", "Cause: port-blocked. Confirmed"),
        ("Support", "Cause: none"),
    ]
    first = view.rows[0]
    assert (first.tried, first.first, first.second) == (
        "RTMP on port 1935",
        "No answer, 5.0 s",
        "Connected, 22 ms",
    )
    assert (first.reading, first.tone) == ("fails for the customer, connects for support", Tone.BAD)


def test_before_and_after_has_its_own_words() -> None:
    view = view_of("port-dropped", "healthy", Roles.BEFORE_AND_AFTER)
    assert view.roles == ("Before", "After")
    assert view.rows[0].reading == "now connects"


@pytest.mark.parametrize(
    ("first", "second", "tone"),
    [
        ("healthy", "encoder-ingest-filtered", Tone.GOOD),
        ("frozen", "healthy", Tone.BAD),
        ("port-dropped", "healthy", Tone.CAUTION),
        ("healthy", "healthy", Tone.NEUTRAL),
    ],
)
def test_the_tone_fits_the_reading(first: str, second: str, tone: Tone) -> None:
    assert view_of(first, second).tone is tone


def test_rows_without_end_are_counted() -> None:
    report = sent("healthy")
    many = [
        msgspec.structs.replace(
            report.attempts[0], endpoint=Endpoint(Transport.RTMP, "media.example.net", port)
        )
        for port in range(1, MOST_ROWS + 4)
    ]
    view = ComparisonView(compare(with_attempts(report, *many), report))
    assert len(view.rows) == MOST_ROWS
    assert "left out" in view.left_out


@settings(deadline=None, max_examples=30)  # each has two reports
@given(reports(), reports())
def test_no_control_character_of_a_file_is_shown(first: Report, second: Report) -> None:
    view = ComparisonView(compare(first, msgspec.structs.replace(second, target=first.target)))
    shown = [view.statement, view.side, *view.evidence, *view.cautions]
    shown += [cell for row in view.lines_of_sides for cell in row]
    shown += [cell for d in view.differences for cell in (d.label, d.first, d.second, d.remark)]
    assert not [each for each in shown if any(c in each for c in "\x1b\u202e\u2066\x07")]
