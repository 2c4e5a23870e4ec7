"""`fmsdiag convert`: a saved report in another format. What it hides stays hidden, what it shows stays shown."""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from pathlib import PurePath

from fmsdiag.cli.console import CliError
from fmsdiag.cli.exit_codes import ExitCode
from fmsdiag.cli.outputs import deliver
from fmsdiag.cli.show_command import read_report
from fmsdiag.cli.support_output import Draw, redacted, support_bytes
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Redaction, Report
from fmsdiag.report import html
from fmsdiag.report.markdown_file import render_file
from fmsdiag.report.open_file import OWN_EXTENSION, SUPPORT_EXTENSION, OpenedReport
from fmsdiag.report.redact import INCLUDED, mask_secrets
from fmsdiag.report.strict import STRICT
from fmsdiag.report.support.plain_text import as_text

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
    SUPPORT_EXTENSION: "zip",
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
    opened = _at_level(read_report(arguments.file), arguments.level or _level_of(wanted), arguments.file)
    data = _converted(opened, wanted, arguments.file, getattr(arguments, "draw", None))
    deliver("--output", arguments.output, data)
    return ExitCode.CONNECTED


def _level_of(wanted: str) -> str | None:
    """What is for support is redacted, even where somebody has changed the file."""
    return Redaction.STANDARD if wanted == "zip" else None


def _at_level(opened: OpenedReport, level: str | None, path: str) -> OpenedReport:
    """The report as that level has it; sensitive data that it was saved with stays at the standard one.

    A strict one holds nothing that this version does not know, for that may be anything.
    """
    if level is None:
        return opened
    if opened.report is None:
        raise CliError(say(ConvertTexts.ONLY_JSON, path=path, notice=opened.notice))
    is_private = INCLUDED in opened.report.redaction and level == Redaction.STANDARD
    hidden = redacted(opened.report, level, os.environ, include_sensitive=is_private)
    return replace(opened, report=hidden, raw={} if STRICT in hidden.redaction else opened.raw)


def _converted(opened: OpenedReport, wanted: str, path: str, draw: Draw | None) -> bytes:
    """The report in one of the formats of --to; what this version does not know of it is kept where it can be."""
    if wanted == "json":
        return opened.encode()
    if opened.report is None:
        raise CliError(say(ConvertTexts.ONLY_JSON, path=path, notice=opened.notice))
    if wanted == "html":
        return html.render(opened.report, opened.encode()).encode()
    if wanted == "txt":
        return as_text(mask_secrets(opened.report)).encode()
    if wanted == "zip":
        return support_bytes(opened.report, opened.encode(), draw)
    if wanted in _DRAWN:
        return _drawn(opened.report, wanted, draw)
    return render_file(opened.report).encode()


def _drawn(report: Report, wanted: str, draw: Draw | None) -> bytes:
    if draw is None:
        raise CliError(say(ConvertTexts.NO_QT, wanted=wanted))
    return draw(mask_secrets(report), wanted)
