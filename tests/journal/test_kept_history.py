"""Journal and history agree: what was killed is in the history, and what was deleted is in neither."""

from pathlib import Path

import pytest

from fmsdiag.history.store import History
from fmsdiag.journal.folder import journals
from fmsdiag.journal.kept_history import delete_all_runs, delete_run, take_in_killed_runs
from fmsdiag.journal.recorder import Journal
from tests.report import samples


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With the journal of one run that ended and never came into the history."""
    journal = Journal(tmp_path / "journal")
    journal.began(samples.port_blocked())
    journal.ended(samples.port_blocked())
    journal.wait(10)
    return tmp_path / "journal"


def test_a_run_of_the_journal_is_taken_in_once(folder: Path, tmp_path: Path) -> None:
    with History(tmp_path / "h") as history:
        for _ in range(2):
            take_in_killed_runs(history, folder)
        assert [entry.cause for entry in history.entries()] == ["port-blocked"]
        take_in_killed_runs(history, None)


@pytest.mark.parametrize("all_of_them", [True, False])
def test_a_deleted_run_does_not_come_back(folder: Path, tmp_path: Path, all_of_them: bool) -> None:
    with History(tmp_path / "h") as history:
        take_in_killed_runs(history, folder)
        if all_of_them:
            assert delete_all_runs(history, folder) == 1
        else:
            assert delete_run(history, folder, history.entries()[0].number)
        assert journals(folder) == []
        take_in_killed_runs(history, folder)
        assert history.entries() == []
        assert not delete_run(history, folder, 1)
        assert delete_all_runs(history, None) == 0
