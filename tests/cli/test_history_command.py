"""`fmsdiag history`: what is kept is listed, shown and deleted; what is wrong with the file is said."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from fmsdiag.cli.history_command import since_last
from fmsdiag.cli.main import main
from fmsdiag.history.store import History
from fmsdiag.journal.folder import journals
from fmsdiag.journal.recorder import Journal
from fmsdiag.model import Report
from tests.cli.replays import Replay
from tests.report import samples

Captured = pytest.CaptureFixture[str]
EARLIER = msgspec.structs.replace(
    samples.port_blocked(), report_id="a" * 16, started_at="2020-01-02T03:04:05Z"
)


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FMSDIAG_JOURNAL", str(tmp_path / "journal"))
    monkeypatch.setenv("FMSDIAG_HISTORY", str(tmp_path / "history"))
    return tmp_path / "history"


def keep(path: Path, *reports: Report) -> None:
    with History(path) as history:
        for report in reports:
            history.add(report)


def test_the_list_names_time_server_result_and_cause(kept: Path, capsys: Captured) -> None:
    keep(kept, samples.healthy(), EARLIER)
    assert main(["history"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["No.", "Time", "Result", "Cause", "Server"]
    assert "port-blocked" in " ".join(lines)
    server = lines[0].index("Server")
    assert f"rtmp://{samples.HOST}/live" in "".join(line[server:].strip() for line in lines)
    assert len(lines) >= 3


def test_an_empty_one_says_so(capsys: Captured) -> None:
    assert main(["history"]) == 0
    assert capsys.readouterr().out == "no test is on record\n"


def test_a_test_is_shown_as_show_does(kept: Path, capsys: Captured) -> None:
    keep(kept, EARLIER)
    assert main(["history", "show", "1"]) == 0
    assert f"Report {EARLIER.report_id} about" in capsys.readouterr().out
    assert main(["history", "show", "7"]) == 3
    assert "there is no test 7" in capsys.readouterr().err


def test_one_is_deleted_with_its_journal(kept: Path, tmp_path: Path, capsys: Captured) -> None:
    journal = Journal(tmp_path / "journal")
    journal.began(EARLIER)
    journal.ended(EARLIER)
    journal.wait(10)
    assert main(["history"]) == 0  # taken in from the journal
    assert "port-blocked" in capsys.readouterr().out
    assert main(["history", "delete", "1"]) == 0
    assert journals(tmp_path / "journal") == []
    assert main(["history"]) == 0
    assert capsys.readouterr().out == "Deleted: 1\nno test is on record\n"
    assert main(["history", "delete", "1"]) == 3


def test_all_are_deleted(kept: Path, capsys: Captured) -> None:
    keep(kept, EARLIER, samples.healthy())
    assert main(["history", "delete", "--all"]) == 0
    assert capsys.readouterr().out == "Deleted: all tests on record (2)\n"
    assert main(["history", "delete"]) == 3


def test_a_damaged_file_is_kept_aside_and_said(kept: Path, capsys: Captured) -> None:
    kept.write_bytes(b"x" * 5000)
    assert main(["history"]) == 0
    out, err = capsys.readouterr()
    assert out == "no test is on record\n"
    assert "The history was damaged and cannot be opened. It was kept as" in err
    (aside,) = kept.parent.glob("history.damaged-*")
    assert aside.read_bytes() == b"x" * 5000


def test_a_newer_versions_file_is_left_alone_and_said(kept: Path, capsys: Captured) -> None:
    with History(kept) as history:
        history._connection.execute("PRAGMA user_version = 9")
    before = kept.read_bytes()
    assert main(["history"]) == 3
    assert "written by a newer fmsdiag or by another program" in capsys.readouterr().err
    assert kept.read_bytes() == before
    assert "newer fmsdiag" in since_last(samples.healthy(), {"FMSDIAG_HISTORY": str(kept)})


def test_switched_off_is_said(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setenv("FMSDIAG_HISTORY", "none")
    assert main(["history"]) == 3
    assert "FMSDIAG_HISTORY or FMSDIAG_JOURNAL is none" in capsys.readouterr().err


def test_since_last_is_one_line_after_the_verdict(
    kept: Path, replay: Callable[[Report], Replay], capsys: Captured
) -> None:
    command = ["test", f"rtmp://{samples.HOST}/live", "--since-last", "--quiet"]
    replay(samples.port_blocked())
    assert main(command) == 1
    assert capsys.readouterr().out.endswith("No earlier test of this server is on record.\n")
    keep(kept, EARLIER)
    assert main(command) == 1
    assert capsys.readouterr().out.endswith("Since 2 Jan 2020 03:04 UTC: no change.\n")


def test_the_switch_turns_it_off_and_on(
    kept: Path, tmp_path: Path, replay: Callable[[Report], Replay], capsys: Captured
) -> None:
    keep(kept, EARLIER)
    assert main(["history", "off"]) == 0
    assert "The history is off" in capsys.readouterr().out
    replay(samples.healthy())
    assert main(["test", f"rtmp://{samples.HOST}/live", "--quiet", "--since-last"]) == 0
    assert "the history is switched off" in capsys.readouterr().out
    assert main(["history"]) == 0
    out, err = capsys.readouterr()
    assert "port-blocked" in out
    assert "switched off" in err
    with History(kept) as history:
        assert len(history.entries()) == 1
    assert main(["history", "on"]) == 0
    assert main(["history"]) == 0
    assert capsys.readouterr().err == ""


def test_a_switch_that_cannot_be_written_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("FMSDIAG_HISTORY", str(tmp_path / "file" / "h"))
    assert main(["history", "off"]) == 3
    assert str(tmp_path / "file" / "h") in capsys.readouterr().err
