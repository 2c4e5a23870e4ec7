"""What the shown report can be compared with: the other open ones, this computer's test, a file."""

from __future__ import annotations

from pathlib import Path

import msgspec
from PySide6.QtWidgets import QFileDialog, QMenu
from pytestqt.qtbot import QtBot

from fmsdiag.gui.compare_dialog import CompareDialog
from fmsdiag.gui.main_window import MainWindow
from fmsdiag.model import Report
from tests.gui.children import child
from tests.gui.conftest import MakeWindow
from tests.gui.scripted import telling
from tests.gui.window_steps import finished, opened_file, run_to_verdict
from tests.report import samples


def renamed(report: Report, report_id: str) -> Report:
    return msgspec.structs.replace(report, report_id=report_id)


def opened(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    """Two reports of other computers, the first one in front."""
    paths = [
        opened_file(folder, renamed(samples.rejected(), "11111111"), "one.json"),
        opened_file(folder, renamed(samples.unreachable(), "22222222"), "two.json"),
    ]
    window.view.open_files(paths)
    finished(qtbot, window)


def entries(window: MainWindow) -> list[str]:
    window.parts.actions.compare.trigger()
    menu = child(window, QMenu, "compare-with")
    return [action.text() for action in menu.actions() if action.text()]


def test_the_other_open_reports_are_offered_before_a_file(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    window = make_window(telling(samples.healthy()))
    opened(qtbot, window, tmp_path)
    assert entries(window) == ["&1 media.example.com · 12 May 14:02", "Report &File…"]


def test_this_computers_test_is_supports(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path) -> None:
    window = make_window(telling(samples.healthy()))
    run_to_verdict(qtbot, window)
    opened(qtbot, window, tmp_path)
    assert entries(window)[0] == "&1 This computer"
    child(window, QMenu, "compare-with").actions()[0].trigger()
    page = child(window, CompareDialog).page.toPlainText()
    assert "Customer. Cause: app-not-found" in page


def test_this_computers_test_in_front_is_compared_with_an_open_report(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    window = make_window(telling(samples.healthy()))
    run_to_verdict(qtbot, window)
    opened(qtbot, window, tmp_path)
    window.parts.tabs.bring_to_front(None)
    assert len(entries(window)) == 3
    child(window, QMenu, "compare-with").actions()[0].trigger()
    assert "Customer. Cause: app-not-found" in child(window, CompareDialog).page.toPlainText()


def test_a_file_can_still_be_chosen(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path) -> None:
    window = make_window(telling(samples.healthy()))
    opened(qtbot, window, tmp_path)
    entries(window)
    child(window, QMenu, "compare-with").actions()[-1].trigger()
    child(window, QFileDialog, "compare").fileSelected.emit(str(tmp_path / "two.json"))
    qtbot.waitUntil(lambda: window.findChild(CompareDialog) is not None)


def test_without_other_reports_a_file_is_asked_for_at_once(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(telling(samples.healthy()))
    window.view.compare.with_report(samples.rejected())
    assert window.findChild(CompareDialog) is None
    run_to_verdict(qtbot, window)
    window.parts.actions.compare.trigger()
    assert child(window, QFileDialog, "compare").isVisible()


def test_more_than_nine_have_no_key(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path) -> None:
    window = make_window(telling(samples.healthy()))
    window.view.open_files([opened_file(tmp_path, samples.rejected(), f"{n}.json") for n in range(12)])
    finished(qtbot, window)
    shown = entries(window)
    assert shown[8].startswith("&9 ")
    assert shown[9].startswith("media.example.com")
