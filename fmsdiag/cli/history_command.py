"""`fmsdiag history`: the tests of this computer's user, what each found, and their end."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping

from rich.console import Console
from rich.table import Table as Columns

from fmsdiag.cli.console import CliError, complain, make_console, plain, wants_color
from fmsdiag.cli.exit_codes import ExitCode
from fmsdiag.cli.show_command import show_report
from fmsdiag.history.changes import since
from fmsdiag.history.place import chosen_path, set_aside_files
from fmsdiag.history.store import Entry, ForeignHistory, History, HistoryError
from fmsdiag.journal.folder import chosen_folder, forget
from fmsdiag.journal.kept_runs import kept_runs
from fmsdiag.messages.host_names import as_typed
from fmsdiag.messages.reader import current_language, say
from fmsdiag.messages.text import Table, text
from fmsdiag.model import NO_CAUSE, Report, VerdictStatus
from fmsdiag.report.json import ReportError
from fmsdiag.report.words import mark_of_verdict


class HistoryTexts(Table, of="cli.history"):
    """What is said of the history as a whole."""

    EMPTY = text("no test is on record")
    OFF = text("no history is kept, because FMSDIAG_HISTORY or FMSDIAG_JOURNAL is none")
    CANNOT_OPEN = text("{path:name}: {reason:name}")
    FOREIGN = text(
        "{path:name}: this history was written by a newer fmsdiag or by another program; it is left as it is, and no test is "
        "added to it"
    )
    SET_ASIDE = text(
        "The history was damaged and cannot be opened. It was kept as {path:name}; a new one was begun."
    )
    WHICH = text("enter the number of a test to delete, or --all")
    NO_SUCH = text("there is no test {number:name}; fmsdiag history lists them")
    DAMAGED = text("test {number:name} is damaged: {reason:name}")
    DELETED = text("Deleted: {number:name}")
    DELETED_ALL = text("Deleted: all tests on record ({count})")
    NUMBER = text("No.")
    TIME = text("Time")
    SERVER = text("Server")
    RESULT = text("Result")
    CAUSE = text("Cause")
    NONE_BEFORE = text("No earlier test of this server is on record.")


def run_history(arguments: argparse.Namespace) -> int:
    """0 when it could be done. Raises CliError."""
    path = chosen_path(os.environ)
    if path is None:
        raise CliError(say(HistoryTexts.OFF))
    console = make_console(sys.stdout, color=wants_color(arguments.no_color, os.environ))
    try:
        with History(path) as history:
            _take_in_interrupted_runs(history, os.environ)
            for aside in set_aside_files(path):
                complain(say(HistoryTexts.SET_ASIDE, path=str(aside)))
            _act(arguments, history, console)
    except ForeignHistory:
        raise CliError(say(HistoryTexts.FOREIGN, path=str(path))) from None
    except (HistoryError, OSError) as error:
        raise CliError(say(HistoryTexts.CANNOT_OPEN, path=str(path), reason=str(error))) from None
    return ExitCode.CONNECTED


def _act(arguments: argparse.Namespace, history: History, console: Console) -> None:
    match arguments.action:
        case "show":
            show_report(_report(history, arguments.number), console)
        case "delete":
            _delete(arguments, history, console)
        case _:
            _list(history.entries(), console)


def _list(entries: list[Entry], console: Console) -> None:
    if not entries:
        console.print(plain(say(HistoryTexts.EMPTY)))
        return
    said = HistoryTexts
    columns = Columns(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for title in (said.NUMBER, said.TIME, said.RESULT, said.CAUSE, said.SERVER):
        columns.add_column(say(title), overflow="fold", no_wrap=title in (said.TIME, said.CAUSE))
    for entry in entries:
        cause = "" if entry.cause == NO_CAUSE else entry.cause
        cells = (str(entry.number), _time(entry), _result(entry), cause, as_typed(entry.address))
        columns.add_row(*map(plain, cells))
    console.print(columns)


def _time(entry: Entry) -> str:
    return current_language().moment(entry.started_at) or entry.started_at


def _result(entry: Entry) -> str:
    known = entry.status in set(VerdictStatus)
    return mark_of_verdict(VerdictStatus(entry.status), entry.impaired).word if known else entry.status


def _report(history: History, number: int) -> Report:
    try:
        report = history.report(number)
    except ReportError as error:
        raise CliError(say(HistoryTexts.DAMAGED, number=str(number), reason=str(error))) from None
    if report is None:
        raise CliError(say(HistoryTexts.NO_SUCH, number=str(number)))
    return report


def _delete(arguments: argparse.Namespace, history: History, console: Console) -> None:
    """A run's journal goes with it: otherwise the run would come back from there."""
    folder = chosen_folder(os.environ)
    if arguments.all:
        count = history.delete_all()
        if folder is not None:
            forget(folder, None)
        console.print(plain(say(HistoryTexts.DELETED_ALL, count=count)))
        return
    if arguments.number is None:
        raise CliError(say(HistoryTexts.WHICH))
    report_id = history.delete(arguments.number)
    if report_id is None:
        raise CliError(say(HistoryTexts.NO_SUCH, number=str(arguments.number)))
    if folder is not None:
        forget(folder, report_id)
    console.print(plain(say(HistoryTexts.DELETED, number=str(arguments.number))))


def _take_in_interrupted_runs(history: History, environment: Mapping[str, str]) -> None:
    """What the journal has of runs whose program was killed."""
    folder = chosen_folder(environment)
    for report in kept_runs(folder) if folder is not None else ():
        if not history.has(report.report_id):
            history.add(report)


def since_last(report: Report, environment: Mapping[str, str]) -> str:
    """One line: what changed since the last run of the same target. `report` is redacted, as the kept ones are.

    Says why there is nothing to compare with.
    """
    path = chosen_path(environment)
    if path is None:
        return say(HistoryTexts.OFF)
    try:
        with History(path) as history:
            before = history.before(report)
    except ForeignHistory:
        return say(HistoryTexts.FOREIGN, path=str(path))
    except (HistoryError, ReportError) as error:
        return say(HistoryTexts.CANNOT_OPEN, path=str(path), reason=str(error))
    return since(before, report) if before is not None else say(HistoryTexts.NONE_BEFORE)
