"""The entry of the command line: from arguments to an exit code, whatever happens on the way."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Sequence

from fmsdiag.cli.arguments import make_parser
from fmsdiag.cli.console import CliError, complain, discard, forgive_encoding
from fmsdiag.cli.convert_command import run_convert
from fmsdiag.cli.demo_command import run_demo
from fmsdiag.cli.diagnose_command import run_test
from fmsdiag.cli.exit_codes import ExitCode
from fmsdiag.cli.serve_command import run_serve
from fmsdiag.cli.show_command import run_show

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
        complain(
            f"a fault of fmsdiag itself ({type(error).__name__}: {error}). This says nothing about your network."
        )
        traceback.print_exc()
    return ExitCode.UNKNOWN
