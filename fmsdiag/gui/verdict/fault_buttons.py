"""What can be done with a fault of this program: pass it on."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text


class FaultTexts(Table, of="gui.fault-buttons"):
    """ "&" marks a button's access key."""

    COPY = text("&Copy Error")
    SAVE = text("Sa&ve Error…")


class FaultButtons(QWidget):
    """Copy and Save."""

    copy_error = Signal()
    save_error = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.copy, self.save = QPushButton(say(FaultTexts.COPY)), QPushButton(say(FaultTexts.SAVE))
        for button, pressed in ((self.copy, self.copy_error), (self.save, self.save_error)):
            button.setAutoDefault(False)
            button.clicked.connect(pressed)
            row.addWidget(button)
        row.addStretch(1)
