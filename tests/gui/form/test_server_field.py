from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from fmsdiag.gui.form.server_field import make_server_field


def test_it_is_typed_into_and_finishes_no_name_by_itself(qtbot: QtBot) -> None:
    field, line = make_server_field()
    qtbot.addWidget(field)
    field.addItem("rtmp://media.example.com/live")
    field.setCurrentIndex(-1)
    field.clearEditText()
    qtbot.keyClicks(line, "rtmp://m")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert field.currentText() == "rtmp://m"
    assert field.count() == 1
    assert field.insertPolicy() is QComboBox.InsertPolicy.NoInsert
