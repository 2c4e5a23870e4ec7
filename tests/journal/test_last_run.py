"""Which run is the last one, and what becomes of damaged journals."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import psutil
import pytest

from fmsdiag.journal.folder import new_path
from fmsdiag.journal.last_run import LastRun, last_run
from fmsdiag.journal.lines import Began, Ended, Saw, encode
from fmsdiag.log import open_log
from fmsdiag.model import Report
from fmsdiag.report.json import MAX_BYTES
from tests.report import samples

BLOCKED = samples.port_blocked()
DEAD = 2**22 + 1  # beyond the largest process id of Linux


def put(folder: Path, data: bytes, report: Report = BLOCKED) -> Path:
    path = new_path(folder, report.report_id)
    path.write_bytes(data)
    return path


def began(process: int = DEAD, began_s: float = 0.0) -> bytes:
    return encode(Began(msgspec.structs.replace(BLOCKED, attempts=()), process, began_s))


def test_without_a_folder_there_is_no_run(tmp_path: Path) -> None:
    assert last_run(tmp_path / "missing") == LastRun(None)


def test_the_newest_is_the_last(tmp_path: Path) -> None:
    put(tmp_path, encode(Ended(samples.healthy())))
    put(tmp_path, encode(Ended(BLOCKED)))
    assert last_run(tmp_path) == LastRun(BLOCKED)
    put(tmp_path, began() + encode(Saw(BLOCKED.attempts[0], True)))
    last = last_run(tmp_path)
    assert last.interrupted
    assert last.report is not None
    assert last.report.attempts == BLOCKED.attempts[:1]


def test_a_run_under_way_is_not_the_last(tmp_path: Path) -> None:
    put(tmp_path, encode(Ended(BLOCKED)))
    own = psutil.Process()
    put(tmp_path, began(own.pid, own.create_time()))
    assert last_run(tmp_path) == LastRun(BLOCKED)
    put(tmp_path, began(own.pid, own.create_time() - 60))  # another process that had this number
    assert last_run(tmp_path).interrupted


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no zombies")
def test_a_dead_process_that_nobody_buried_runs_nothing(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    put(tmp_path, began(process.pid, psutil.Process(process.pid).create_time()))
    assert last_run(tmp_path).report is None
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert last_run(tmp_path).interrupted
    process.communicate()


def test_a_damaged_journal_is_set_aside_and_the_one_before_it_counts(tmp_path: Path) -> None:
    log = open_log(tmp_path / "x.log")
    assert log is not None
    put(tmp_path, encode(Ended(BLOCKED)))
    damaged = put(tmp_path, b"\0" * 100)
    aside = damaged.with_suffix(".damaged")
    assert last_run(tmp_path) == LastRun(BLOCKED, set_aside=(aside,))
    assert aside.read_bytes() == b"\0" * 100
    assert last_run(tmp_path) == LastRun(BLOCKED)
    log.close()
    assert "is damaged and was set aside: the first line is damaged" in (tmp_path / "x.log").read_text(
        encoding="utf-8"
    )


def test_a_file_without_bounds_is_set_aside(tmp_path: Path) -> None:
    path = put(tmp_path, encode(Ended(BLOCKED)))
    with path.open("ab") as file:
        file.truncate(MAX_BYTES + 1)
    assert last_run(tmp_path) == LastRun(None, set_aside=(path.with_suffix(".damaged"),))


def test_damaged_lines_are_counted(tmp_path: Path) -> None:
    put(tmp_path, began() + b"{}\n{}\n")
    assert last_run(tmp_path).lines_lost == 2
