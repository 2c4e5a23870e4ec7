"""File ▸ History: the list, opening, deleting after a question, the switch, and what is wrong with the file."""

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QMessageBox
from pytestqt.qtbot import QtBot
from qasync import QEventLoop

from fmsdiag.gui.history.dialog import HistoryDialog
from fmsdiag.history.place import is_kept
from fmsdiag.history.store import History
from fmsdiag.report.redact import redact
from tests.gui.children import child
from tests.report import samples

LATER = {"report_id": "e" * 16, "started_at": "2026-05-13T09:00:00Z"}
BLOCKED = redact(msgspec.structs.replace(samples.port_blocked(), **LATER))


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    with History(tmp_path / "h") as history:
        history.add(redact(samples.healthy()))
        history.add(BLOCKED)
    return {"FMSDIAG_HISTORY": str(tmp_path / "h"), "FMSDIAG_JOURNAL": str(tmp_path / "j")}


def loaded(qtbot: QtBot, environment: dict[str, str]) -> HistoryDialog:
    dialog = HistoryDialog(environment)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.load()
    settle(qtbot, dialog)
    return dialog


def settle(qtbot: QtBot, dialog: HistoryDialog) -> None:
    """Until what was asked of the disk has come."""
    task = dialog._task
    assert task is not None
    qtbot.waitUntil(task.done)


def answer(qtbot: QtBot, dialog: HistoryDialog, accept: bool) -> None:
    (box,) = [each for each in dialog.findChildren(QMessageBox) if each.isVisible()]
    button: QAbstractButton = (
        child(box, QAbstractButton, "accept") if accept else box.button(QMessageBox.StandardButton.Cancel)
    )
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.mark.usefixtures("qt_loop")
def test_a_test_is_opened(qtbot: QtBot, environment: dict[str, str]) -> None:
    dialog = loaded(qtbot, environment)
    assert dialog.table.count() == 2
    assert dialog.keep.isChecked()
    dialog.filter.setText("port blocked")
    with qtbot.waitSignal(dialog.opened) as opened:
        qtbot.mouseClick(dialog.open_button, Qt.MouseButton.LeftButton)
    assert opened.args == [BLOCKED]
    assert dialog.isHidden()


@pytest.mark.usefixtures("qt_loop")
def test_one_is_deleted_only_after_the_question(qtbot: QtBot, environment: dict[str, str]) -> None:
    dialog = loaded(qtbot, environment)
    qtbot.mouseClick(dialog.delete_button, Qt.MouseButton.LeftButton)
    answer(qtbot, dialog, accept=False)
    assert dialog.table.count() == 2
    qtbot.mouseClick(dialog.delete_button, Qt.MouseButton.LeftButton)
    (box,) = [each for each in dialog.findChildren(QMessageBox) if each.isVisible()]
    assert "13 May 2026 09:00 UTC" in box.text()
    answer(qtbot, dialog, accept=True)
    settle(qtbot, dialog)
    qtbot.waitUntil(lambda: dialog.table.count() == 1)


@pytest.mark.usefixtures("qt_loop")
def test_all_are_deleted(qtbot: QtBot, environment: dict[str, str]) -> None:
    dialog = loaded(qtbot, environment)
    qtbot.mouseClick(dialog.delete_all_button, Qt.MouseButton.LeftButton)
    answer(qtbot, dialog, accept=True)
    qtbot.waitUntil(lambda: dialog.table.count() == 0)
    assert dialog.notice.text() == "No test is on record."
    assert not dialog.open_button.isEnabled()
    assert not dialog.delete_all_button.isEnabled()


@pytest.mark.usefixtures("qt_loop")
def test_the_box_switches_it_off_and_on(qtbot: QtBot, environment: dict[str, str], tmp_path: Path) -> None:
    dialog = loaded(qtbot, environment)
    for wanted in (False, True):
        dialog.keep.setChecked(wanted)
        settle(qtbot, dialog)
        assert is_kept(tmp_path / "h") is wanted
        assert (dialog.notice.text() == "No further test is added to this history.") is not wanted


@pytest.mark.usefixtures("qt_loop")
def test_a_damaged_file_and_none_at_all_are_said(
    qtbot: QtBot, environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "h").write_bytes(b"x" * 5000)
    dialog = loaded(qtbot, environment)
    assert dialog.notice.text().startswith("The history was damaged and could not be opened. It was kept as")
    dialog = loaded(qtbot, {"FMSDIAG_HISTORY": "none"})
    assert dialog.notice.text().startswith("No history is kept, because")
    assert not dialog.keep.isEnabled()


def test_closing_does_not_wait_for_the_disk(
    qtbot: QtBot, environment: dict[str, str], qt_loop: QEventLoop
) -> None:
    dialog = HistoryDialog(environment)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.load()
    dialog.reject()
    settle(qtbot, dialog)
    assert dialog.table.count() == 0
