"""The file of a run: what is kept of an event, for whom, and how much."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import msgspec
import pytest

from fmsdiag.journal import writer
from fmsdiag.journal.folder import journals
from fmsdiag.journal.heard import Item, RunEnded
from fmsdiag.journal.lines import report_in
from fmsdiag.journal.writer import JournalFile
from fmsdiag.model import AttemptStarted, NotApplicable, PlanMade, Report, Status
from fmsdiag.report.redact import redact
from tests.cli.replays import events_of
from tests.report import samples

BLOCKED = samples.port_blocked()
OUTLINE = msgspec.structs.replace(BLOCKED, attempts=(), findings=(), notes=(), client_profiles=())


def written(folder: Path, *items: Item) -> tuple[Report, bool]:
    with JournalFile(folder) as file:
        file.take(OUTLINE)
        for item in items:
            file.take(item)
    report, has_ended, damaged = report_in(journals(folder)[0].read_bytes())
    assert damaged == 0
    return report, has_ended


def test_every_attempt_is_as_the_finished_report_has_it(tmp_path: Path) -> None:
    report, has_ended = written(tmp_path, *events_of(BLOCKED))
    assert not has_ended
    assert report.attempts == redact(BLOCKED).attempts
    # while little is known of the server's addresses, more looks like this computer's
    assert set(report.redaction) >= set(redact(BLOCKED).redaction)


def test_what_had_no_turn_and_what_just_began(tmp_path: Path) -> None:
    made, started = (
        next(e for e in events_of(BLOCKED) if isinstance(e, k)) for k in (PlanMade, AttemptStarted)
    )
    report, _ = written(tmp_path, made, started)
    (begun,) = [a for a in report.attempts if a.status is Status.CANCELLED]
    assert begun.not_applicable is NotApplicable.STOPPED
    others = [a for a in report.attempts if a is not begun]
    assert others
    assert {a.status for a in others} == {Status.NOT_STARTED}


def test_at_the_end_there_is_the_report_alone(tmp_path: Path) -> None:
    assert written(tmp_path, *events_of(BLOCKED), RunEnded(BLOCKED)) == (redact(BLOCKED), True)
    assert journals(tmp_path)[0].read_bytes().count(b"\n") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX's")
@pytest.mark.parametrize("end", [(), (RunEnded(BLOCKED),)])
def test_it_is_its_owners_alone(tmp_path: Path, end: tuple[Item, ...]) -> None:
    folder = tmp_path / "journal"
    written(folder, *events_of(BLOCKED), *end)
    assert stat.S_IMODE(journals(folder)[0].stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_lines_are_bounded_and_the_report_still_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "MOST_BYTES", 3000)
    written(tmp_path, *list(events_of(BLOCKED)) * 20)
    (path,) = journals(tmp_path)
    longest = max(map(len, path.read_bytes().split(b"\n")))
    assert path.stat().st_size <= 3000 + longest + 1
    assert written(tmp_path, *list(events_of(BLOCKED)) * 20, RunEnded(BLOCKED)) == (redact(BLOCKED), True)
