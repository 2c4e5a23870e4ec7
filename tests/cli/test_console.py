import errno
import io
import os
import sys

import pytest

from fmsdiag.cli.console import (
    complain,
    forgive_encoding,
    icon,
    is_closed_pipe,
    is_live,
    make_console,
    marked,
    safe,
    wants_color,
)
from fmsdiag.model import VerdictStatus
from fmsdiag.report.words import mark_of_verdict
from tests.cli.replays import console_on_paper
from tests.systems import ON_WINDOWS

BAD = mark_of_verdict(VerdictStatus.UNREACHABLE)


@pytest.mark.parametrize(
    ("flag", "environment", "wanted"),
    [
        (False, {}, True),
        (True, {}, False),
        (False, {"NO_COLOR": "1"}, False),
        (False, {"NO_COLOR": ""}, True),
        (False, {"TERM": "dumb"}, False),
    ],
)
def test_color_is_given_up_when_asked(flag: bool, environment: dict[str, str], wanted: bool) -> None:
    assert wants_color(flag, environment) is wanted


def test_only_a_terminal_with_color_is_redrawn() -> None:
    assert is_live(console_on_paper(terminal=True)[0])
    assert not is_live(console_on_paper()[0])


def test_marks_are_icon_word_and_color() -> None:
    console, paper = console_on_paper(terminal=True)
    console.print(marked(BAD, "Unreachable", console))
    assert paper.getvalue() == "\x1b[31m✗ Unreachable\x1b[0m\n"


def test_text_from_outside_is_neither_markup_nor_escape_sequence() -> None:
    console, paper = console_on_paper()
    console.print(marked(BAD, "[red]:boom:\x1b[2J\u202e[/]", console))
    assert paper.getvalue() == "✗ [red]:boom:\\x1b[2J\\u202e[/]\n"
    assert safe("a\nb") == "a b"


def test_an_encoding_without_symbols_gets_plain_ones() -> None:
    console, _ = console_on_paper(encoding="cp1252")
    assert icon(BAD, console) == "x"


def test_what_an_encoding_lacks_is_replaced() -> None:
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, encoding="ascii")
    forgive_encoding(stream)
    stream.write("✗")
    stream.flush()
    assert written.getvalue() == b"?"


def test_a_closed_pipe_silences_the_console() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as stream:
        console = make_console(stream, color=False)
        console.print("x" * 100_000)
        console.print("more")
        assert console.quiet


def test_complaints_are_one_line_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    complain("a\nb\x1b[0m")
    assert capsys.readouterr() == ("", "fmsdiag: a b\\x1b[0m\n")


def test_complaining_to_nobody_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stderr", Gone())
    complain("x")


@pytest.mark.parametrize(("columns", "width"), [("0", 80), ("1", 20), ("19", 20), ("20", 20), ("100", 100)])
def test_no_output_is_too_narrow(monkeypatch: pytest.MonkeyPatch, columns: str, width: int) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    # on Windows, rich leaves the last column of an old console free
    assert make_console(io.StringIO(), color=False).width in (width, width - ON_WINDOWS)


@pytest.mark.parametrize(
    ("error", "on_windows", "closed"),
    [
        (BrokenPipeError(), False, True),
        (OSError(errno.EINVAL, "Invalid argument"), True, True),
        (OSError(errno.EINVAL, "Invalid argument"), False, False),
        (OSError(errno.EINVAL, "Invalid argument", "a:b"), True, False),
        (OSError(errno.ENOSPC, "No space left"), True, False),
    ],
)
def test_what_a_closed_pipe_is_called_by_each_system(
    monkeypatch: pytest.MonkeyPatch, error: OSError, on_windows: bool, closed: bool
) -> None:
    monkeypatch.setattr("fmsdiag.cli.console.PIPES_END_IN_EINVAL", on_windows)
    assert is_closed_pipe(error) is closed
