"""One line under the menus for how something went: instead of a box that has to be answered."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from fmsdiag.gui.notice import Notice
from fmsdiag.gui.theme.stylesheet import set_style_property
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.report.words import Tone


class BarTexts(Table, of="gui.message-bar"):
    DISMISS = text("Dismiss")


class MessageBar(QFrame):
    """Hidden until there is something to say; goes away by its button or with the next thing that succeeds."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("message")
        self.notice = Notice()
        self.text = self.notice.words
        self.button = QToolButton()
        self.button.setText(say(BarTexts.DISMISS))
        self.button.clicked.connect(self.clear)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 5, 6, 5)
        row.setSpacing(10)
        row.addWidget(self.notice, 1)
        row.addWidget(self.button)
        self.hide()

    def say(self, message: str, tone: Tone = Tone.BAD) -> None:
        """Show `message`; unless told otherwise, it is about something that failed."""
        set_style_property(self, "tone", tone.value)
        self.setAccessibleName(message)
        self.show()
        self.notice.say(message, tone)

    def clear(self) -> None:
        self.hide()
        self.notice.clear()
