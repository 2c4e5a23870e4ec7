"""`fmsdiag test`: read the arguments, list what will be contacted, diagnose, write the reports, show the verdict."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.console import Console

from fmsdiag.cli.consent import read_server_login
from fmsdiag.cli.console import CliError, is_live, make_console, marked, plain, wants_color
from fmsdiag.cli.exit_codes import ExitCode, exit_code_of_run
from fmsdiag.cli.interrupts import finish_first
from fmsdiag.cli.options import PlannedRun, announced, read_options
from fmsdiag.cli.outputs import Output, wanted_outputs, write_outputs
from fmsdiag.cli.paragraphs import print_wrapped
from fmsdiag.cli.running import run_diagnosis, show_result
from fmsdiag.cli.support_output import redacted
from fmsdiag.journal.recorder import open_journal
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Assignment, Redaction, Report, VerdictStatus

if TYPE_CHECKING:
    from fmsdiag.probe.sockets.recording import TrafficRecorder


class DiagnoseTexts(Table, of="cli.diagnose"):
    STRICT_PACKETS = text(
        "--pcapng cannot be used with --level strict: a strict report leaves out what the connections carry"
    )


def run_test(arguments: argparse.Namespace) -> int:
    """The exit code of the verdict, or 3 when a report could not be written; the worst one of several. Raises CliError."""
    if arguments.obs is not None:
        from fmsdiag.cli.obs_command import server_from_obs

        arguments.server = server_from_obs(arguments.obs, os.environ)
    if arguments.profile is None:
        return run_planned(read_options(arguments, os.environ), arguments)[0]
    from fmsdiag.cli.profile_run import profile_runs, with_own_outputs

    runs = profile_runs(arguments, os.environ)
    each = [with_own_outputs(arguments, number, len(runs)) for number in range(1, len(runs) + 1)]
    worst = ExitCode.CONNECTED
    for planned, own in zip(runs, each, strict=True):
        code, report = run_planned(planned, own)
        worst = max(worst, code)
        if report.verdict.status is VerdictStatus.STOPPED:  # one Ctrl-C stops all of it
            break
    return worst


def run_planned(planned: PlannedRun, arguments: argparse.Namespace) -> tuple[ExitCode, Report]:
    """One run: say what it contacts, make it, write its reports, show its verdict. Raises CliError."""
    credentials = replace(planned.credentials, server=_login(arguments))
    outputs = _outputs(arguments)
    recorder = _recorder(outputs)
    console = _console(arguments, outputs)
    if not arguments.quiet:
        if planned.assignment is not None:
            _announce_profile(planned.assignment, console)
        for line in announced(planned, signs_in=credentials.server is not None):
            print_wrapped(line, console)
        console.print()
    with finish_first() as interrupts:
        report = asyncio.run(
            run_diagnosis(
                planned.target,
                planned.options,
                None if arguments.quiet else console,
                credentials,
                planned.plan,
                planned.proxies,
                open_journal(os.environ),
                interrupts,
                recorder,
                planned.assignment,
            )
        )
        from fmsdiag.report.redact import redact

        hidden = redacted(report, arguments.level, os.environ, include_sensitive=arguments.include_sensitive)
        said: list[str] = []
        packets = _packets(report, recorder, arguments.include_sensitive)
        is_written = write_outputs(outputs, hidden, said.append, packets, getattr(arguments, "draw", None))
        _show(report, said, console, arguments.quiet)
        if arguments.since_last:
            from fmsdiag.cli.history_command import since_last

            console.print(plain(since_last(redact(report), os.environ)), soft_wrap=True)
    return exit_code_of_run(report) if is_written else ExitCode.UNKNOWN, report


def _outputs(arguments: argparse.Namespace) -> list[Output]:
    """Raises CliError where one cannot be written, or says more than the level allows."""
    if arguments.pcapng and arguments.level == Redaction.STRICT:
        raise CliError(say(DiagnoseTexts.STRICT_PACKETS))
    paths = (arguments.json, arguments.markdown, arguments.html, arguments.pcapng, arguments.support)
    return wanted_outputs(*paths)


def _announce_profile(assignment: Assignment, console: Console) -> None:
    from fmsdiag.report.view import prepared_line

    print_wrapped(prepared_line(assignment.prepared), console)


def _recorder(outputs: list[Output]) -> TrafficRecorder | None:
    """What keeps the traffic; none where nobody wants packets, so that nothing is kept and nothing loaded."""
    if not any(output.format == "pcapng" for output in outputs):
        return None
    from fmsdiag.probe.sockets.recording import TrafficRecorder

    return TrafficRecorder()


def _packets(
    report: Report, recorder: TrafficRecorder | None, include_sensitive: bool
) -> Callable[[], bytes] | None:
    if recorder is None:
        return None
    from fmsdiag.report.packets.packet_file import packet_file

    return lambda: packet_file(
        report, recorder.traffic, recorder.secrets, include_sensitive=include_sensitive
    )


def _console(arguments: argparse.Namespace, outputs: list[Output]) -> Console:
    """Standard output, unless a report goes there: then everything else goes to standard error."""
    is_taken = any(output.is_standard_output for output in outputs)
    stream = sys.stderr if is_taken else sys.stdout
    return make_console(stream, color=wants_color(arguments.no_color, os.environ))


def _show(report: Report, said: list[str], console: Console, quiet: bool) -> None:
    if quiet:
        from fmsdiag.report.redact import mask_secrets
        from fmsdiag.report.view import ReportView
        from fmsdiag.report.words import describe_verdict

        view = ReportView(mask_secrets(report))
        console.print(marked(view.mark, describe_verdict(view.report.verdict), console), soft_wrap=True)
        return
    show_result(report, console, with_timeline=is_live(console))
    if said:
        console.print()
    for line in said:
        console.print(plain(line), soft_wrap=True)


def _login(arguments: argparse.Namespace) -> tuple[str, str] | None:
    """The user's name and password for the server; asked for where a person is at the terminal."""
    ask = getpass.getpass if sys.stdin is not None and sys.stdin.isatty() else None
    return read_server_login(arguments, os.environ, ask)
