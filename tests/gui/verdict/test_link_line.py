"""A wrapped line that works like a button."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from pytestqt.qtbot import QtBot

from fmsdiag.gui.verdict.link_line import LinkLine


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_it_answers_to_keys(qtbot: QtBot, key: Qt.Key) -> None:
    line = LinkLine("Port 1935 gave no answer")
    qtbot.addWidget(line)
    with qtbot.waitSignal(line.clicked):
        qtbot.keyClick(line, key)


def test_it_is_a_button_to_screen_readers(qtbot: QtBot) -> None:
    line = LinkLine("Port 1935 gave no answer")
    qtbot.addWidget(line)
    interface = QAccessible.queryAccessibleInterface(line)
    assert interface.role() is QAccessible.Role.Button
    assert interface.text(QAccessible.Text.Name) == "Port 1935 gave no answer"


def test_it_grows_when_it_has_to_wrap(qtbot: QtBot) -> None:
    line = LinkLine("Port 1935 of the server that is known to work gave no answer for five seconds. " * 3)
    qtbot.addWidget(line)
    assert line.hasHeightForWidth()
    assert line.heightForWidth(150) > line.heightForWidth(600) >= line.minimumSizeHint().height()


def test_it_shows_markup_as_text(qtbot: QtBot) -> None:
    line = LinkLine("<b>bold</b> & <script>")
    qtbot.addWidget(line)
    line.resize(300, 20)
    line.setFocus()
    assert not line.grab().isNull()
    assert line.text() == "<b>bold</b> & <script>"


def test_a_word_that_is_too_long_is_broken(qtbot: QtBot) -> None:
    line = LinkLine("x" * 300)
    qtbot.addWidget(line)
    assert line.heightForWidth(200) > 3 * line.minimumSizeHint().height()


def test_its_text_can_be_copied(qtbot: QtBot) -> None:
    line = LinkLine("Port 1935 gave no answer")
    qtbot.addWidget(line)
    line.actions()[0].trigger()
    assert QGuiApplication.clipboard().text() == "Port 1935 gave no answer"
