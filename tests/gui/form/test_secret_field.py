"""Nobody reads over the shoulder."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from fmsdiag.gui.form.secret_field import SecretField


def test_it_shows_dots_and_lets_nobody_copy(qtbot: QtBot) -> None:
    field = SecretField("Password")
    qtbot.addWidget(field)
    field.setText("PLANTED")
    assert "PLANTED" not in field.displayText()
    QGuiApplication.clipboard().setText("before")
    field.selectAll()
    field.copy()
    assert QGuiApplication.clipboard().text() == "before"
    assert field.inputMethodHints() & Qt.InputMethodHint.ImhSensitiveData
    field.show_text(True)
    assert field.displayText() == "PLANTED"
    assert field.inputMethodHints() & Qt.InputMethodHint.ImhSensitiveData
    field.show_text(False)
    assert field.echoMode() is QLineEdit.EchoMode.Password
