"""The entry of the command line: from arguments to an exit code, whatever happens on the way."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from fmsdiag.cli.arguments import make_parser
from fmsdiag.cli.command_log import command_log, describe_fault
from fmsdiag.cli.console import CliError, complain, discard, forgive_encoding
from fmsdiag.cli.convert_command import run_convert
from fmsdiag.cli.demo_command import run_demo
from fmsdiag.cli.diagnose_command import run_test
from fmsdiag.cli.exit_codes import ExitCode
from fmsdiag.cli.serve_command import run_serve
from fmsdiag.cli.show_command import run_show
from fmsdiag.log import record_fault

COMMANDS: dict[str, Callable[..., int]] = {
    "test": run_test,
    "demo": run_demo,
    "serve": run_serve,
    "show": run_show,
    "convert": run_convert,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; nothing is raised."""
    for stream in (sys.stdout, sys.stderr):
        forgive_encoding(stream)
    try:
        arguments = make_parser().parse_args(argv)
    except SystemExit as ended:  # --help, --version and wrong usage have printed what they had to say
        return ended.code if isinstance(ended.code, int) else ExitCode.CONNECTED
    with command_log(arguments, os.environ):
        return _run(arguments)


def _run(arguments: argparse.Namespace) -> int:
    try:
        code = int(COMMANDS[arguments.command](arguments))
        sys.stdout.flush()
        return code
    except CliError as error:
        complain(str(error))
    except BrokenPipeError:
        discard(sys.stdout)
    except KeyboardInterrupt:
        complain("stopped")
    except Exception as error:
        fault = record_fault(error)
        complain(describe_fault(fault))
        if fault.log is None:  # then nothing else would have it
            fault.print_traceback()
    return ExitCode.UNKNOWN
