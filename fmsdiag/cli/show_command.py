"""`fmsdiag show`: a saved report, printed as if the run had just ended."""

from __future__ import annotations

import argparse
import os
import sys

from rich.console import Console
from rich.text import Text

from fmsdiag.cli.console import CliError, complain, make_console, plain, wants_color
from fmsdiag.cli.exit_codes import ExitCode
from fmsdiag.cli.outputs import reason_of
from fmsdiag.cli.timeline import print_timeline
from fmsdiag.cli.verdict_card import print_verdict
from fmsdiag.journal.folder import chosen_folder
from fmsdiag.journal.last_run import last_run
from fmsdiag.journal.notices import LastRunTexts, notice_of
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.messages.visible import visible
from fmsdiag.model import Report
from fmsdiag.report.json import ReportError
from fmsdiag.report.open_file import OpenedReport, open_report
from fmsdiag.report.redact import mask_secrets


class ShowTexts(Table, of="cli.show"):
    """What stands above a saved report."""

    ABOUT = text("Report {report:name} about {host}")
    ABOUT_APPLICATION = text("Report {report:name} about {host}, application {application:name}")
    # translators: {system} is an operating system
    MADE = text("Made {at:moment} on {system:name}, plan {plan:name}")
    MADE_ELSEWHERE = text("Made {at:moment}, plan {plan:name}")
    # translators: {reason} is a sentence
    CANNOT_OPEN = text("{path:name}: {reason:name}")
    NO_LAST = text("no test is on record")
    NO_JOURNAL = text("no test is on record, because FMSDIAG_JOURNAL is none")


def run_show(arguments: argparse.Namespace) -> int:
    """0 when the report could be opened, whatever its verdict. Raises CliError."""
    console = make_console(sys.stdout, color=wants_color(arguments.no_color, os.environ))
    opened = _last() if arguments.last else read_report(arguments.file)
    if opened.notice:
        console.print(plain(opened.notice))
        console.print()
    if opened.report is None:
        console.print(Text(visible(opened.encode().decode(), keep_newlines=True)), soft_wrap=True)
        return ExitCode.CONNECTED
    show_report(opened.report, console)
    return ExitCode.CONNECTED


def show_report(report: Report, console: Console) -> None:
    """Print a report of anybody's: where it was made, what was tried, the verdict. Secrets are masked."""
    shown = mask_secrets(report)
    print_origin(shown, console)
    print_timeline(shown, console)
    print_verdict(shown, console)


def _last() -> OpenedReport:
    """The last run of this computer's user. Raises CliError where there is none."""
    folder = chosen_folder(os.environ)
    if folder is None:
        raise CliError(say(ShowTexts.NO_JOURNAL))
    try:
        last = last_run(folder)
    except OSError as error:
        raise CliError(say(ShowTexts.CANNOT_OPEN, path=str(folder), reason=reason_of(error))) from None
    for path in last.set_aside:
        complain(say(LastRunTexts.SET_ASIDE, path=str(path)))
    if last.report is None:
        raise CliError(say(ShowTexts.NO_LAST))
    return OpenedReport(last.report, {}, notice_of(last))


def read_report(path: str) -> OpenedReport:
    """The report in that file. Raises CliError that says why it cannot be opened."""
    try:
        return open_report(path)
    except ReportError as error:
        raise CliError(say(ShowTexts.CANNOT_OPEN, path=path, reason=str(error))) from None


def print_origin(report: Report, console: Console) -> None:
    """What the report is about, and where and when it was made."""
    about = {"report": report.report_id, "host": report.target.host}
    if report.target.application:
        said = say(ShowTexts.ABOUT_APPLICATION, application=report.target.application, **about)
    else:
        said = say(ShowTexts.ABOUT, **about)
    console.print(plain(said))
    made = {"at": report.started_at, "plan": report.plan.name.value}
    if report.environment.system:
        console.print(plain(say(ShowTexts.MADE, system=report.environment.system, **made)))
    else:
        console.print(plain(say(ShowTexts.MADE_ELSEWHERE, **made)))
    console.print()
