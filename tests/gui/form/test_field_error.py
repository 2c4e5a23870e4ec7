"""An error is seen, and heard by screen readers."""

from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from fmsdiag.gui.form.field_error import FieldError


def test_it_says_and_takes_back(qtbot: QtBot) -> None:
    field = QLineEdit()
    error = FieldError(field)
    qtbot.addWidget(field)
    qtbot.addWidget(error)
    error.show_message("<b>wrong</b>")
    assert error.isVisible()
    assert (field.accessibleDescription(), field.property("invalid")) == ("<b>wrong</b>", True)
    error.show_message("")
    assert error.isHidden()
    assert (field.accessibleDescription(), field.property("invalid")) == ("", False)
