"""`fmsdiag pseudonyms`: what the names in strict reports of this computer stand for, and answers with them read back."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table as Columns
from rich.text import Text

from fmsdiag.cli.console import CliError, complain, make_console, plain, wants_color
from fmsdiag.cli.exit_codes import ExitCode
from fmsdiag.cli.outputs import STANDARD_OUTPUT, reason_of
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.messages.visible import visible
from fmsdiag.pseudonyms.place import chosen_path, set_aside_files
from fmsdiag.pseudonyms.store import PseudonymError, forget_pseudonyms, kept_pseudonyms
from fmsdiag.report.pseudonyms import read_back

MOST_READ = 10_000_000
"""Bytes of a text that is read back."""


class PseudonymTexts(Table, of="cli.pseudonyms"):
    """What is said of them."""

    EMPTY = text("no pseudonym was given yet; only strict reports have them (--level strict)")
    OFF = text("no pseudonyms are kept, because FMSDIAG_PSEUDONYMS is none")
    CANNOT_OPEN = text("{path:name}: {reason:name}")
    SET_ASIDE = text(
        "The pseudonyms were damaged and cannot be opened. They were kept as {path:name}; new ones have higher numbers."
    )
    TOO_LONG = text("{path:name}: the text is too long (over {limit:size})")
    DELETED = text("Deleted: all pseudonyms ({count}). Reports that have them can no longer be read back.")
    NAME = text("In reports")
    VALUE = text("Stands for")


def run_pseudonyms(arguments: argparse.Namespace) -> int:
    """0 when it could be done. Raises CliError."""
    path = chosen_path(os.environ)
    if path is None:
        raise CliError(say(PseudonymTexts.OFF))
    console = make_console(sys.stdout, color=wants_color(arguments.no_color, os.environ))
    try:
        for aside in set_aside_files(path):
            complain(say(PseudonymTexts.SET_ASIDE, path=str(aside)))
        _act(arguments, path, console)
    except (PseudonymError, OSError) as error:
        raise CliError(say(PseudonymTexts.CANNOT_OPEN, path=str(path), reason=str(error))) from None
    return ExitCode.CONNECTED


def _act(arguments: argparse.Namespace, path: Path, console: Console) -> None:
    match arguments.action:
        case "read":
            words = read_back(_text(arguments.file), kept_pseudonyms(path))
            console.print(Text(visible(words.removesuffix("\n"), keep_newlines=True)), soft_wrap=True)
        case "delete":
            console.print(plain(say(PseudonymTexts.DELETED, count=forget_pseudonyms(path))))
        case _:
            _list(path, console)


def _list(path: Path, console: Console) -> None:
    kept = kept_pseudonyms(path)
    if not kept:
        console.print(plain(say(PseudonymTexts.EMPTY)))
        return
    columns = Columns(box=None, padding=(0, 2, 0, 0), header_style="bold")
    columns.add_column(say(PseudonymTexts.NAME), no_wrap=True)
    columns.add_column(say(PseudonymTexts.VALUE), overflow="fold")
    for each in kept:
        columns.add_row(plain(each.name), plain(each.value))
    console.print(columns)


def _text(path: str) -> str:
    """What is to be read back, from a file or from standard input. Raises CliError."""
    try:
        if path == STANDARD_OUTPUT:
            data = sys.stdin.buffer.read(MOST_READ + 1)
        else:
            with Path(path).open("rb") as file:
                data = file.read(MOST_READ + 1)
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        raise CliError(say(PseudonymTexts.CANNOT_OPEN, path=path, reason=reason_of(error))) from None
    if len(data) > MOST_READ:
        raise CliError(say(PseudonymTexts.TOO_LONG, path=path, limit=MOST_READ))
    return data.decode("utf-8", "replace").replace("\r\n", "\n")
