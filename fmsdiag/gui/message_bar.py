"""One line under the menus for how something went: instead of a box that has to be answered."""

from __future__ import annotations

from collections.abc import Callable

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
        self.action_button = QToolButton()
        self.action_button.hide()
        self.action_button.clicked.connect(self._act)
        self.button = QToolButton()
        self.button.setText(say(BarTexts.DISMISS))
        self.button.clicked.connect(self._dismiss)
        self._action: Callable[[], None] | None = None
        self._dismissed: Callable[[], None] | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 5, 6, 5)
        row.setSpacing(10)
        row.addWidget(self.notice, 1)
        row.addWidget(self.action_button)
        row.addWidget(self.button)
        self.hide()

    def _no_action(self) -> None:
        self._action = self._dismissed = None
        self.action_button.hide()

    def say(self, message: str, tone: Tone = Tone.BAD) -> None:
        """Show `message`; unless told otherwise, it is about something that failed."""
        self._no_action()
        set_style_property(self, "tone", tone.value)
        self.setAccessibleName(message)
        self.show()
        self.notice.say(message, tone)

    def offer(
        self, message: str, label: str, action: Callable[[], None], dismissed: Callable[[], None]
    ) -> None:
        """Say something that can be acted upon: the button `label` does `action`, the other one `dismissed`."""
        self.say(message, Tone.CAUTION)
        self._action, self._dismissed = action, dismissed
        self.action_button.setText(label)
        self.action_button.show()

    def _act(self) -> None:
        action = self._action
        self.clear()
        if action is not None:
            action()

    def _dismiss(self) -> None:
        dismissed = self._dismissed
        self.clear()
        if dismissed is not None:
            dismissed()

    def clear(self) -> None:
        self.hide()
        self._no_action()
        self.notice.clear()
