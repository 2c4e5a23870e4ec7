import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from fmsdiag.cli import demo_command
from fmsdiag.cli.main import main
from fmsdiag.cli.verdict_card import cause_line
from fmsdiag.model import Report
from fmsdiag.report.json import decode
from fmsdiag.report.open_file import open_report
from tests.cli.replays import Replay
from tests.report import samples

Install = Callable[[Report], Replay]


def test_it_explains_diagnoses_and_writes(replay: Install, capsys: pytest.CaptureFixture[str]) -> None:
    made = replay(samples.port_blocked())
    assert main(["demo"]) == 0  # the fault is what a demo is about
    out = " ".join(capsys.readouterr().out.split())
    assert "Demo “http-only”: a firewall allows only HTTP" in out
    assert "nothing else is contacted" in out
    assert f"Result: connected-by-fallback. Cause: {cause_line(samples.port_blocked())}." in out
    written = sorted(Path("fmsdiag-demo").iterdir())
    assert [path.suffix for path in written] == [".html", ".json", ".md"]
    assert all(f"Report written: {path.absolute()}" in out for path in written)
    assert decode(written[1].read_bytes()).verdict.headline.id == samples.port_blocked().verdict.headline.id
    assert open_report(written[0]).report == open_report(written[1]).report
    assert made.target is not None
    assert made.target.host == "127.0.0.1"
    assert made.options is not None
    assert (made.options.control, made.options.resolver, made.options.checks) == (None, None, ())


def test_another_fault_and_folder(replay: Install, capsys: pytest.CaptureFixture[str]) -> None:
    replay(samples.healthy())
    assert main(["demo", "cut-s2:100", "--output", "a/b"]) == 0
    assert len(list(Path("a/b").iterdir())) == 3
    assert "S0, S1, and S2 stop after BYTES" in " ".join(capsys.readouterr().out.split())


def test_stopped_is_not_done(replay: Install) -> None:
    replay(samples.stopped())
    assert main(["demo"]) == 3


def test_an_unknown_fault_names_the_known_ones(replay: Install, capsys: pytest.CaptureFixture[str]) -> None:
    replay(samples.healthy())
    assert main(["demo", "earthquake"]) == 3
    assert "There is no demo “earthquake”. Demos: http-only, " in capsys.readouterr().err


def test_a_demo_that_takes_no_argument(replay: Install, capsys: pytest.CaptureFixture[str]) -> None:
    replay(samples.healthy())
    assert main(["demo", "healthy:1"]) == 3
    assert "There is no demo “healthy:1”." in capsys.readouterr().err


def test_a_folder_that_cannot_be_used(replay: Install, capsys: pytest.CaptureFixture[str]) -> None:
    replay(samples.healthy())
    Path("file").write_text("", encoding="utf-8")
    assert main(["demo", "--output", "file/x"]) == 3
    assert "--output: cannot use file/x" in capsys.readouterr().err


def test_where_nothing_can_be_written_a_temporary_folder_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("fmsdiag-demo").write_text("in the way", encoding="utf-8")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert demo_command._folder(None).parent == tmp_path
