"""What the window shows before, during and after a run, and of a report from a file."""

from itertools import pairwise
from pathlib import Path
from time import perf_counter

import msgspec
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from fmsdiag.gui import report_view
from fmsdiag.gui.report_file.reading import MOST_OPEN
from fmsdiag.gui.report_view import ReportViewTexts
from fmsdiag.gui.verdict.card import CardTexts
from fmsdiag.messages.reader import say
from fmsdiag.model import Direction, Target, Tool, TranscriptLine
from fmsdiag.profile.profile_file import encode
from fmsdiag.report.open_file import OpenedReport
from tests.gui.children import child
from tests.gui.conftest import MakeWindow
from tests.gui.scripted import crashing, hanging, telling
from tests.gui.window_steps import drop, finished, open_file, opened_file, run_to_verdict, type_server
from tests.profile.samples import whole_profile
from tests.report import samples


def test_what_will_be_tried_is_shown_before_the_run(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(telling(samples.healthy()))
    type_server(qtbot, window)
    qtbot.waitUntil(lambda: window.parts.card.headline.text() == "Ready to test media.example.com")
    assert window.parts.model.index(0, 1).data() == "RTMP on port 1935"
    window.parts.form.server.clearEditText()
    qtbot.waitUntil(lambda: window.parts.card.headline.text() == say(CardTexts.IDLE))
    assert window.parts.model.rowCount() == 0


def test_editing_the_form_leaves_the_result_alone(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(telling(samples.port_blocked()))
    run_to_verdict(qtbot, window)
    with qtbot.waitSignal(window.parts.form.planned):
        window.parts.form.application.setText("other")
    assert window.parts.card.headline.text() == "Port 1935 is blocked by a firewall in your network."
    assert window.parts.model.rowCount() == 5


def test_escape_stops_and_the_verdict_says_so(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(hanging(samples.port_blocked(), 1.0))
    type_server(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(
        lambda: window.parts.card.headline.text().startswith("Attempt 1 of 3: waiting for port 1935")
    )
    assert not window.parts.form.server.isEnabled()
    assert not window.parts.actions.run.isEnabled()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert window.parts.card.headline.text() == "Stopping…"
    with qtbot.waitSignal(window.parts.session.finished):
        pass
    assert window.parts.card.word.text() == "Stopped"
    assert window.parts.form.server.isEnabled()
    assert window.parts.form.server.currentText() == "media.example.com"


def test_a_fault_of_the_program_is_no_verdict(
    qtbot: QtBot, make_window: MakeWindow, capsys: pytest.CaptureFixture[str]
) -> None:
    window = make_window(crashing("by zero"))
    type_server(qtbot, window)
    with qtbot.waitSignal(window.parts.session.failed):
        qtbot.keyClick(window.parts.form.application, Qt.Key.Key_Return)
    assert window.parts.card.headline.text() == say(CardTexts.FAULT)
    assert not window.parts.actions.save.isEnabled()
    with qtbot.waitSignal(window.parts.form.planned):
        window.parts.form.application.setText("other")
    assert window.parts.card.headline.text() == say(CardTexts.FAULT)


def test_the_end_of_a_run_is_announced(
    qtbot: QtBot, make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends: list[str] = []
    monkeypatch.setattr(report_view, "announce_end", lambda _window, message: ends.append(message))
    window = make_window(telling(samples.healthy()))
    run_to_verdict(qtbot, window)
    assert ends == [f"Connected. {window.parts.card.headline.text()}"]
    window.view.close_report()
    assert len(ends) == 1
    window = make_window(crashing("by zero"))
    type_server(qtbot, window)
    with qtbot.waitSignal(window.parts.session.failed):
        window.parts.form.run()
    assert ends[1:] == [say(CardTexts.FAULT)]


def test_a_new_test_begins_empty(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(telling(samples.port_blocked()))
    run_to_verdict(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert window.parts.card.headline.text() == say(CardTexts.IDLE)
    assert window.parts.model.rowCount() == 0
    assert window.parts.form.server.currentText() == ""
    assert window.parts.session.report is None


def test_a_second_run_replaces_the_first(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(telling(samples.port_blocked()))
    run_to_verdict(qtbot, window)
    with qtbot.waitSignal(window.parts.session.finished):
        qtbot.keyClick(window, Qt.Key.Key_F5)
    assert window.parts.model.rowCount() == 5
    assert window.parts.form.server.count() == 1


def test_a_report_is_opened_looked_at_and_closed(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    window = make_window(telling(samples.port_blocked()))
    open_file(qtbot, window, opened_file(tmp_path, samples.rejected()))
    assert window.parts.banner.isVisible()
    assert window.parts.banner.title.text().startswith(
        "Report from another computer, 12 May 2026 14:02 (UTC+02:00)"
    )
    assert window.parts.form.isHidden()
    assert window.parts.card.word.text() == "Rejected by server"
    assert window.parts.model.rowCount() > 0
    assert not window.parts.actions.run.isEnabled()
    assert window.parts.actions.save.isEnabled()
    qtbot.keyClick(window.parts.banner.close_button, Qt.Key.Key_Space)
    assert window.parts.form.isVisible()
    assert window.parts.banner.isHidden()
    assert window.parts.card.headline.text() == say(CardTexts.IDLE)
    assert window.parts.model.rowCount() == 0
    assert not window.parts.actions.save.isEnabled()


def test_closing_a_report_brings_the_own_result_back(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    window = make_window(telling(samples.port_blocked()))
    run_to_verdict(qtbot, window)
    rows = window.parts.model.rowCount()
    open_file(qtbot, window, opened_file(tmp_path, samples.rejected()))
    assert window.parts.commands.report == samples.rejected()
    window.view.close_report()
    assert window.parts.card.headline.text() == "Port 1935 is blocked by a firewall in your network."
    assert window.parts.model.rowCount() == rows
    assert window.parts.commands.report is window.parts.session.report


def test_a_report_of_ones_own_is_known_again(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path) -> None:
    window = make_window(telling(samples.port_blocked()))
    run_to_verdict(qtbot, window)
    open_file(qtbot, window, opened_file(tmp_path, samples.port_blocked()))
    assert window.parts.banner.title.text().startswith("Report from this computer")


def test_an_opened_report_is_tested_from_here(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path) -> None:
    window = make_window(telling(samples.healthy()))
    open_file(qtbot, window, opened_file(tmp_path, samples.rejected()))
    window.parts.banner.test_button.click()
    assert window.parts.form.fields().server == samples.HOST
    assert window.parts.form.application.text() == "live2"
    assert not window.parts.session.running
    qtbot.waitUntil(lambda: window.parts.card.headline.text() == f"Ready to test {samples.HOST}")


def test_a_hidden_server_has_to_be_entered(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path) -> None:
    window = make_window(telling(samples.healthy()))
    report = msgspec.structs.replace(samples.healthy(), target=Target("lan-1", "live"))
    open_file(qtbot, window, opened_file(tmp_path, report))
    window.view.test_from_here()
    assert window.parts.form.fields().server == ""
    assert window.parts.messages.text.text() == say(ReportViewTexts.HIDDEN_SERVER)


def test_a_file_that_is_no_report_changes_nothing(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    window = make_window(telling(samples.port_blocked()))
    run_to_verdict(qtbot, window)
    wrong = tmp_path / "wrong.json"
    wrong.write_text("{}", encoding="utf-8")
    for path in (wrong, tmp_path / "missing.json"):
        open_file(qtbot, window, path)
        assert window.parts.messages.isVisible()
        assert window.parts.messages.text.text().startswith(f"{path.name}: This file")
        assert window.parts.card.headline.text() == "Port 1935 is blocked by a firewall in your network."
        assert window.parts.form.isVisible()
    open_file(qtbot, window, opened_file(tmp_path, samples.rejected()))
    assert window.parts.messages.isHidden()


def test_a_newer_report_is_shown_as_data(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path) -> None:
    window = make_window(telling(samples.healthy()))
    path = tmp_path / "new.json"
    path.write_text('{"schema_version": "fmsdiag-report/9.0", "novelty": 1}', encoding="utf-8")
    open_file(qtbot, window, path)
    assert window.parts.banner.notice.text().startswith("This report has the format")
    assert "novelty" in window.parts.raw.toPlainText()
    assert window.parts.raw.isVisible()
    assert window.parts.card.isHidden()
    assert window.parts.actions.save.isEnabled()
    assert not window.parts.actions.copy_summary.isEnabled()
    window.view.new()
    assert window.parts.raw.isHidden()
    assert window.parts.card.isVisible()


def test_a_file_that_is_dropped_during_a_run_is_opened_behind_it(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    """Reading it at once would spoil the times that are measured."""
    path = opened_file(tmp_path, samples.rejected())
    window = make_window(hanging(samples.port_blocked(), 1.0))
    type_server(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.parts.session.running)
    assert drop(window, path)
    assert window.parts.messages.text.text() == "1 file will be opened when the test has ended."
    assert window.parts.tabs.reports == []
    with qtbot.waitSignal(window.parts.session.finished):
        qtbot.keyClick(window, Qt.Key.Key_Escape)
    finished(qtbot, window)
    assert window.parts.tabs.count() == 2
    assert window.parts.card.word.text() == "Stopped"


def test_opening_asks_for_a_file_by_keyboard(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path) -> None:
    path = opened_file(tmp_path, samples.rejected())
    window = make_window(telling(samples.healthy()))
    qtbot.keyClick(window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.findChild(QFileDialog) is not None)
    dialog = child(window, QFileDialog)
    dialog.selectFile(str(path))
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(window.parts.banner.isVisible)


def test_a_large_file_does_not_hold_the_window_up(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    """Ten megabytes: seconds of reading, checking and redacting, in which the loop must go on."""
    report = samples.port_blocked()
    lines = tuple(TranscriptLine(n / 1000, Direction.IN, f"message {n} " + "x" * 400) for n in range(4900))
    grown = tuple(msgspec.structs.replace(a, transcript=lines) for a in report.attempts)
    path = opened_file(tmp_path, msgspec.structs.replace(report, attempts=grown))
    assert path.stat().st_size > 10_000_000
    window = make_window(telling(samples.healthy()))
    beats = [perf_counter()]
    heart = QTimer(window, interval=10)
    heart.timeout.connect(lambda: beats.append(perf_counter()))
    heart.start()
    window.view.open_file(path)
    qtbot.waitUntil(window.parts.banner.isVisible, timeout=30_000)
    heart.stop()
    took_s = perf_counter() - beats[0]
    longest_s = max(later - earlier for earlier, later in pairwise(beats))
    assert longest_s < max(0.4, took_s / 4)  # on the window's thread it would be nearly all of it


def test_of_two_files_the_last_one_is_shown(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path) -> None:
    window = make_window(telling(samples.healthy()))
    window.view.open_file(opened_file(tmp_path, samples.port_blocked(), "one.json"))
    open_file(qtbot, window, opened_file(tmp_path, samples.rejected(), "two.json"))
    assert window.windowTitle().startswith("two.json")


def test_a_run_that_was_started_meanwhile_is_not_left(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    window = make_window(hanging(samples.port_blocked(), 1.0))
    type_server(qtbot, window)
    window.view.open_file(opened_file(tmp_path, samples.rejected()))
    qtbot.keyClick(window, Qt.Key.Key_F5)
    finished(qtbot, window)
    if window.parts.session.running:  # else the file was read before the key was
        assert window.parts.banner.isHidden()


def several(tmp_path: Path, count: int) -> list[Path]:
    return [opened_file(tmp_path, samples.rejected(), f"{number}.json") for number in range(count)]


def test_several_files_get_a_tab_each_and_the_first_one_is_shown(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    window = make_window(telling(samples.healthy()))
    assert window.parts.tabs.isHidden()
    window.view.open_files(several(tmp_path, 3))
    finished(qtbot, window)
    assert [one.name for one in window.parts.tabs.reports] == ["0.json", "1.json", "2.json"]
    assert window.windowTitle().startswith("0.json")
    assert window.parts.tabs.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    assert window.windowTitle().startswith("1.json")
    for _ in range(3):
        qtbot.keyClick(window, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    assert window.parts.tabs.isHidden()
    assert window.parts.form.isVisible()
    assert not window.parts.actions.close_report.isEnabled()


def test_several_files_are_dropped_at_once(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path) -> None:
    window = make_window(telling(samples.healthy()))
    assert drop(window, *several(tmp_path, 2))
    finished(qtbot, window)
    assert len(window.parts.tabs.reports) == 2


def test_several_files_are_chosen_at_once(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path) -> None:
    window = make_window(telling(samples.healthy()))
    window.view.ask_what_to_open()
    dialog = child(window, QFileDialog, "open")
    assert dialog.fileMode() is QFileDialog.FileMode.ExistingFiles
    dialog.filesSelected.emit([str(path) for path in several(tmp_path, 2)])
    finished(qtbot, window)
    assert len(window.parts.tabs.reports) == 2


def test_a_file_that_is_open_already_is_brought_to_the_front(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    window = make_window(telling(samples.healthy()))
    paths = several(tmp_path, 2)
    window.view.open_files(paths)
    finished(qtbot, window)
    open_file(qtbot, window, paths[1])
    assert len(window.parts.tabs.reports) == 2
    assert window.windowTitle().startswith("1.json")


def test_no_more_than_twenty_are_open(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path) -> None:
    window = make_window(telling(samples.healthy()))
    window.view.open_files(several(tmp_path, 23))
    finished(qtbot, window)
    assert len(window.parts.tabs.reports) == MOST_OPEN == 20
    said = "At most 20 reports can be open. 3 files were not opened. Close reports first."
    assert window.parts.messages.text.text() == said
    report = samples.healthy()
    window.view.show_opened(OpenedReport(report, {}), "test from the history", report)
    assert window.parts.messages.text.text().endswith("1 file was not opened. Close a report first.")
    window.view.close_all()
    assert window.parts.tabs.isHidden()
    assert window.parts.form.isVisible()


def test_a_test_goes_on_while_a_report_is_read_and_nothing_of_it_is_lost(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    window = make_window(hanging(samples.port_blocked(), 1.0))
    open_file(qtbot, window, opened_file(tmp_path, samples.rejected()))
    window.parts.tabs.bring_to_front(None)
    type_server(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    waiting = "Attempt 1 of 3: waiting for port 1935"
    qtbot.waitUntil(lambda: window.parts.card.headline.text().startswith(waiting))
    rows = window.parts.model.rowCount()
    window.parts.tabs.step(1)
    assert window.parts.card.word.text() == "Rejected by server"
    assert not window.parts.actions.stop.isEnabled()
    assert window.parts.session.running
    with qtbot.waitSignal(window.parts.session._engine.tick):
        pass
    assert window.parts.card.word.text() == "Rejected by server"
    window.parts.tabs.step(1)
    assert window.parts.model.rowCount() == rows
    assert window.parts.card.headline.text().startswith(waiting)
    assert window.parts.actions.stop.isEnabled()


def test_a_test_that_ends_behind_a_report_is_there_when_one_comes_back(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    window = make_window(hanging(samples.port_blocked(), 1.0))
    open_file(qtbot, window, opened_file(tmp_path, samples.rejected()))
    window.parts.tabs.bring_to_front(None)
    type_server(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.parts.model.rowCount() > 0)
    window.parts.tabs.step(1)
    window.view.test_from_here()
    assert window.parts.messages.text.text() == say(ReportViewTexts.RUNNING_TEST)
    with qtbot.waitSignal(window.parts.session.finished):
        window.view.stop()
    assert window.parts.card.word.text() == "Rejected by server"
    assert window.parts.commands.report == samples.rejected()
    window.view.close_report()
    assert window.parts.card.word.text() == "Stopped"
    assert window.parts.commands.report is window.parts.session.report
    assert window.parts.model.rowCount() > 0


def test_a_fault_is_shown_where_a_report_was_read(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And it is still there after another look at the report."""
    window = make_window(crashing("by zero"))
    type_server(qtbot, window)
    with qtbot.waitSignal(window.parts.session.failed):
        window.parts.form.run()
    open_file(qtbot, window, opened_file(tmp_path, samples.rejected()))
    assert window.parts.card.word.text() == "Rejected by server"
    window.parts.tabs.step(1)
    assert window.parts.card.headline.text() == say(CardTexts.FAULT)


def test_a_profile_does_not_end_a_test(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path) -> None:
    path = tmp_path / "help.fmsdiag"
    path.write_bytes(encode(whole_profile()))
    window = make_window(hanging(samples.port_blocked(), 1.0))
    type_server(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.parts.session.running)
    window.view.open_files([path])
    assert window.parts.messages.text.text() == say(ReportViewTexts.RUNNING_PROFILE)
    assert window.parts.session.running
    assert window.parts.profile.isHidden()


def test_both_verdicts_are_shown_where_they_differ(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    window = make_window(telling(samples.healthy()))
    report = samples.port_blocked()
    wrong = msgspec.structs.replace(report.verdict, cause="server-down")
    old = msgspec.structs.replace(report, tool=Tool("fmsdiag", "0.0.9"), verdict=wrong)
    open_file(qtbot, window, opened_file(tmp_path, old))
    assert "Cause: port-blocked, confidence: Likely." in window.parts.banner.today.text()
    assert window.parts.banner.today.isVisible()
    assert window.parts.commands.report == old
    open_file(qtbot, window, opened_file(tmp_path, report, "new.json"))
    assert window.parts.banner.today.isHidden()
