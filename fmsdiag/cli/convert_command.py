"""`fmsdiag convert`: a saved report in another format. What it hides stays hidden, what it shows stays shown."""

from __future__ import annotations

import argparse
import io
from collections.abc import Callable
from pathlib import PurePath
from typing import TypeAlias

from fmsdiag.cli.console import USUAL_WIDTH, CliError, make_console
from fmsdiag.cli.exit_codes import ExitCode
from fmsdiag.cli.outputs import deliver
from fmsdiag.cli.show_command import read_report, show_report
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Report
from fmsdiag.report import html
from fmsdiag.report.markdown_file import render_file
from fmsdiag.report.open_file import OWN_EXTENSION, OpenedReport
from fmsdiag.report.redact import mask_secrets

Draw: TypeAlias = Callable[[Report, str], bytes]
"""Draws a report as "pdf" or "png"; raises CliError where Qt is missing. The window's part of fmsdiag has it."""

_BY_SUFFIX = {
    ".html": "html",
    ".htm": "html",
    ".md": "md",
    ".markdown": "md",
    ".txt": "txt",
    ".pdf": "pdf",
    ".png": "png",
    ".json": "json",
    OWN_EXTENSION: "json",
}
_DRAWN = ("pdf", "png")


class ConvertTexts(Table, of="cli.convert"):
    """Why a report is not converted."""

    # translators: {notice} is a sentence without its full stop
    ONLY_JSON = text("{path:name}: {notice:name}. It can be converted only to JSON.")
    NO_FORMAT = text("required: --to, or --output with one of the suffixes {suffixes:names}")
    NO_QT = text("--to {wanted:name}: this program was built without the parts of Qt that draw a report")


def run_convert(arguments: argparse.Namespace) -> int:
    """0 when the report was written. Raises CliError."""
    wanted = arguments.to or _BY_SUFFIX.get(PurePath(arguments.output).suffix.lower())
    if wanted is None:
        raise CliError(say(ConvertTexts.NO_FORMAT, suffixes=tuple(_BY_SUFFIX)))
    opened = read_report(arguments.file)
    data = _converted(opened, wanted, arguments.file, getattr(arguments, "draw", None))
    deliver("--output", arguments.output, data)
    return ExitCode.CONNECTED


def as_text(report: Report) -> str:
    """What `fmsdiag show` prints, without color, for 80 columns."""
    paper = io.StringIO()
    show_report(report, make_console(paper, color=False, width=USUAL_WIDTH))
    lines = (line.rstrip() for line in paper.getvalue().splitlines())  # cells are as wide as their columns
    return "\n".join(lines) + "\n"


def _converted(opened: OpenedReport, wanted: str, path: str, draw: Draw | None) -> bytes:
    """The report in one of the formats of --to; what this version does not know of it is kept where it can be."""
    if wanted == "json":
        return opened.encode()
    if opened.report is None:
        raise CliError(say(ConvertTexts.ONLY_JSON, path=path, notice=opened.notice))
    if wanted == "html":
        return html.render(opened.report, opened.encode()).encode()
    if wanted == "txt":
        return as_text(opened.report).encode()
    if wanted in _DRAWN:
        return _drawn(opened.report, wanted, draw)
    return render_file(opened.report).encode()


def _drawn(report: Report, wanted: str, draw: Draw | None) -> bytes:
    if draw is None:
        raise CliError(say(ConvertTexts.NO_QT, wanted=wanted))
    return draw(mask_secrets(report), wanted)
