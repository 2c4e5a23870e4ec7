import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fmsdiag import __version__
from fmsdiag.cli import main as cli_main
from fmsdiag.cli import running
from fmsdiag.cli.main import COMMANDS, main
from fmsdiag.model import Report
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
        r"fmsdiag: a fault of fmsdiag itself: KeyError: 'x' \(cli/\w+\.py:\d+\)\. "
        r"This says nothing about your network\.\n",
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
    assert err.endswith(f"The log has the details: {log}\n")
    text = log.read_text()
    assert "Traceback (most recent call last):" in text
    assert "in broken" in text
    assert "Str3am-K3y" not in text + err


@pytest.mark.parametrize("error", [KeyboardInterrupt(), BrokenPipeError()])
def test_interrupts_and_closed_pipes_are_3(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: object) -> int:
        raise error

    monkeypatch.setitem(COMMANDS, "show", interrupted)
    assert main(["show", "x"]) == 3


def test_every_command_of_the_parser_is_there() -> None:
    assert set(COMMANDS) == {"test", "demo", "serve", "show", "convert"}
    assert cli_main.main is main


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
    assert b"! Connected by fallback" in done.stdout
    assert samples.port_blocked().verdict.headline.encode() in done.stdout
