"""How the terminal lays out what is read: headings, paragraphs, lists, and steps with numbers."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from fmsdiag.cli.console import plain
from fmsdiag.messages.visible import visible

_INDENT = 2
_NARROWEST = 20


def print_paragraph(text: str, console: Console) -> None:
    """An empty line, then the text."""
    if text:
        console.print()
        print_wrapped(text, console)


def print_wrapped(text: str | Text, console: Console) -> None:
    """The text, without spaces where its lines end."""
    shown = text if isinstance(text, Text) else plain(text)
    for line in shown.wrap(console, max(_NARROWEST, console.width)):
        line.rstrip()
        console.print(line)


def print_heading(text: str, console: Console) -> None:
    """An empty line, then the text in bold."""
    console.print()
    console.print(plain(text, "bold"))


def print_list(heading: str, items: Sequence[str], console: Console) -> None:
    """A heading and its items; nothing where there are none."""
    if items:
        print_heading(heading, console)
        bullet = "•" if console.encoding.lower().startswith("utf") else "-"
        for item in items:
            _hanging(bullet, item, console, _INDENT)


def print_steps(reader: str, steps: Sequence[str], console: Console) -> None:
    """A reader's name and what to do, first things first; nothing where there are no steps."""
    if steps:
        console.print(Text.assemble(" " * _INDENT, plain(reader, "bold")))
        for number, step in enumerate(steps, 1):
            _hanging(f"{number}.", step, console, 2 * _INDENT)


def print_as_it_is(lines: Sequence[str], console: Console) -> None:
    """Lines without indent, frame or wrapping, so that they can be copied."""
    for line in lines:
        console.print(Text(visible(line)), soft_wrap=True)


def print_indented(lines: Sequence[str], console: Console) -> None:
    """Lines that belong to the one above; an address is never broken, so that it can be copied."""
    for line in lines:
        console.print(Text.assemble(" " * _INDENT, plain(line)), soft_wrap=True)


def _hanging(mark: str, text: str, console: Console, indent: int) -> None:
    """An item: its further lines begin where its first word does."""
    width = max(_NARROWEST, console.width - indent - len(mark) - 1)
    for number, line in enumerate(plain(text).wrap(console, width)):
        line.rstrip()
        begin = mark if number == 0 else " " * len(mark)
        console.print(Text.assemble(" " * indent, begin, " ", line))
