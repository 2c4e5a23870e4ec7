"""`fmsdiag compare`: two saved reports beside each other, and whose side they point to; nothing is sent anywhere."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable

from rich import box
from rich.console import Console
from rich.table import Table as Grid

from fmsdiag.cli.console import CliError, complain, make_console, plain, wants_color
from fmsdiag.cli.exit_codes import ExitCode
from fmsdiag.cli.outputs import STANDARD_OUTPUT, Output, deliver, wanted_outputs
from fmsdiag.cli.paragraphs import print_heading, print_list, print_wrapped
from fmsdiag.cli.show_command import ShowTexts, read_report
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Report
from fmsdiag.report import json
from fmsdiag.report.comparison import html, markdown
from fmsdiag.report.comparison.compare import compare
from fmsdiag.report.comparison.result import Comparison, Roles
from fmsdiag.report.comparison.view import ComparisonTexts, ComparisonView
from fmsdiag.report.redact import redact

NARROW = 70
"""Columns below which tables would break words."""


class CompareTexts(Table, of="cli.compare"):
    """What the terminal says of a comparison."""

    # translators: {role} is "Customer", "Support", "Before" or "After"
    CAUSE_OF = text("{role:name}. {cause:name}")
    REMARK = text("{label:name}: {remark:name}")
    # translators: {notice} is a sentence without its full stop
    NEWER = text("{path:name}: {notice:name}. It cannot be compared by this version.")


def run_compare(arguments: argparse.Namespace) -> int:
    """0 when both reports were compared, whatever comes of it. Raises CliError that names the file that cannot be."""
    first, second = (_read(path) for path in (arguments.first, arguments.second))
    outputs = wanted_outputs(arguments.json, arguments.markdown, arguments.html)
    roles = Roles.BEFORE_AND_AFTER if arguments.before_after else Roles.CUSTOMER_AND_SUPPORT
    compared = compare(first, second, roles)
    to_stdout = any(output.is_standard_output for output in outputs)
    console = make_console(
        sys.stderr if to_stdout else sys.stdout, color=wants_color(arguments.no_color, os.environ)
    )
    print_comparison(compared, console)
    for output in outputs:
        path = STANDARD_OUTPUT if output.is_standard_output else output.path
        deliver(f"--{output.format}", path, encode(output, compared))
    return ExitCode.CONNECTED


def encode(output: Output, compared: Comparison) -> bytes:
    """The comparison in the format of that output."""
    match output.format:
        case "json":
            return json.pretty(compared)
        case "markdown":
            return markdown.render(compared).encode()
        case _:
            return html.render(compared).encode()


def print_comparison(compared: Comparison, console: Console) -> None:
    """The reading and the side, what shows it, then every row and every fact that differs."""
    view = ComparisonView(compared)
    console.print(plain(view.statement, "bold"))
    if view.side:
        print_wrapped(view.side, console)
    console.print()
    for side in view.sides:
        print_wrapped(say(CompareTexts.CAUSE_OF, role=side.role, cause=side.cause), console)
    print_list(say(ComparisonTexts.EVIDENCE), view.evidence, console)
    print_list(say(ComparisonTexts.CAUTIONS), view.cautions, console)
    if console.width < NARROW:
        _print_as_lists(view, console)
        return
    if view.rows:
        print_heading(say(ComparisonTexts.ROWS), console)
        heads = (say(ComparisonTexts.TRIED), *view.roles, say(ComparisonTexts.READING))
        _print_grid(heads, [(r.tried, r.first, r.second, r.reading) for r in view.rows], console)
        if view.left_out:
            print_wrapped(view.left_out, console)
    if view.differences:
        print_heading(say(ComparisonTexts.DIFFERENCES), console)
        _print_grid(
            (say(ComparisonTexts.FACT), *view.roles),
            [(d.label, d.first, d.second) for d in view.differences],
            console,
        )
        for each in view.differences:
            if each.remark:
                print_wrapped(say(CompareTexts.REMARK, label=each.label, remark=each.remark), console)
    print_heading(say(ComparisonTexts.REPORTS), console)
    _print_grid(("", *view.roles), view.lines_of_sides, console)


def _print_as_lists(view: ComparisonView, console: Console) -> None:
    """The tables as lists, where no table has room."""
    print_list(
        say(ComparisonTexts.ROWS), [*(r.line for r in view.rows), *filter(None, [view.left_out])], console
    )
    facts = [part for d in view.differences for part in (d.line, d.remark) if part]
    print_list(say(ComparisonTexts.DIFFERENCES), facts, console)
    print_list(say(ComparisonTexts.REPORTS), list(view.described_sides), console)


def _print_grid(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]], console: Console) -> None:
    grid = Grid(box=box.ASCII_DOUBLE_HEAD if not console.encoding.lower().startswith("utf") else box.SIMPLE)
    for head in heads:
        grid.add_column(plain(head), overflow="fold")
    for row in rows:
        grid.add_row(*map(plain, row))
    console.print(grid)


def _read(path: str) -> Report:
    """The report in that file, with what must not leave this computer hidden: a comparison is made to be handed on."""
    opened = read_report(path)
    if opened.report is None:
        raise CliError(say(CompareTexts.NEWER, path=path, notice=opened.notice))
    if opened.notice:
        complain(say(ShowTexts.CANNOT_OPEN, path=path, reason=opened.notice))
    return redact(opened.report)
