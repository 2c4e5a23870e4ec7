"""What people do with the window, for tests: type, run, save, drop a file."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from fmsdiag.gui.main_window import MainWindow
from fmsdiag.model import Report
from fmsdiag.report import json
from tests.gui.children import child


def type_server(qtbot: QtBot, window: MainWindow) -> None:
    window.parts.form.server.setFocus()
    qtbot.keyClicks(window.parts.form.server.lineEdit(), "media.example.com")
    qtbot.keyClick(window.parts.form.server.lineEdit(), Qt.Key.Key_Tab)
    qtbot.keyClicks(window.parts.form.application, "live")


def run_to_verdict(qtbot: QtBot, window: MainWindow) -> None:
    type_server(qtbot, window)
    with qtbot.waitSignal(window.parts.session.finished):
        qtbot.keyClick(window.parts.form.application, Qt.Key.Key_Return)


def save_as(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.findChild(QFileDialog) is not None)
    dialog = child(window, QFileDialog)
    dialog.selectFile(str(path))
    qtbot.keyClick(dialog, Qt.Key.Key_Return)


def opened_file(tmp_path: Path, report: Report, name: str = "report.json") -> Path:
    path = tmp_path / name
    path.write_bytes(json.encode(report))
    return path


def open_file(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    """Open a file, and wait until it is shown or said that it cannot be."""
    window.view.open_file(path)
    finished(qtbot, window)


def finished(qtbot: QtBot, window: MainWindow) -> None:
    """Wait for the file that is being read."""
    reading = window.view.reader.task
    if reading is not None:
        qtbot.waitUntil(reading.done)


def drop(window: MainWindow, *paths: Path) -> bool:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    way, button, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entered = QDragEnterEvent(QPoint(9, 9), way, data, button, keys)
    QApplication.sendEvent(window, entered)
    QApplication.sendEvent(window, QDropEvent(QPointF(9, 9), way, data, button, keys))
    return entered.isAccepted()
