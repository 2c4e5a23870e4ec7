"""A journal's lines give the run back: whole, or as far as it came; a file may be damaged anywhere."""

from __future__ import annotations

import msgspec
import pytest

from fmsdiag.journal.lines import Began, Ended, JournalError, Saw, encode, header_of, report_in
from fmsdiag.model import Attempt, NotApplicable, Report, Status, VerdictStatus
from tests.report import samples

BLOCKED = samples.port_blocked()
OUTLINE = msgspec.structs.replace(BLOCKED, attempts=(), findings=(), notes=(), client_profiles=())
BEGAN = encode(Began(OUTLINE, 1, 0.0))
FIRST = BLOCKED.attempts[0]


def part(attempt: Attempt, *steps: int) -> bytes:
    """A line about an attempt under way that tells only these of its steps."""
    seen = tuple(attempt.observations[number] for number in steps)
    under_way = msgspec.structs.replace(
        attempt, status=Status.CANCELLED, ended_s=None, observations=seen, transcript=()
    )
    return encode(Saw(under_way))


def interrupted(*lines: bytes) -> Report:
    report, has_ended, _ = report_in(BEGAN + b"".join(lines))
    assert not has_ended
    return report


def test_a_run_that_ended_is_its_report() -> None:
    assert report_in(encode(Ended(BLOCKED))) == (BLOCKED, True, 0)
    assert report_in(BEGAN + encode(Saw(FIRST, True)) + encode(Ended(BLOCKED))) == (BLOCKED, True, 0)


def test_a_run_that_was_interrupted_concludes_nothing() -> None:
    report = interrupted(*(encode(Saw(attempt, has_ended=True)) for attempt in BLOCKED.attempts))
    assert report.attempts == BLOCKED.attempts
    assert report.findings == ()
    assert report.verdict.status is BLOCKED.verdict.status  # it connected by fallback, which remains true
    assert report.duration_s == max(a.ended_s or 0 for a in BLOCKED.attempts)


def test_a_run_that_was_interrupted_before_anything_connected_was_stopped() -> None:
    for report in (interrupted(), interrupted(encode(Saw(FIRST, True)))):
        assert report.verdict.status is VerdictStatus.STOPPED
        assert report.verdict.headline.text == "The test was stopped before it was complete."


def test_an_attempt_under_way_ends_with_its_last_step() -> None:
    whole = next(a for a in samples.healthy().attempts if len(a.observations) >= 3)
    (attempt,) = interrupted(part(whole), part(whole, 0), part(whole, 1)).attempts
    assert attempt.observations == whole.observations[:2]
    assert (attempt.status, attempt.not_applicable) == (Status.CANCELLED, NotApplicable.STOPPED)
    assert attempt.ended_s == max(o.ended_s for o in attempt.observations)
    (ended,) = interrupted(part(whole, 0), encode(Saw(whole, True))).attempts
    assert ended == whole


def test_what_was_hidden_is_told() -> None:
    report = interrupted(
        encode(Saw(FIRST, True, ("secret",))), encode(Saw(FIRST, True, ("mail-address", "secret")))
    )
    assert report.redaction[-2:] == ("secret", "mail-address")


@pytest.mark.parametrize("cut", [1, 10, 100])
def test_a_last_line_that_was_cut_off_is_no_damage(cut: int) -> None:
    data = BEGAN + encode(Saw(FIRST, True)) + encode(Saw(BLOCKED.attempts[1], True))[:-cut]
    report, _, damaged = report_in(data)
    assert [a.id for a in report.attempts] == [FIRST.id]
    assert damaged == 0


@pytest.mark.parametrize(
    "junk", [b"\n", b"{\n", b"\xff\xfe\n", b'{"type":"saw"}\n', b"\0" * 4096 + b"\n", b"[" * 9999 + b"\n"]
)
def test_a_damaged_line_costs_itself(junk: bytes) -> None:
    report, _, damaged = report_in(BEGAN + junk + encode(Saw(FIRST, True)))
    assert [a.id for a in report.attempts] == [FIRST.id]
    assert damaged == 1


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\n", b"\0" * 100, b"{}\n", encode(Saw(FIRST)), b"not a journal",
        encode(Began(OUTLINE, 1, 0.0, version="fmsdiag-journal/9")),
    ],
)  # fmt: skip
def test_without_its_first_line_it_is_no_journal(data: bytes) -> None:
    with pytest.raises(JournalError):
        header_of(data)
    with pytest.raises(JournalError):
        report_in(data)


def test_values_that_no_run_can_have_are_refused() -> None:
    endless = msgspec.structs.replace(FIRST, ended_s=1e308)
    with pytest.raises(JournalError, match=r"1e\+308"):
        report_in(BEGAN + encode(Saw(endless, True)))
    with pytest.raises(JournalError, match=r"1e\+308"):
        report_in(encode(Ended(msgspec.structs.replace(BLOCKED, duration_s=1e308))))
