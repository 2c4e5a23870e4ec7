"""`fmsdiag history`: the tests of this computer's user, what each found, and their end."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table as Columns

from fmsdiag.cli.console import CliError, complain, make_console, plain, wants_color
from fmsdiag.cli.exit_codes import ExitCode
from fmsdiag.cli.show_command import show_report
from fmsdiag.history.changes import since
from fmsdiag.history.place import history_file, is_kept, keep, set_aside_files
from fmsdiag.history.store import Entry, ForeignHistory, History, HistoryError
from fmsdiag.journal.folder import chosen_folder
from fmsdiag.journal.kept_history import delete_all_runs, delete_run, take_in_killed_runs
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
    NOT_KEPT = text(
        "the history is switched off, so no test is added to it; fmsdiag history on switches it on"
    )
    SWITCHED_ON = text("The history is on: tests are kept.")
    SWITCHED_OFF = text(
        "The history is off: no further test is kept. fmsdiag history delete --all removes those that are."
    )
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
    path = history_file(os.environ)
    if path is None:
        raise CliError(say(HistoryTexts.OFF))
    if arguments.action in ("on", "off"):
        return _switch(path, arguments.action == "on")
    if not is_kept(path):
        complain(say(HistoryTexts.NOT_KEPT))
    console = make_console(sys.stdout, color=wants_color(arguments.no_color, os.environ))
    try:
        with History(path) as history:
            if is_kept(path):
                take_in_killed_runs(history, chosen_folder(os.environ))
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
    folder = chosen_folder(os.environ)
    if arguments.all:
        count = delete_all_runs(history, folder)
        console.print(plain(say(HistoryTexts.DELETED_ALL, count=count)))
        return
    if arguments.number is None:
        raise CliError(say(HistoryTexts.WHICH))
    if not delete_run(history, folder, arguments.number):
        raise CliError(say(HistoryTexts.NO_SUCH, number=str(arguments.number)))
    console.print(plain(say(HistoryTexts.DELETED, number=str(arguments.number))))


def _switch(path: Path, wanted: bool) -> int:
    try:
        keep(path, wanted)
    except OSError as error:
        reason = str(error.strerror or error)
        raise CliError(say(HistoryTexts.CANNOT_OPEN, path=str(path), reason=reason)) from None
    print(say(HistoryTexts.SWITCHED_ON if wanted else HistoryTexts.SWITCHED_OFF))
    return ExitCode.CONNECTED


def since_last(report: Report, environment: Mapping[str, str]) -> str:
    """One line: what changed since the last run of the same target. `report` is redacted, as the kept ones are.

    Says why there is nothing to compare with.
    """
    path = history_file(environment)
    if path is None:
        return say(HistoryTexts.OFF)
    if not is_kept(path):
        return say(HistoryTexts.NOT_KEPT)
    try:
        with History(path) as history:
            before = history.before(report)
    except ForeignHistory:
        return say(HistoryTexts.FOREIGN, path=str(path))
    except (HistoryError, ReportError) as error:
        return say(HistoryTexts.CANNOT_OPEN, path=str(path), reason=str(error))
    return since(before, report) if before is not None else say(HistoryTexts.NONE_BEFORE)
