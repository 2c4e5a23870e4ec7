"""What concerns history and journal together: runs that were killed are taken in, and a run that is deleted is in neither."""

from __future__ import annotations

from pathlib import Path

from fmsdiag.history.store import History
from fmsdiag.journal.folder import forget
from fmsdiag.journal.kept_runs import kept_runs


def take_in_killed_runs(history: History, folder: Path | None) -> None:
    """Add what the journals in `folder` have of runs whose program was killed. Raises HistoryError, OSError."""
    for report in kept_runs(folder) if folder is not None else ():
        if not history.has(report.report_id):
            history.add(report)


def delete_run(history: History, folder: Path | None, number: int) -> bool:
    """Forget a run, and its journal, from which it would come back; whether there was one. Raises HistoryError, OSError."""
    report_id = history.delete(number)
    if report_id is not None and folder is not None:
        forget(folder, report_id)
    return report_id is not None


def delete_all_runs(history: History, folder: Path | None) -> int:
    """Forget all runs and all journals; how many runs there were. Raises HistoryError, OSError."""
    count = history.delete_all()
    if folder is not None:
        forget(folder, None)
    return count
