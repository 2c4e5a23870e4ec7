"""`fmsdiag code`: the code of a report for the telephone, what such a code says, and the same for a QR code."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from rich.console import Console
from rich.text import Text

from fmsdiag.cli.console import CliError, make_console, plain
from fmsdiag.cli.exit_codes import ExitCode
from fmsdiag.cli.outputs import cannot_write
from fmsdiag.cli.show_command import read_report
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Report
from fmsdiag.report.redact import mask_secrets
from fmsdiag.report.verdict_code.code import code_of, read_code
from fmsdiag.report.verdict_code.packed import PackedError, is_packed, read_packed
from fmsdiag.report.verdict_code.qr import qr_png, qr_svg_file
from fmsdiag.report.verdict_code.symbols import CodeError
from fmsdiag.report.verdict_code.words import told_code, told_outcome
from fmsdiag.whole_file import write_whole


class CodeTexts(Table, of="cli.code"):
    """What is wrong with what was typed, and what was written."""

    NO_FILE = text("there is no file of that name, and a code has no such characters")
    # translators: {reason} is a sentence
    NO_CODE = text("{reason:name}.")
    QR_OF_A_REPORT = text("--qr needs a report: a code does not hold enough for it")
    QR_FORMAT = text("--qr: the name of the file ends with .png or .svg")
    QR_WRITTEN = text("QR code written: {path:name}")
    # translators: {notice} is a sentence without its full stop
    NO_CODE_OF_NEWER = text("{path:name}: {notice:name}. This version can make no code of it.")


_LOOKS_LIKE_A_FILE = re.compile(r"[/\\.]")
_DRAWINGS: Mapping[str, Callable[[Report], bytes]] = {".png": qr_png, ".svg": qr_svg_file}


def run_code(arguments: argparse.Namespace) -> int:
    """0 when a code was made or read. Raises CliError."""
    console = make_console(sys.stdout, color=False)
    given = " ".join(arguments.what)
    if os.path.exists(given):
        _print_code(given, arguments.qr, console)
        return ExitCode.CONNECTED
    if arguments.qr is not None:
        raise CliError(say(CodeTexts.QR_OF_A_REPORT))
    for line in _told(given):
        _print_line(line, console)
    return ExitCode.CONNECTED


def _print_code(path: str, qr: str | None, console: Console) -> None:
    draw = _drawing(qr) if qr is not None else None
    opened = read_report(path)
    if opened.report is None:
        raise CliError(say(CodeTexts.NO_CODE_OF_NEWER, path=path, notice=opened.notice))
    report = mask_secrets(opened.report)
    code = code_of(report)
    for line in (code, *told_code(read_code(code))):
        _print_line(line, console)
    if qr is None or draw is None:
        return
    try:
        write_whole(Path(qr), draw(report))
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        raise cannot_write("--qr", qr, error) from None
    print(say(CodeTexts.QR_WRITTEN, path=qr), file=sys.stderr)


def _drawing(path: str) -> Callable[[Report], bytes]:
    draw = _DRAWINGS.get(Path(path).suffix.lower())
    if draw is None:
        raise CliError(say(CodeTexts.QR_FORMAT))
    return draw


def _told(typed: str) -> list[str]:
    """What a code, or the text of a QR code, says. Raises CliError that says why it is neither."""
    try:
        return told_outcome(read_packed(typed)) if is_packed(typed) else told_code(read_code(typed))
    except (CodeError, PackedError) as error:
        if not is_packed(typed) and _LOOKS_LIKE_A_FILE.search(typed[:4096]):
            raise CliError(say(CodeTexts.NO_FILE)) from None
        raise CliError(say(CodeTexts.NO_CODE, reason=str(error))) from None


def _print_line(line: str, console: Console) -> None:
    """As it is: a line that begins with spaces belongs to the one above."""
    indent = len(line) - len(line.lstrip(" "))
    console.print(Text.assemble(" " * indent, plain(line)), soft_wrap=True)
