"""Report files that are dropped are taken, other drops are not touched."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from fmsdiag.gui.report_file.file_drop import FileDrop, dropped_report

NO_KEYS, NO_BUTTON = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.NoButton


def files(*paths: str) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path) for path in paths])
    data.setText("\n".join(paths))
    return data


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (files("/a/report.json"), Path("/a/report.json")),
        (files("/a/b.fmsdiag-report"), Path("/a/b.fmsdiag-report")),
        (files("/a/REPORT.HTML"), Path("/a/REPORT.HTML")),
        (files("/a/b.fmsdiag"), Path("/a/b.fmsdiag")),
        (files("/a/report.txt"), None),
        (files("/a/1.json", "/a/2.json"), None),
        (QMimeData(), None),
    ],
)
def test_what_is_a_report(data: QMimeData, expected: Path | None) -> None:
    assert dropped_report(data) == expected


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
    assert told.args == [Path("/a/report.json")]
    assert field.text() == ""
    drops.accepting = False
    with qtbot.assertNotEmitted(drops.dropped):
        assert not drop_on(field, files("/a/report.json"))
