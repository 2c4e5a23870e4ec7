"""`fmsdiag show`: a saved report, printed as if the run had just ended."""

from __future__ import annotations

import argparse
import os
import sys

from rich.console import Console
from rich.text import Text

from fmsdiag.cli.console import CliError, make_console, plain, wants_color
from fmsdiag.cli.exit_codes import ExitCode
from fmsdiag.cli.timeline import print_timeline
from fmsdiag.cli.verdict_card import print_verdict
from fmsdiag.model import Report
from fmsdiag.report.hidden import describe_hidden
from fmsdiag.report.json import ReportError
from fmsdiag.report.markdown import utc_moment
from fmsdiag.report.open_file import OpenedReport, open_report
from fmsdiag.report.visible import visible


def run_show(arguments: argparse.Namespace) -> int:
    """0 when the report could be opened, whatever its verdict. Raises CliError."""
    opened = read_report(arguments.file)
    console = make_console(sys.stdout, color=wants_color(arguments.no_color, os.environ))
    if opened.notice:
        console.print(plain(opened.notice))
        console.print()
    if opened.report is None:
        console.print(Text(visible(opened.encode().decode(), keep_newlines=True)), soft_wrap=True)
        return ExitCode.CONNECTED
    _print_origin(opened.report, console)
    print_timeline(opened.report, console)
    print_verdict(opened.report, console)
    return ExitCode.CONNECTED


def read_report(path: str) -> OpenedReport:
    """The report in that file. Raises CliError that says why it cannot be opened."""
    try:
        return open_report(path)
    except ReportError as error:
        raise CliError(f"{path}: {error}") from None


def _print_origin(report: Report, console: Console) -> None:
    application = f", application {report.target.application}" if report.target.application else ""
    where = report.environment.system or "an unknown system"
    console.print(plain(f"Report {report.report_id} about {report.target.host}{application}"))
    console.print(plain(f"Made {utc_moment(report.started_at)} on {where}, plan {report.plan.name}"))
    if report.redaction:
        console.print(plain(f"Hidden in it: {'; '.join(map(describe_hidden, report.redaction))}"))
    console.print()
