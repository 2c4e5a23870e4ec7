"""`fmsdiag demo`: a network with a known fault on loopback, the whole diagnosis of it, and the reports."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from fmsdiag.cli.arguments import DEMO_FOLDER
from fmsdiag.cli.console import CliError, is_live, make_console, plain, wants_color
from fmsdiag.cli.exit_codes import ExitCode
from fmsdiag.cli.fault_texts import demo_text
from fmsdiag.cli.outputs import Format, cannot_write, encode, reason_of, written
from fmsdiag.cli.running import run_diagnosis, show_result
from fmsdiag.cli.verdict_card import cause_line
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Options, Report, VerdictStatus
from fmsdiag.port_list import parse_ports
from fmsdiag.report.file_name import file_name
from fmsdiag.report.redact import redact
from fmsdiag.server.demo import demo_network
from fmsdiag.server.faults import FaultError
from fmsdiag.target import parse_target
from fmsdiag.whole_file import write_whole

_FORMATS: tuple[tuple[Format, str], ...] = (
    ("html", "html"),
    ("json", "json"),
    ("markdown", "md"),
)


class DemoCommandTexts(Table, of="cli.demo"):
    """What is printed before and after a demo's diagnosis."""

    # translators: {what} is a clause such as "the server accepts connections and never answers"
    INTRODUCTION = text(
        "Demo {name:quote}: {what:name}. The server and the fault run on this computer; nothing else is contacted."
    )
    VERDICT = text("Result: {status:name}. Cause: {cause:name}.")
    # translators: {reason} is the operating system's own
    NO_NETWORK = text("The demo cannot be set up: {reason:name}")
    CANNOT_USE = text("--output: cannot use {path:name}: {reason:name}")
    CANNOT_WRITE_INTO = text("--output: cannot write to {path:name}")


def run_demo(arguments: argparse.Namespace) -> int:
    """0 when the diagnosis was done, whatever it found: a fault is what a demo is about. Raises CliError."""
    console = make_console(sys.stdout, color=wants_color(arguments.no_color, os.environ))
    folder = _folder(arguments.output).absolute()
    report = asyncio.run(_diagnose(arguments.fault, console))
    paths = _write(report, folder)
    show_result(report, console, with_timeline=is_live(console))
    console.print()
    result = say(DemoCommandTexts.VERDICT, status=report.verdict.status.value, cause=cause_line(report))
    console.print(plain(result, "bold"))
    for path in paths:
        console.print(plain(written(path)), soft_wrap=True)
    return ExitCode.UNKNOWN if report.verdict.status is VerdictStatus.STOPPED else ExitCode.CONNECTED


async def _diagnose(fault: str, console: Console) -> Report:
    try:
        async with demo_network(fault) as demo:
            what = say(demo_text(fault))
            console.print(plain(say(DemoCommandTexts.INTRODUCTION, name=demo.name, what=what)))
            console.print()
            # No checks and no third party: nothing but the demo's own ports is part of its network.
            options = Options(ports=parse_ports(demo.ports_text), checks=(), control=None, resolver=None)
            return await run_diagnosis(parse_target(demo.url), options, console)
    except FaultError as error:
        raise CliError(say(error.said, **error.values)) from None
    except OSError as error:
        raise CliError(say(DemoCommandTexts.NO_NETWORK, reason=reason_of(error))) from None


def _folder(wanted: str | None) -> Path:
    """The folder for the reports, made if needed: the one asked for, else one here, else a temporary one."""
    if wanted is not None:
        try:
            Path(wanted).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            said = DemoCommandTexts.CANNOT_USE
            raise CliError(say(said, path=wanted, reason=reason_of(error))) from None
        if not os.access(wanted, os.W_OK):
            raise CliError(say(DemoCommandTexts.CANNOT_WRITE_INTO, path=wanted))
        return Path(wanted)
    try:
        Path(DEMO_FOLDER).mkdir(exist_ok=True)
    except OSError:
        return Path(tempfile.mkdtemp(prefix=f"{DEMO_FOLDER}-"))
    if os.access(DEMO_FOLDER, os.W_OK):
        return Path(DEMO_FOLDER)
    return Path(tempfile.mkdtemp(prefix=f"{DEMO_FOLDER}-"))


def _write(report: Report, folder: Path) -> list[Path]:
    hidden = redact(report)
    paths = []
    for kind, extension in _FORMATS:
        path = folder / file_name(report, extension)
        try:
            write_whole(path, encode(kind, hidden))
        except OSError as error:
            raise cannot_write("--output", path, error) from None
        paths.append(path)
    return paths
