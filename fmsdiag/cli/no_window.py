"""What is said where Qt is missing: why there is no window or drawing, what to install, and what works in the terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from fmsdiag.cli.console import CliError
from fmsdiag.messages.reader import language_of, say, use_language
from fmsdiag.messages.text import Table, text


class NoWindowTexts(Table, of="no-window"):
    """One line each."""

    NO_DISPLAY = text("There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set).")
    # translators: {reason} is Python's or the operating system's own
    CANNOT_OPEN = text("The window cannot be opened: {reason:name}.")
    INSTALL_PACKAGE = text("Install what is missing with: {python:name} -m pip install fmsdiag")
    INSTALL_LIBRARIES = text(
        "Install Qt's system libraries with: make setup, or as root on Debian: {command:name}"
    )
    INSTALL_AGAIN = text("Install fmsdiag again: its Qt libraries cannot be loaded.")
    # translators: {reason} is Python's or the operating system's own; {fix} is a sentence
    CANNOT_DRAW = text("cannot draw the report: {reason:name}. {fix:name}")
    IN_THE_TERMINAL = text("In the terminal, try: {test:name}, or: {demo:name}")
    PROFILE_IN_THE_TERMINAL = text("In the terminal, try: {show:name}, then: {test:name}")
    SHOW_IN_THE_TERMINAL = text("In the terminal, try: {show:name}")


_PROFILE, _LINK = ".fmsdiag", "fmsdiag://"
_LIBRARIES = "apt install libgl1 libegl1 libxkbcommon0"
_SHOW_PROFILE, _TEST_PROFILE = ("fmsdiag", "profile", "show"), ("fmsdiag", "test", "--profile")
_TEST, _DEMO = "fmsdiag test rtmp://HOST/APPLICATION", "fmsdiag demo"


def explain_missing_display(files: Sequence[str]) -> None:
    """On standard error: that there is no display, and what to do with these files instead."""
    use_language(language_of(os.environ))
    _print(say(NoWindowTexts.NO_DISPLAY), instead(files))


def explain_missing_parts(error: ImportError, system: str, files: Sequence[str]) -> None:
    """On standard error: what could not be loaded, and how to get it."""
    use_language(language_of(os.environ))
    reason = say(NoWindowTexts.CANNOT_OPEN, reason=str(error))
    _print(reason, how_to_fix(error, system), instead(files))


def cannot_draw(error: ImportError, system: str) -> CliError:
    """Why a report cannot become a PDF or a picture: Qt draws it, and Qt could not be loaded."""
    return CliError(say(NoWindowTexts.CANNOT_DRAW, reason=str(error), fix=how_to_fix(error, system)))


def how_to_fix(error: ImportError, system: str) -> str:
    """What to install: the Python package, or the system libraries that it needs."""
    if isinstance(error, ModuleNotFoundError):
        return say(NoWindowTexts.INSTALL_PACKAGE, python=sys.executable)
    if system.startswith("linux"):
        return say(NoWindowTexts.INSTALL_LIBRARIES, command=_LIBRARIES)
    return say(NoWindowTexts.INSTALL_AGAIN)


def instead(files: Sequence[str]) -> str:
    """The command that does in the terminal what was wanted of the window."""
    if files and (files[0].lower().endswith(_PROFILE) or files[0].lower().startswith(_LINK)):
        name = "'LINK'" if files[0].lower().startswith(_LINK) else files[0]
        commands = {"show": " ".join((*_SHOW_PROFILE, name)), "test": " ".join((*_TEST_PROFILE, name))}
        return say(NoWindowTexts.PROFILE_IN_THE_TERMINAL, **commands)
    if files:
        return say(NoWindowTexts.SHOW_IN_THE_TERMINAL, show=" ".join(("fmsdiag show", *files[:1])))
    return say(NoWindowTexts.IN_THE_TERMINAL, test=_TEST, demo=_DEMO)


def _print(*lines: str) -> None:
    print(*lines, sep="\n", file=sys.stderr)
