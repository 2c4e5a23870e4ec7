"""Report files that are dropped are taken, other drops are not touched."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from fmsdiag.gui.report_file.file_drop import FileDrop, dropped_reports

NO_KEYS, NO_BUTTON = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.NoButton


def files(*paths: str) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path) for path in paths])
    data.setText("\n".join(paths))
    return data


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (files("/a/report.json"), ["/a/report.json"]),
        (files("/a/b.fmsdiag-report"), ["/a/b.fmsdiag-report"]),
        (files("/a/REPORT.HTML"), ["/a/REPORT.HTML"]),
        (files("/a/b.fmsdiag"), ["/a/b.fmsdiag"]),
        (files("/a/report.txt"), []),
        (files("/a/2.json", "/a/notes.txt", "/a/1.zip"), ["/a/2.json", "/a/1.zip"]),
        (QMimeData(), []),
    ],
)
def test_what_is_a_report(data: QMimeData, expected: list[str]) -> None:
    assert dropped_reports(data) == [Path(path) for path in expected]


def drop_on(field: QLineEdit, data: QMimeData) -> bool:
    copy = Qt.DropAction.CopyAction
    entered = QDragEnterEvent(QPoint(2, 2), copy, data, NO_BUTTON, NO_KEYS)
    QApplication.sendEvent(field, entered)
    dropped = QDropEvent(QPointF(2, 2), copy, data, NO_BUTTON, NO_KEYS)
    QApplication.sendEvent(field, dropped)
    return entered.isAccepted()


def test_a_text_field_does_not_take_the_path_of_a_report(qtbot: QtBot) -> None:
    field = QLineEdit()
    qtbot.addWidget(field)
    field.show()
    drops = FileDrop(field)
    drops.watch(field)
    with qtbot.waitSignal(drops.dropped) as told:
        assert drop_on(field, files("/a/report.json"))
    assert told.args == [[Path("/a/report.json")]]
    assert field.text() == ""
