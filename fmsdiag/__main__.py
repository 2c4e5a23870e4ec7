"""`fmsdiag`: the window without arguments or with files to open, the command line otherwise."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from fmsdiag import __version__

if TYPE_CHECKING:
    from fmsdiag.model import Report

EXIT_UNKNOWN = 3
OPENED = (".html", ".htm", ".fmsdiag-report", ".json", ".zip", ".fmsdiag")
"""Endings of the files that the window opens: reports, what is saved for support, and profiles of tests."""
LINKS = "fmsdiag://"
"""How links begin that hold a profile."""
OBJECTS_BETWEEN_COLLECTIONS = 100_000
"""Loading makes many objects and hardly any garbage: looking for some every 700 objects takes a tenth of a start."""


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code of the window or the command."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments == ["--version"]:
        return print_version()
    expect_many_objects()
    if arguments and all(map(is_file_to_open, arguments)):
        return open_window(arguments)
    if arguments:
        try:
            from fmsdiag.cli.main import main as command_line

            return command_line(arguments, draw_report)
        except KeyboardInterrupt:  # before there is anything that could answer it, or after all is done
            return EXIT_UNKNOWN
    return open_window()


def expect_many_objects() -> None:
    """Let Python look for garbage seldom: whatever starts the program calls it first."""
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)


def print_version() -> int:
    """What `fmsdiag --version` says, as quickly as a program that watches others may ask for it."""
    try:
        print(f"fmsdiag {__version__}", flush=True)
    except OSError as error:
        from fmsdiag.cli.console import complain_of_output, discard, is_closed_pipe

        discard(sys.stdout)
        if not is_closed_pipe(error):
            complain_of_output(error)
        return EXIT_UNKNOWN
    return 0


def is_file_to_open(argument: str) -> bool:
    """Whether this is a report for the window: a file's ending tells, or that it is there and no command's name."""
    if argument.startswith("-"):
        return False
    if argument.lower().endswith(OPENED) or argument.lower().startswith(LINKS):
        return True
    if not os.path.isfile(argument):
        return False
    from fmsdiag.cli.main import COMMANDS

    return argument not in COMMANDS


def open_window(files: Sequence[str] = ()) -> int:
    """Open the window, with the reports in it that are named; or say what is missing for it and what works instead."""
    if lacks_display(sys.platform, os.environ):
        from fmsdiag.cli.no_window import explain_missing_display

        explain_missing_display(files)
        return EXIT_UNKNOWN
    try:
        from fmsdiag.gui.app import main as window
    except ImportError as error:
        from fmsdiag.cli.no_window import explain_missing_parts

        explain_missing_parts(error, sys.platform, files)
        return EXIT_UNKNOWN
    return window(list(files))


def draw_report(report: Report, kind: str) -> bytes:
    """A report as "pdf" or "png", drawn by the window's own code. Raises CliError where Qt is missing."""
    if sys.platform not in ("win32", "darwin"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"  # Qt ends the process where a display does not answer
    try:
        from fmsdiag.gui.paper_conversion import draw
    except ImportError as error:
        from fmsdiag.cli.no_window import cannot_draw

        raise cannot_draw(error, sys.platform) from None
    return draw(report, kind)


def lacks_display(system: str, environment: Mapping[str, str]) -> bool:
    """Whether a window would end the process at once: Qt aborts where it finds no display."""
    if system in ("win32", "darwin") or environment.get("QT_QPA_PLATFORM"):
        return False
    return not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


if __name__ == "__main__":
    sys.exit(main())
