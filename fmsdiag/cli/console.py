"""Where the command line prints: consoles that survive an output that is closed, full or narrow, and any encoding."""

from __future__ import annotations

import contextlib
import errno
import io
import logging
import os
import sys
from collections.abc import Mapping
from typing import IO, TYPE_CHECKING, TextIO

from rich.console import Console
from rich.text import Text

from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.messages.visible import Rendered, one_line

if TYPE_CHECKING:  # its imports are the diagnosis, and `--version` needs a console only for what goes wrong
    from fmsdiag.report.words import Mark

_STYLES = {"good": "green", "caution": "yellow", "bad": "red", "neutral": "dim"}
"""By the value of a mark's Tone."""
_LONGEST = 2000
NARROWEST, USUAL_WIDTH = 20, 80
"""Columns."""


class ConsoleTexts(Table, of="cli.console"):
    """What is said where nothing can be printed."""

    # translators: {reason} is the operating system's own
    CANNOT_WRITE = text("cannot write to standard output: {reason:name}")


class CliError(Exception):
    """Wrong usage, or something outside of fmsdiag that keeps a command from being done; exit code 3."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class PipeConsole(Console):
    """A console whose reader may go away (`fmsdiag test … | head -1`) or whose disk may fill: the run and its reports go on."""

    def on_broken_pipe(self) -> None:
        self.quiet = True
        discard(self.file)

    def _check_buffer(self) -> None:
        try:
            super()._check_buffer()
        except OSError as error:
            self.on_broken_pipe()
            complain_of_output(error)


class Nowhere(io.TextIOWrapper):
    """Takes the place of a standard stream that is closed, as it also is in a Windows program with a window."""

    def __init__(self) -> None:
        super().__init__(open(os.devnull, "wb"), encoding="utf-8")  # noqa: SIM115  closed by the wrapper


def provide_streams() -> None:
    """Give this process a standard output and error output where it was started without."""
    if sys.stdout is None:
        sys.stdout = Nowhere()
    if sys.stderr is None:
        sys.stderr = Nowhere()


def make_console(stream: TextIO, *, color: bool, width: int | None = None) -> Console:
    """A console without markup, emoji or highlighting: text is shown as it is. No `width`: the terminal's."""
    return PipeConsole(
        file=stream,
        no_color=not color,
        color_system="auto" if color else None,
        highlight=False,
        markup=False,
        emoji=False,
        width=width or _width(os.environ.get("COLUMNS", "")),
    )


def _width(columns: str) -> int | None:
    """What to use for a COLUMNS that nothing fits into; none: what the terminal or the variable says."""
    if not (columns.isascii() and columns.isdigit()) or int(columns[:9]) >= NARROWEST:
        return None
    return NARROWEST if int(columns) else USUAL_WIDTH  # 0 means that it is not known


def wants_color(no_color: bool, environment: Mapping[str, str]) -> bool:
    """Color unless --no-color, NO_COLOR (no-color.org) or a dumb terminal say otherwise."""
    return not (no_color or environment.get("NO_COLOR") or environment.get("TERM") == "dumb")


def is_live(console: Console) -> bool:
    """Whether lines can be redrawn in place: a terminal that takes color and cursor movement."""
    return console.is_terminal and not console.no_color


def icon(mark: Mark, console: Console) -> str:
    """The mark's symbol, or its plain form where the encoding has no such symbol."""
    return mark.icon if console.encoding.lower().startswith("utf") else mark.ascii_icon


def with_icon(mark: Mark, text: str, console: Console) -> str:
    """The mark's symbol and the text."""
    return Rendered(f"{icon(mark, console)} {safe(text)}")


def marked(mark: Mark, text: str, console: Console, *, bold: bool = False) -> Text:
    """Icon and words in the color of the mark's tone."""
    style = _STYLES[mark.tone.value] + (" bold" if bold else "")
    return Text(with_icon(mark, text, console), style=style)


def safe(text: str) -> str:
    """Text from outside on one line, with nothing in it that a terminal would obey."""
    return one_line(text, _LONGEST)


def plain(text: str, style: str = "") -> Text:
    return Text(safe(text), style=style)


PIPES_END_IN_EINVAL = sys.platform == "win32"
"""Windows tells of a pipe that nobody reads by EINVAL (python/cpython issue 79935)."""


def is_closed_pipe(error: OSError) -> bool:
    """Whether whoever reads the output has gone: no fault, and nobody to complain to."""
    if isinstance(error, BrokenPipeError):
        return True
    return PIPES_END_IN_EINVAL and error.errno == errno.EINVAL and error.filename is None


def discard(stream: IO[str]) -> None:
    """Send the rest of `stream` to nowhere, so that flushing it at exit raises nothing."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def complain(message: str) -> None:
    """One line on standard error, as Unix tools do: "fmsdiag: …"."""
    with contextlib.suppress(OSError):
        print(f"fmsdiag: {one_line(message, _LONGEST)}", file=sys.stderr)


def complain_of_output(error: OSError) -> None:
    """Say that standard output takes nothing, which is no fault of fmsdiag."""
    complain(say(ConsoleTexts.CANNOT_WRITE, reason=error.strerror or str(error)))


def silence_libraries() -> None:
    """No warning of Python or a library stands between our lines, where it would quote what no mask has seen."""
    logging.captureWarnings(True)
    logging.getLogger().addHandler(logging.NullHandler())


def forgive_encoding(stream: TextIO) -> None:
    """Make a stream show "?" for what its encoding lacks, rather than fail in the middle of a report."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")
