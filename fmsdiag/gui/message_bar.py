"""One line under the menus for what could not be done: instead of a box that has to be answered."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from fmsdiag.gui.theme.icons import icon
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text


class BarTexts(Table, of="gui.message-bar"):
    DISMISS = text("Dismiss")


class MessageBar(QFrame):
    """Hidden until there is something to say; goes away by its button or with the next thing that succeeds."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("message")
        picture = QLabel()
        picture.setPixmap(icon("fault").pixmap(16, 16))
        self.text = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.button = QToolButton()
        self.button.setText(say(BarTexts.DISMISS))
        self.button.clicked.connect(self.clear)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 5, 6, 5)
        row.setSpacing(10)
        row.addWidget(picture)
        row.addWidget(self.text, 1)
        row.addWidget(self.button)
        self.hide()

    def say(self, message: str) -> None:
        self.text.setText(message)
        self.setAccessibleName(message)
        self.show()

    def clear(self) -> None:
        self.hide()
        self.text.clear()
