"""`fmsdiag show`: a saved report in the terminal."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from rich.console import Console

from fmsdiag.cli.console import CliError, make_console, plain, wants_color
from fmsdiag.cli.exit_codes import ExitCode
from fmsdiag.cli.timeline import print_timeline
from fmsdiag.cli.verdict_card import print_verdict
from fmsdiag.model import Report
from fmsdiag.report.json import MAX_BYTES, ReportError, decode
from fmsdiag.report.markdown import utc_moment


def run_show(arguments: argparse.Namespace) -> int:
    """0 when the report could be opened, whatever its verdict. Raises CliError."""
    report = read_report(arguments.file)
    console = make_console(sys.stdout, color=wants_color(arguments.no_color, os.environ))
    _print_origin(report, console)
    print_timeline(report, console)
    print_verdict(report, console)
    return ExitCode.CONNECTED


def read_report(path: str) -> Report:
    """The report in that file. Raises CliError that says why it cannot be opened."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        return decode(data)
    except OSError as error:
        raise CliError(f"cannot open {path}: {error.strerror or error}") from None
    except ReportError as error:
        raise CliError(f"{path}: {error}") from None


def _print_origin(report: Report, console: Console) -> None:
    application = f", application {report.target.application}" if report.target.application else ""
    where = report.environment.system or "an unknown system"
    console.print(plain(f"Report {report.report_id} about {report.target.host}{application}"))
    console.print(plain(f"Made {utc_moment(report.started_at)} on {where}, plan {report.plan.name}"))
    if report.redaction:
        console.print(plain(f"Hidden in it: {'; '.join(report.redaction)}"))
    console.print()
