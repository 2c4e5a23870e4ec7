"""The file keeps the last runs whole, for its owner, whatever other programs or a damaged disk do to it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import zlib
from pathlib import Path

import msgspec
import pytest

from fmsdiag.history import store
from fmsdiag.history.store import APPLICATION, ForeignHistory, History, HistoryError, target_key
from fmsdiag.model import Report, Target, Transport
from fmsdiag.report.json import ReportError
from fmsdiag.report.redact import redact
from tests.report import samples

ADDRESS = f"rtmp://{samples.HOST}/live"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "history.sqlite3"


def run(number: int, report: Report | None = None) -> Report:
    """A run of its own, a minute after the one before."""
    made = report or samples.healthy()
    at = f"2026-11-{number // 1440 + 1:02}T{number // 60 % 24:02}:{number % 60:02}:00Z"
    return msgspec.structs.replace(made, report_id=f"{number:016x}", started_at=at)


def test_runs_are_kept_whole_and_listed_newest_first(path: Path) -> None:
    blocked = redact(run(2, samples.port_blocked()))
    with History(path) as history:
        history.add(run(1))
        history.add(blocked)
        history.add(blocked)  # told twice, kept once
        newest, oldest = history.entries()
        assert history.report(newest.number) == blocked
    assert (newest.address, newest.status, newest.cause) == (
        ADDRESS,
        "connected-by-fallback",
        "port-blocked",
    )
    assert (oldest.report_id, oldest.cause) == (f"{1:016x}", "none")


@pytest.mark.skipif(os.name != "posix", reason="Windows has other permissions")
def test_it_is_for_its_owner_alone(path: Path) -> None:
    with History(path) as history:
        history.add(run(1))
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_the_oldest_make_room(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST_KEPT", 3)
    with History(path) as history:
        for number in (5, 1, 2, 3, 4):
            history.add(run(number))
        assert [entry.report_id[-1] for entry in history.entries()] == ["5", "4", "3"]


def test_the_run_before_is_of_the_same_target_and_earlier(path: Path) -> None:
    other = msgspec.structs.replace(samples.healthy(), target=Target("other.example", "live"))
    with History(path) as history:
        for made in (run(1), run(2), run(3, other), run(9)):
            history.add(made)
        before = history.before(run(4))
        assert before is not None
        assert before.report_id == run(2).report_id
        assert history.before(run(1)) is None


def test_what_is_deleted_is_gone_from_the_file(path: Path) -> None:
    with History(path) as history:
        history.add(run(1))
        history.add(run(2))
        newest, oldest = history.entries()
        assert history.delete(newest.number) == newest.report_id
        assert history.delete(newest.number) is None
        assert history.report(newest.number) is None
        assert not history.has(newest.report_id)
        assert history.has(oldest.report_id)
    assert newest.report_id.encode() not in path.read_bytes()
    with History(path) as history:
        assert history.delete_all() == 1
        assert history.entries() == []


@pytest.mark.parametrize("content", [b"no database at all" * 200, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_file_is_set_aside_and_a_new_one_begun(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    Path(f"{path}-journal").write_bytes(b"old")
    with History(path) as history:
        assert history.set_aside is not None
        assert history.set_aside.read_bytes() == content
        history.add(run(1))
    with History(path) as history:
        assert history.set_aside is None
        assert len(history.entries()) == 1


def test_damage_inside_is_said_and_raises_nothing_else(path: Path) -> None:
    with History(path) as history:
        for number in range(20):
            history.add(run(number))
    data = bytearray(path.read_bytes())
    data[5000:60_000] = b"\xa5" * 55_000
    path.write_bytes(data)
    try:
        with History(path) as history:
            history.entries()
            history.report(1)
    except (HistoryError, ReportError):
        pass


def test_a_trigger_or_another_table_is_not_ours(path: Path) -> None:
    with History(path) as history:
        history.add(run(1))
    with sqlite3.connect(path) as other:
        other.execute("CREATE TRIGGER t AFTER INSERT ON runs BEGIN DELETE FROM runs; END")
    other.close()
    with History(path) as history:
        assert history.set_aside is not None


@pytest.mark.parametrize("pragma", ["user_version = 2", "application_id = 7"])
def test_a_newer_version_or_another_programs_file_is_left_alone(path: Path, pragma: str) -> None:
    with History(path):
        pass
    with sqlite3.connect(path) as other:
        other.execute(f"PRAGMA {pragma}")
    other.close()
    before = path.read_bytes()
    with pytest.raises(ForeignHistory):
        History(path)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_hostile_rows_are_bounded(path: Path) -> None:
    with History(path):
        pass
    bomb = zlib.compress(b" " * 60_000_000)
    with sqlite3.connect(path) as other:
        other.execute(
            "INSERT INTO runs (report_id, started_at, target, address, status, impaired, cause, report) "
            "VALUES ('a', ?, 't', ?, 'x', 'y', 'c', ?)",
            ("\x1b[2J" + "x" * 100_000, "\u202e", bomb),
        )
    other.close()
    with History(path) as history:
        (entry,) = history.entries()
        assert len(entry.started_at) <= 300
        assert "\x1b" not in entry.started_at
        with pytest.raises(ReportError):
            history.report(entry.number)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(HistoryError):
        History(tmp_path / "file" / "history.sqlite3")


def fill(history: History) -> None:
    for number in range(2, 40):
        history.add(run(number, samples.port_blocked()))


def test_a_full_disk_is_said_and_what_was_kept_stays(path: Path) -> None:
    with History(path) as history:
        history.add(run(1))
        pages = history._connection.execute("PRAGMA page_count").fetchone()[0]
        # SQLite says of a file that must not grow what it says of a full disk
        history._connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(HistoryError, match="full"):
            fill(history)
        assert history.entries()[-1].report_id == run(1).report_id


def test_two_programs_write_at_once(path: Path, tmp_path: Path) -> None:
    program = (
        "import sys\nfrom pathlib import Path\nfrom fmsdiag.history.store import History\n"
        "from tests.history.test_store import run\n"
        "for number in range(int(sys.argv[2]), int(sys.argv[2]) + 15):\n"
        "    with History(Path(sys.argv[1])) as history:\n        history.add(run(number))\n"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", program, str(path), first], cwd=ROOT, stderr=subprocess.PIPE)
        for first in ("0", "100")
    ]
    for process in started:
        _, err = process.communicate(timeout=50)
        assert process.returncode == 0, err.decode()
    with History(path) as history:
        assert len(history.entries()) == 30


def test_what_makes_two_runs_tests_of_the_same() -> None:
    plain = Target("a.example", "live")
    assert target_key(plain) == target_key(Target("a.example", "live", stream="x"))
    others = (Target("a.example", "other"), Target("a.example", "live", port=80), Target("b.example", "live"))
    assert target_key(plain) not in set(map(target_key, others))
    assert target_key(plain) != target_key(Target("a.example", "live", transport=Transport.RTMPS))
    assert APPLICATION < 2**31
