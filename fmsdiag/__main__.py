"""`fmsdiag`: the window without arguments, the command line with them."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

EXIT_UNKNOWN = 3
IN_THE_TERMINAL = "In the terminal, try: fmsdiag test rtmp://HOST/APPLICATION, or: fmsdiag demo"


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code of the window or the command."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments:
        from fmsdiag.cli.main import main as command_line

        return command_line(arguments)
    return open_window()


def open_window() -> int:
    """Open the window, or say what is missing for it and what works instead."""
    if lacks_display(sys.platform, os.environ):
        return _no_window("There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set).")
    try:
        from fmsdiag.gui.app import main as window
    except ImportError as error:
        return _no_window(f"The window cannot be opened: {error}.\n{how_to_mend(error, sys.platform)}")
    return window([])


def lacks_display(system: str, environment: Mapping[str, str]) -> bool:
    """Whether a window would end the process at once: Qt aborts where it finds no display."""
    if system in ("win32", "darwin") or environment.get("QT_QPA_PLATFORM"):
        return False
    return not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def how_to_mend(error: ImportError, system: str) -> str:
    """What to install: the Python package, or the system libraries that it needs."""
    if isinstance(error, ModuleNotFoundError):
        return f"Install what is missing with: {sys.executable} -m pip install fmsdiag"
    if system.startswith("linux"):
        return "Install Qt's system libraries with: make setup, or as root on Debian: apt install libgl1 libegl1 libxkbcommon0"
    return "Install fmsdiag anew: its Qt libraries do not load."


def _no_window(message: str) -> int:
    print(f"{message}\n{IN_THE_TERMINAL}", file=sys.stderr)
    return EXIT_UNKNOWN


if __name__ == "__main__":
    sys.exit(main())
