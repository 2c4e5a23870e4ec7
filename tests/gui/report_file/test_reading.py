"""Files are read one after the other, in the order in which they were asked for, never beside a test."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from qasync import QEventLoop

from fmsdiag.gui.report_file.reading import MOST_BYTES, OpenReport, ReportReader, open_as, read_report
from fmsdiag.model import Tool
from fmsdiag.report.json import ReportError
from fmsdiag.report.open_file import OpenedReport
from fmsdiag.report.redact import redact
from tests.gui.window_steps import opened_file
from tests.report import samples


class Desk:
    """Hears a reader."""

    def __init__(self) -> None:
        self.running, self.room = False, MOST_BYTES
        self.parent = QObject()
        self.read: list[tuple[str, bool]] = []
        self.said: list[str] = []
        self.reader = ReportReader(lambda: not self.running, lambda: self.room, self.parent)
        self.reader.read.connect(lambda one, first: self.read.append((one.name, first)))
        self.reader.unread.connect(self.said.append)

    def settle(self, qtbot: QtBot) -> None:
        task = self.reader.task
        assert task is not None
        qtbot.waitUntil(task.done)


@pytest.fixture
def desk(qt_loop: QEventLoop) -> Desk:
    asyncio.set_event_loop(qt_loop)
    return Desk()


def files(folder: Path, count: int) -> list[Path]:
    return [opened_file(folder, samples.rejected(), f"{number}.json") for number in range(count)]


def test_the_first_of_several_is_to_be_shown(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    desk.reader.open(files(tmp_path, 3))
    desk.settle(qtbot)
    assert desk.read == [("0.json", True), ("1.json", False), ("2.json", False)]
    assert desk.said == []


def test_what_is_asked_for_while_others_are_read_comes_behind_them(
    qtbot: QtBot, desk: Desk, tmp_path: Path
) -> None:
    paths = files(tmp_path, 2)
    desk.reader.open(paths[:1])
    desk.reader.open(paths[1:])
    desk.settle(qtbot)
    assert desk.read == [("0.json", True), ("1.json", True)]


def test_during_a_test_files_wait_and_stay_behind_its_result(
    qtbot: QtBot, desk: Desk, tmp_path: Path
) -> None:
    desk.running = True
    desk.reader.open(files(tmp_path, 2))
    assert desk.reader.task is None
    assert desk.said == ["2 files will be opened when the test has ended."]
    desk.running = False
    desk.reader.go_on()
    desk.settle(qtbot)
    assert desk.read == [("0.json", False), ("1.json", False)]


def test_one_that_cannot_be_opened_costs_the_others_nothing(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    good = files(tmp_path, 2)
    wrong = tmp_path / "wrong.json"
    wrong.write_text("{}", encoding="utf-8")
    desk.reader.open([wrong, good[0], tmp_path / "missing.json", good[1]])
    desk.settle(qtbot)
    assert desk.read == [("0.json", True), ("1.json", False)]
    (said,) = desk.said
    assert said.startswith("2 files were not opened. The last one, missing.json: This file cannot be")
    desk.reader.open([wrong])
    desk.settle(qtbot)
    assert desk.said[1].startswith("wrong.json: This file")


def test_without_room_nothing_is_read(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    desk.room = 0
    desk.reader.open(files(tmp_path, 3))
    desk.settle(qtbot)
    assert desk.read == []
    assert desk.said == ["At most 20 reports can be open. 3 files were not opened. Close reports first."]


def test_a_report_that_is_larger_than_the_room_is_not_kept(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    desk.room = 1000
    desk.reader.open(files(tmp_path, 1))
    desk.settle(qtbot)
    assert desk.read == []
    assert desk.said == [
        "The open reports need too much memory. 1 file was not opened. Close a report first."
    ]


def test_what_is_known_of_a_report_once_it_is_read(tmp_path: Path) -> None:
    one = read_report(opened_file(tmp_path, samples.rejected(), "one.json"))
    assert one.report == samples.rejected()
    assert one.name == "one.json"
    assert one.safe == redact(samples.rejected(), include_sensitive=True)
    assert one.size > 1000
    assert samples.HOST not in repr(one)
    with pytest.raises(ReportError):
        read_report(tmp_path / "missing.json")


def test_the_same_file_is_known_again_until_it_changes(tmp_path: Path) -> None:
    one, other = (read_report(opened_file(tmp_path, samples.rejected())) for _ in range(2))
    assert one.is_same(other)
    assert one != other
    assert not one.is_same(read_report(opened_file(tmp_path, samples.healthy())))
    assert not one.is_same(read_report(opened_file(tmp_path, samples.rejected(), "other.json")))


def test_a_report_that_is_no_file_has_a_name_all_the_same() -> None:
    report = samples.healthy()
    one = open_as(OpenedReport(report, msgspec.to_builtins(report)), "test from the history", report)
    assert isinstance(one, OpenReport)
    assert (one.name, one.safe, one.today) == ("test from the history", report, None)


def test_todays_rules_are_asked_when_all_files_are_read(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    """A reader need not wait for them; a test that has begun has them wait."""
    judged: list[OpenReport] = []
    told: list[OpenReport] = []
    desk.reader.judged.connect(judged.append)
    desk.reader.read.connect(lambda one, _first: told.append(one))
    desk.reader.read.connect(lambda one, _first: desk.reader.judge(one))
    report = samples.port_blocked()
    wrong = msgspec.structs.replace(report.verdict, cause="server-down")
    old = msgspec.structs.replace(report, tool=Tool("fmsdiag", "0.0.9"), verdict=wrong)
    desk.reader.open([opened_file(tmp_path, old, "old.json"), opened_file(tmp_path, report, "new.json")])
    desk.settle(qtbot)
    assert [one.name for one in told] == ["old.json", "new.json"]
    assert [one.name for one in judged] == ["old.json"]
    assert judged[0].today is not None
    assert judged[0].today.cause == "port-blocked"
    desk.running = True
    desk.reader.judge(told[0])
    desk.running = False
    desk.reader.go_on()
    desk.settle(qtbot)
    assert len(judged) == 2
