import builtins
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from fmsdiag import __main__ as entry
from fmsdiag.__main__ import is_file_to_open, lacks_display, main
from fmsdiag.report.open_file import EXTENSIONS

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize(
    ("system", "environment", "lacks"),
    [
        ("linux", {}, True),
        ("linux", {"DISPLAY": ":0"}, False),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, False),
        ("linux", {"QT_QPA_PLATFORM": "offscreen"}, False),
        ("win32", {}, False),
        ("darwin", {}, False),
    ],
)
def test_displays(system: str, environment: dict[str, str], lacks: bool) -> None:
    assert lacks_display(system, environment) is lacks


def test_arguments_go_to_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("fmsdiag ")


@pytest.mark.skipif(os.name != "posix", reason="the shell's redirections")
@pytest.mark.parametrize(
    ("redirection", "code", "said"),
    [
        (">/dev/null", 0, ""),
        (">&-", 0, ""),
        (">/dev/full", 3, "fmsdiag: cannot write to standard output: No space left on device\n"),
    ],
)
def test_the_version_goes_to_whatever_the_output_is(redirection: str, code: int, said: str) -> None:
    command = ["sh", "-c", f'exec "$0" -m fmsdiag --version {redirection}', sys.executable]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=50)
    assert (done.returncode, done.stderr) == (code, said)


def test_no_argument_opens_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[list[str]] = []

    def open_window(arguments: list[str]) -> int:
        opened.append(arguments)
        return 7

    window = ModuleType("fmsdiag.gui.app")
    monkeypatch.setattr(window, "main", open_window, raising=False)
    monkeypatch.setitem(sys.modules, "fmsdiag.gui.app", window)
    monkeypatch.setattr(entry, "lacks_display", lambda *_: False)
    assert main([]) == 7
    assert main(["some where/r.HTML"]) == 7
    assert main(["one.zip", "two.html"]) == 7
    assert opened == [[], ["some where/r.HTML"], ["one.zip", "two.html"]]


def test_files_to_open_are_told_from_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("report", "demo", "-h"):
        Path(name).write_text("", encoding="utf-8")
    Path("folder").mkdir()
    to_open = [
        "missing.json",
        "a/b.html",
        "x.htm",
        "x.FMSDIAG-report",
        "customer.fmsdiag",
        "FMSDIAG://profile/eNo",
        "report",
        str(tmp_path / "demo"),
    ]
    assert all(is_file_to_open(name) for name in to_open)
    assert not any(is_file_to_open(name) for name in ("demo", "-h", "--json", "folder", "dance", ""))


def test_every_report_that_can_be_opened_is_known_by_its_ending() -> None:
    assert set(EXTENSIONS) <= set(entry.OPENED)


def test_a_file_without_a_display_can_still_be_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(entry, "lacks_display", lambda *_: True)
    assert main(["r.json"]) == 3
    assert "try: fmsdiag show r.json" in capsys.readouterr().err


def test_without_a_display_it_says_what_works(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(entry, "lacks_display", lambda *_: True)
    assert main([]) == 3
    err = capsys.readouterr().err
    assert err.startswith("There is no display here")
    assert "In the terminal, try: fmsdiag test rtmp://HOST/APPLICATION, or: fmsdiag demo" in err


def test_without_qt_it_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = builtins.__import__

    def without_window(name: str, *arguments: object) -> ModuleType:
        if name == "fmsdiag.gui.app":
            raise ImportError("libEGL.so.1: cannot open shared object file")
        return real(name, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without_window)
    assert main([]) == 3
    err = capsys.readouterr().err
    assert "The window cannot be opened: libEGL.so.1" in err
    assert "In the terminal, try: fmsdiag test rtmp://HOST/APPLICATION, or: fmsdiag demo" in err


def test_the_command_line_gets_what_draws_reports(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[object] = []

    def command_line(arguments: list[str], draw: object) -> int:
        given.append(draw)
        return 0

    monkeypatch.setattr("fmsdiag.cli.main.main", command_line)
    assert main(["convert", "r.json", "--to", "pdf"]) == 0
    assert given == [entry.draw_report]
