"""Writes the man page and the shell completions from the command line's own parser: `make reference`.

They are committed under resources/, so that an installation needs neither argparse-manpage nor shtab; a test compares them
with the parser. What is written does not depend on the date, the terminal or the version of Python.
"""

from __future__ import annotations

import argparse
import functools
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import shtab
from argparse_manpage.manpage import Manpage

sys.path.insert(0, str(Path(__file__).resolve().parent))

from package_facts import HOMEPAGE, ROOT, version

from fmsdiag.cli.arguments import make_parser
from fmsdiag.server.demo_names import DEMOS
from fmsdiag.server.faults import FAULTS

MAN_PAGE = "man/fmsdiag.1"
COMPLETIONS = {
    "bash": "completions/fmsdiag.bash",
    "zsh": "completions/_fmsdiag",
    "fish": "completions/fmsdiag.fish",
    "tcsh": "completions/fmsdiag.tcsh",
}
"""Shell → file below resources/."""

_MORE_SECTIONS = ROOT / "packaging" / "linux" / "fmsdiag.1.include"
_FILES = {"F": shtab.FILE, "FILE": shtab.FILE, "FILE|CODE": shtab.FILE, "DIR": shtab.DIRECTORY}
_EXAMPLE_VALUES = {
    ("demo", "fault"): tuple(DEMOS),
    ("serve", "fault"): tuple(entry.kind.value for entry in FAULTS),
}
"""(command, argument) → values to offer where the parser accepts more than a fixed list."""

_ROW = re.compile(r" {2}(\S+) {2,}(\S.*)")
_UNWRAPPED = functools.partial(argparse.RawDescriptionHelpFormatter, width=100_000)


def reference_files() -> dict[str, str]:
    """File below resources/ → its text."""
    completions = {path: completion(shell) for shell, path in COMPLETIONS.items()}
    return {MAN_PAGE: man_page(), **completions}


def completion(shell: str, program: str = "fmsdiag") -> str:
    """The completion script of this command line, called `program`, for bash, zsh, fish or tcsh."""
    parser = make_parser()
    parser.prog = program
    for command, subparser in _commands(parser):
        for action in _arguments(subparser):
            if action.metavar in _FILES:
                action.complete = _FILES[action.metavar]  # type: ignore[attr-defined]
            action.choices = _EXAMPLE_VALUES.get((command, action.dest), action.choices)
    return shtab.complete(parser, shell)


def man_page() -> str:
    """fmsdiag(1) in the man macros, with the tables that --help shows at the end of each command."""
    parser = make_parser()
    commands = list(_commands(parser))
    for each in (parser, *(subparser for _, subparser in commands)):
        each.formatter_class = _UNWRAPPED
    facts = {
        "project_name": "fmsdiag",
        "version": version(),
        "description": "tell why an RTMP player cannot connect",
        "manual_title": "User Commands",
        "authors": ["the fmsdiag authors"],
        "url": HOMEPAGE,
    }
    page = Manpage(parser, facts)
    page.date = ""
    for command, subparser in commands:
        if subparser.epilog:
            page.add_section(f"fmsdiag {command}: details", ">", _as_man(subparser.epilog))
    page.parse_include(str(_MORE_SECTIONS))
    return str(page)


def _commands(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every command, and behind it its own: "profile", "profile create"."""
    for action in _arguments(parser):
        if isinstance(action.choices, dict):
            for name, subparser in action.choices.items():
                yield name, subparser
                yield from ((f"{name} {inner}", each) for inner, each in _commands(subparser))


def _arguments(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    return parser._actions  # noqa: SLF001  argparse has no public way to ask what a parser takes


def _as_man(epilog: str) -> str:
    """The end of a command's help: a row of two columns becomes a term and its text, anything else a paragraph."""
    lines = []
    for line in filter(None, epilog.replace("\\", r"\e").replace("-", r"\-").splitlines()):
        row = _ROW.fullmatch(line)
        lines.append(f".TP\n\\fB{row[1]}\\fR\n{row[2]}" if row else f".PP\n{line}")
    return "\n".join(lines)


def main() -> None:
    for path, text in reference_files().items():
        target = ROOT / "resources" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
