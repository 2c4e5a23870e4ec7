"""The card's last line: what can be done with a report, and how that went."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from fmsdiag.gui.notice import Notice
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, Text, text


class ButtonTexts(Table, of="gui.report-buttons"):
    """ "&" marks a button's access key."""

    SUMMARY = text("Cop&y Summary")
    REQUEST = text("Copy Re&quest")
    SAVE = text("Save Rep&ort…")
    SUPPORT = text("Save for Support…")  # Ctrl+Shift+S: the form has taken its letters


class ReportButtons(QWidget):
    """Copy Summary, Copy Request, Save Report, Save for Support, and a line of text instead of message boxes."""

    copy_summary = Signal()
    copy_request = Signal()
    save_report = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.summary = self._button(row, ButtonTexts.SUMMARY)
        self.summary.clicked.connect(self.copy_summary)
        self.request = self._button(row, ButtonTexts.REQUEST)
        self.request.clicked.connect(self.copy_request)
        self.save = self._button(row, ButtonTexts.SAVE)
        self.save.clicked.connect(self.save_report)
        self.support = self._button(row, ButtonTexts.SUPPORT)
        self.message = Notice()
        row.addSpacing(6)
        row.addWidget(self.message, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _fit(self) -> None:
        """Where not all have room, Save Report is left to the File menu: a customer's button is the one for support."""
        row = self.layout()
        if row is None:
            return
        buttons = (self.summary, self.request, self.save, self.support)
        needed = sum(button.sizeHint().width() + row.spacing() for button in buttons)
        self.save.setVisible(needed <= self.contentsRect().width())

    @staticmethod
    def _button(row: QHBoxLayout, said: Text) -> QPushButton:
        button = QPushButton(say(said))
        button.setAutoDefault(False)
        row.addWidget(button)
        return button
