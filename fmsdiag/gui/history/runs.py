"""The history as the window needs it: every function waits for the disk and is called in another thread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fmsdiag.history.changes import difference
from fmsdiag.history.place import chosen_path, history_file, is_kept, keep, set_aside_files
from fmsdiag.history.store import Entry, ForeignHistory, History, HistoryError
from fmsdiag.history.texts import HistoryFileTexts
from fmsdiag.journal.folder import chosen_folder
from fmsdiag.journal.kept_history import delete_all_runs, delete_run, take_in_killed_runs
from fmsdiag.log import LOGGER
from fmsdiag.messages.reader import say
from fmsdiag.model import Report
from fmsdiag.report.json import ReportError
from fmsdiag.report.redact import redact


class HistoryProblem(Exception):
    """Why the history cannot do that; the text is for people."""


@dataclass(frozen=True)
class Listing:
    """The runs, the newest first, and what has to be known of the file."""

    entries: tuple[Entry, ...]
    is_kept: bool
    set_aside: tuple[Path, ...]
    """Damaged histories that were kept under other names."""


def listing(environment: Mapping[str, str]) -> Listing:
    """Also takes in what was killed. Raises HistoryProblem."""
    path = _file(environment)
    with _opened(path) as history:
        if is_kept(path):
            take_in_killed_runs(history, chosen_folder(environment))
        return Listing(tuple(history.entries()), is_kept(path), tuple(set_aside_files(path)))


def run_of(environment: Mapping[str, str], number: int) -> Report:
    """The report of a run. Raises HistoryProblem."""
    with _opened(_file(environment)) as history:
        try:
            report = history.report(number)
        except ReportError as error:
            raise HistoryProblem(say(HistoryFileTexts.RUN_DAMAGED, reason=str(error))) from None
    if report is None:
        raise HistoryProblem(say(HistoryFileTexts.RUN_GONE))
    return report


def delete(environment: Mapping[str, str], number: int | None) -> None:
    """Forget a run; none: all of them. Raises HistoryProblem."""
    folder = chosen_folder(environment)
    with _opened(_file(environment)) as history:
        if number is None:
            delete_all_runs(history, folder)
        else:
            delete_run(history, folder, number)


def switch(environment: Mapping[str, str], wanted: bool) -> None:
    """Whether further runs are kept. Raises HistoryProblem."""
    try:
        keep(_file(environment), wanted)
    except OSError as error:
        reason = str(error.strerror or error)
        raise HistoryProblem(say(HistoryFileTexts.CANNOT_OPEN, reason=reason)) from None


def changed_since(environment: Mapping[str, str], report: Report) -> str:
    """What is different since the last run of the same server, in a sentence; "" without one. Nothing is raised."""
    path = chosen_path(environment)
    if path is None:
        return ""
    redacted = redact(report)  # as the kept ones are, so that their targets can be compared
    try:
        with History(path) as history:
            before = history.before(redacted)
    except (HistoryError, ReportError) as error:
        LOGGER.warning("no earlier run can be read: %s", error)
        return ""
    return difference(before, redacted) if before is not None else ""


def last_set_aside(environment: Mapping[str, str]) -> Path | None:
    """The damaged history that was kept last, if there is one. Nothing is raised."""
    path = history_file(environment)
    try:
        found = set_aside_files(path) if path is not None else []
    except OSError:
        return None
    return found[-1] if found else None


def _file(environment: Mapping[str, str]) -> Path:
    path = history_file(environment)
    if path is None:
        raise HistoryProblem(say(HistoryFileTexts.OFF))
    return path


@contextmanager
def _opened(path: Path) -> Iterator[History]:
    try:
        with History(path) as history:
            yield history
    except ForeignHistory:
        raise HistoryProblem(say(HistoryFileTexts.FOREIGN)) from None
    except (HistoryError, OSError) as error:
        raise HistoryProblem(say(HistoryFileTexts.CANNOT_OPEN, reason=str(error))) from None
