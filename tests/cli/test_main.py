import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fmsdiag import __version__
from fmsdiag.cli import running, show_command
from fmsdiag.cli.arguments import make_parser
from fmsdiag.cli.exit_codes import ExitCode
from fmsdiag.cli.main import COMMANDS, main
from fmsdiag.model import Report
from fmsdiag.report.open_file import open_report
from fmsdiag.report.view import ReportView
from tests.cli.replays import Replay
from tests.report import samples

ROOT = Path(__file__).resolve().parents[2]
PIPE_CLOSED_EARLY = """
import sys
from fmsdiag.cli import running
from fmsdiag.cli.main import main
from tests.cli.replays import Replay
from tests.report import samples

running.diagnose = Replay(samples.port_blocked())
sys.exit(main(sys.argv[1:]))
"""


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"fmsdiag {__version__}\n"


def test_help_is_0_and_wrong_usage_is_3(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert main([]) == 3
    assert main(["test"]) == 3
    assert capsys.readouterr().out.startswith("usage: fmsdiag")


def test_a_fault_of_fmsdiag_accuses_no_network(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def broken(*_: object, **__: object) -> Report:
        raise KeyError("x")

    monkeypatch.setattr(running, "diagnose", broken)
    assert main(["test", "h.example"]) == 3
    err = capsys.readouterr().err
    assert re.match(
        r"fmsdiag: Internal error: KeyError: 'x' \(cli/\w+\.py:\d+\)\. "
        r"This is a bug in fmsdiag, not a problem with your network\.\n",
        err,
    )
    assert "Traceback" in err  # no log is kept here


def test_the_traceback_of_a_fault_is_in_the_log_and_not_in_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    async def broken(*_: object, **__: object) -> Report:
        raise KeyError("Str3am-K3y")

    monkeypatch.setattr(running, "diagnose", broken)
    log = tmp_path / "x.log"
    assert main(["test", "rtmp://h.example/live/Str3am-K3y", "--quiet", "--log", str(log)]) == 3
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert err.endswith(f"Details are in the log: {log}\n")
    text = log.read_text(encoding="utf-8")
    assert "Traceback (most recent call last):" in text
    assert "in broken" in text
    assert "Str3am-K3y" not in text + err


@pytest.mark.parametrize("error", [KeyboardInterrupt(), BrokenPipeError()])
def test_interrupts_and_closed_pipes_are_3(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: object) -> int:
        raise error

    monkeypatch.setattr(show_command, "run_show", interrupted)
    assert main(["show", "x"]) == 3


def test_every_command_of_the_parser_is_there() -> None:
    (commands,) = [a.choices for a in make_parser()._actions if isinstance(a.choices, dict)]
    assert tuple(commands) == COMMANDS


def test_version_and_help_load_neither_babel_nor_the_diagnosis() -> None:
    """They must be there at once."""
    code = (
        "import sys; from fmsdiag.__main__ import main; main(sys.argv[1:]);"
        "print(*[m for m in sys.modules if m.startswith(('babel', 'fmsdiag.diagnosis', 'fmsdiag.run', 'jinja2', 'dns'))])"
    )
    for argument in ("--version", "--help"):
        done = subprocess.run(
            [sys.executable, "-c", code, argument], cwd=ROOT, capture_output=True, encoding="utf-8"
        )
        assert done.stdout.splitlines()[-1] == "", done.stdout
        assert done.stderr == ""


@pytest.mark.parametrize("argv", [["test", "h.example"], ["test", "h.example", "--json", "-"]])
def test_a_reader_that_goes_away_changes_nothing_but_the_output(argv: list[str]) -> None:
    command = [sys.executable, "-c", PIPE_CLOSED_EARLY, *argv]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        err = process.stderr.read()
    assert process.returncode == 1
    assert b"Traceback" not in err
    assert b"BrokenPipe" not in err


def test_the_verdict_survives_an_encoding_without_symbols(replay: Callable[[Report], Replay]) -> None:
    command = [sys.executable, "-c", PIPE_CLOSED_EARLY, "test", "h.example"]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, env={"PYTHONIOENCODING": "ascii", "PATH": ""}
    )
    assert done.returncode == 1
    assert b"! Connected using a fallback. " in done.stdout
    assert ReportView(samples.port_blocked()).headline.encode() in b" ".join(done.stdout.split())


@pytest.mark.skipif(os.name != "posix", reason="the shell's redirections")
@pytest.mark.parametrize(
    ("redirection", "said"),
    [
        (">&-", ""),
        (">&- 2>&-", ""),
        ("2>&-", ""),
        (">/dev/full", "fmsdiag: cannot write to standard output: No space left on device\n"),
        (">/dev/full 2>/dev/full", ""),
    ],
)
def test_whatever_the_output_is_the_run_happens_and_its_file_is_written(
    tmp_path: Path, redirection: str, said: str
) -> None:
    path = tmp_path / "r.json"
    command = f'exec "$0" -m fmsdiag test rtmp://127.0.0.1:1/live --json "$1" {redirection}'
    done = subprocess.run(
        ["sh", "-c", command, sys.executable, str(path)], cwd=ROOT, capture_output=True, text=True, timeout=50
    )
    assert done.returncode == ExitCode.NOT_CONNECTED
    assert done.stderr == said
    assert open_report(path).report is not None


@pytest.mark.skipif(os.name != "posix", reason="the shell's redirections")
@pytest.mark.parametrize("redirection", [">&-", ">/dev/full"])
def test_a_report_that_standard_output_does_not_take_is_kept(tmp_path: Path, redirection: str) -> None:
    command = f'exec "$0" -m fmsdiag test rtmp://127.0.0.1:1/live --quiet --json - {redirection}'
    done = subprocess.run(
        ["sh", "-c", command, sys.executable],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=50,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert done.returncode == ExitCode.UNKNOWN
    assert "cannot write to standard output" in done.stderr
    (kept,) = tmp_path.glob("fmsdiag-*/*.json")
    assert open_report(kept).report is not None


def test_no_warning_of_a_library_stands_among_the_lines() -> None:
    code = (
        "import logging, warnings; from fmsdiag.cli.main import main; main(['--version']);"
        "warnings.warn('words'); logging.getLogger('asyncio').error('words')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")
