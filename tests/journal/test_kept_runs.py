"""What the journals have is found by whoever keeps runs longer: ended runs, and those whose program was killed."""

import os
from pathlib import Path

import pytest

from fmsdiag.journal.folder import journals
from fmsdiag.journal.kept_runs import kept_runs
from fmsdiag.journal.recorder import Journal
from tests.report import samples


def test_ended_runs_are_found_and_damaged_files_stay(tmp_path: Path) -> None:
    assert list(kept_runs(tmp_path / "none")) == []
    journal = Journal(tmp_path)
    journal.began(samples.healthy())
    journal.ended(samples.healthy())
    journal.wait(10)
    (tmp_path / "99999999999999999999-x.jsonl").write_bytes(b"damaged")
    assert [report.report_id for report in kept_runs(tmp_path)] == [samples.healthy().report_id]
    assert len(journals(tmp_path)) == 2


@pytest.mark.skipif(os.name != "posix", reason="needs another process's journal as it was left")
def test_a_run_under_way_is_none_of_them(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.began(samples.healthy())
    journal.wait(10)  # its lines are written, its end is not
    assert list(kept_runs(tmp_path)) == []
