"""The entry of the command line: from arguments to an exit code, whatever happens on the way."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from fmsdiag.cli.arguments import make_parser
from fmsdiag.cli.command_log import command_log, describe_fault
from fmsdiag.cli.console import (
    CliError,
    complain,
    complain_of_output,
    discard,
    forgive_encoding,
    is_closed_pipe,
    provide_streams,
    silence_libraries,
)
from fmsdiag.cli.exit_codes import ExitCode
from fmsdiag.log import record_fault
from fmsdiag.messages.reader import language_of, say, use_language
from fmsdiag.messages.text import Table, text

if TYPE_CHECKING:
    from fmsdiag.cli.support_output import Draw

COMMANDS = (
    "test",
    "demo",
    "serve",
    "show",
    "convert",
    "code",
    "compare",
    "rejudge",
    "explain",
    "profile",
    "history",
    "pseudonyms",
    "obs",
    "services",
)


class MainTexts(Table, of="cli"):
    """What is said of a command as a whole."""

    STOPPED = text("stopped")


def main(argv: Sequence[str] | None = None, draw: Draw | None = None) -> int:
    """Run the command line and return its exit code; nothing is raised.

    `draw` makes PDF and PNG of a report: Qt draws them, and the command line has none of it.
    """
    provide_streams()
    silence_libraries()
    for stream in (sys.stdout, sys.stderr):
        forgive_encoding(stream)
    use_language(language_of(os.environ))
    try:
        given = list(sys.argv[1:] if argv is None else argv)
        arguments = make_parser(given[0] if given and given[0] in COMMANDS else None).parse_args(given)
    except SystemExit as ended:  # --help, --version and wrong usage have printed what they had to say
        return ended.code if isinstance(ended.code, int) else ExitCode.CONNECTED
    arguments.draw = draw
    with command_log(arguments, os.environ):
        return _run(arguments)


def run_command(arguments: argparse.Namespace) -> int:
    """What the command's own function does. Its module is imported here, so that `--version` and `--help` need none."""
    run: Callable[[argparse.Namespace], int]
    match arguments.command:
        case "test":
            from fmsdiag.cli.diagnose_command import run_test as run
        case "demo":
            from fmsdiag.cli.demo_command import run_demo as run
        case "serve":
            from fmsdiag.cli.serve_command import run_serve as run
        case "show":
            from fmsdiag.cli.show_command import run_show as run
        case "convert":
            from fmsdiag.cli.convert_command import run_convert as run
        case "code":
            from fmsdiag.cli.code_command import run_code as run
        case "compare":
            from fmsdiag.cli.compare_command import run_compare as run
        case "rejudge":
            from fmsdiag.cli.rejudge_command import run_rejudge as run
        case "profile":
            from fmsdiag.cli.profile_command import run_profile_command as run
        case "history":
            from fmsdiag.cli.history_command import run_history as run
        case "pseudonyms":
            from fmsdiag.cli.pseudonyms_command import run_pseudonyms as run
        case "obs":
            from fmsdiag.cli.obs_command import run_obs as run
        case "services":
            from fmsdiag.cli.services_command import run_services as run
        case _:
            from fmsdiag.cli.explain_command import run_explain as run
    return int(run(arguments))


def _flush() -> None:
    try:
        sys.stdout.flush()
    except OSError as error:
        if is_closed_pipe(error):
            raise
        discard(sys.stdout)
        complain_of_output(error)


def _run(arguments: argparse.Namespace) -> int:
    try:
        code = run_command(arguments)
        _flush()
        return code
    except CliError as error:
        complain(error.message)
    except KeyboardInterrupt:
        complain(say(MainTexts.STOPPED))
    except Exception as error:
        if isinstance(error, OSError) and is_closed_pipe(error):
            discard(sys.stdout)
            return ExitCode.UNKNOWN
        fault = record_fault(error)
        complain(describe_fault(fault))
        if fault.log is None:  # then nothing else would have it
            fault.print_traceback()
    return ExitCode.UNKNOWN
