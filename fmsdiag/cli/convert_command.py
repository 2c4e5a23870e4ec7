"""`fmsdiag convert`: a saved report in another format. What it hides stays hidden, what it shows stays shown."""

from __future__ import annotations

import argparse

from fmsdiag.cli.console import CliError
from fmsdiag.cli.exit_codes import ExitCode
from fmsdiag.cli.outputs import deliver
from fmsdiag.cli.show_command import read_report
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.report import html
from fmsdiag.report.markdown_file import render_file
from fmsdiag.report.open_file import OpenedReport


class ConvertTexts(Table, of="cli.convert"):
    """Why a report is not converted."""

    # translators: {notice} is a sentence without its full stop
    ONLY_JSON = text("{path:name}: {notice:name}. It can be converted only to JSON.")


def run_convert(arguments: argparse.Namespace) -> int:
    """0 when the report was written. Raises CliError."""
    data = _converted(read_report(arguments.file), arguments.to, arguments.file)
    deliver("--output", arguments.output, data)
    return ExitCode.CONNECTED


def _converted(opened: OpenedReport, wanted: str, path: str) -> bytes:
    """The report in one of the formats of --to; what this version does not know of it is kept where it can be."""
    if wanted == "json":
        return opened.encode()
    if opened.report is None:
        raise CliError(say(ConvertTexts.ONLY_JSON, path=path, notice=opened.notice))
    if wanted == "html":
        return html.render(opened.report, opened.encode()).encode()
    return render_file(opened.report).encode()
