"""`fmsdiag demo`: a network with a known fault on loopback, the whole diagnosis of it, and the reports."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from fmsdiag.cli.console import CliError, is_live, make_console, plain, wants_color
from fmsdiag.cli.exit_codes import ExitCode
from fmsdiag.cli.outputs import Format, encode
from fmsdiag.cli.running import run_diagnosis, show_result
from fmsdiag.cli.verdict_card import cause_line
from fmsdiag.model import Options, Report, VerdictStatus
from fmsdiag.report.file_name import file_name
from fmsdiag.report.redact import redact
from fmsdiag.server.demo import Demo, demo_network
from fmsdiag.target import parse_ports, parse_target

FOLDER = "fmsdiag-demo"
_FORMATS: tuple[tuple[Format, str], ...] = (
    ("html", "html"),
    ("json", "json"),
    ("markdown", "md"),
)


def run_demo(arguments: argparse.Namespace) -> int:
    """0 when the diagnosis was done, whatever it found: a fault is what a demo is about. Raises CliError."""
    console = make_console(sys.stdout, color=wants_color(arguments.no_color, os.environ))
    folder = _folder(arguments.output).absolute()
    report = asyncio.run(_diagnose(arguments.fault, console))
    paths = _write(report, folder)
    show_result(report, console, with_timeline=is_live(console))
    console.print()
    console.print(plain(f"Verdict: {report.verdict.status.value}. Cause: {cause_line(report)}.", "bold"))
    for path in paths:
        console.print(plain(f"Report written: {path}"), soft_wrap=True)
    return ExitCode.UNKNOWN if report.verdict.status is VerdictStatus.STOPPED else ExitCode.CONNECTED


async def _diagnose(fault: str, console: Console) -> Report:
    try:
        async with demo_network(fault) as demo:
            console.print(plain(_introduction(demo)))
            console.print()
            # No checks and no third party: nothing but the demo's own ports is part of its network.
            options = Options(ports=parse_ports(demo.ports_text), checks=(), control=None, resolver=None)
            return await run_diagnosis(parse_target(demo.url), options, console)
    except ValueError as error:
        raise CliError(str(error)) from None
    except OSError as error:
        raise CliError(f"the demo's network cannot be set up: {error.strerror or error}") from None


def _introduction(demo: Demo) -> str:
    return (
        f"Demo “{demo.name}”: {demo.description}. The server and the fault run on this computer; "
        "nothing else is contacted."
    )


def _folder(wanted: str | None) -> Path:
    """The folder for the reports, made if needed: the one asked for, else one here, else a temporary one."""
    if wanted is not None:
        try:
            Path(wanted).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CliError(f"--output: cannot use {wanted}: {error.strerror or error}") from None
        if not os.access(wanted, os.W_OK):
            raise CliError(f"--output: cannot write into {wanted}")
        return Path(wanted)
    try:
        Path(FOLDER).mkdir(exist_ok=True)
    except OSError:
        return Path(tempfile.mkdtemp(prefix=f"{FOLDER}-"))
    return Path(FOLDER) if os.access(FOLDER, os.W_OK) else Path(tempfile.mkdtemp(prefix=f"{FOLDER}-"))


def _write(report: Report, folder: Path) -> list[Path]:
    hidden = redact(report)
    paths = []
    for kind, extension in _FORMATS:
        path = folder / file_name(report, extension)
        try:
            path.write_bytes(encode(kind, hidden))
        except OSError as error:
            raise CliError(f"cannot write {path}: {error.strerror or error}") from None
        paths.append(path)
    return paths
