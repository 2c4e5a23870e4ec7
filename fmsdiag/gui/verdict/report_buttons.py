"""The card's last line: what can be done with a report, and how that went."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from fmsdiag.gui.notice import Notice
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, Text, text


class ButtonTexts(Table, of="gui.report-buttons"):
    """ "&" marks a button's access key."""

    SUMMARY = text("Cop&y Summary")
    REQUEST = text("Copy Re&quest")
    SAVE = text("Save Rep&ort…")
    SAVE_FOR_SUPPORT = text("Save for S&upport…")


class ReportButtons(QWidget):
    """Copy Summary, Copy Request, Save Report, or the one that a customer needs; a line of text instead of message boxes."""

    copy_summary = Signal()
    copy_request = Signal()
    save_report = Signal()
    save_for_support = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.next = self._button(row, ButtonTexts.SAVE_FOR_SUPPORT)
        self.next.setProperty("role", "primary")
        self.next.clicked.connect(self.save_for_support)
        self.summary = self._button(row, ButtonTexts.SUMMARY)
        self.summary.clicked.connect(self.copy_summary)
        self.request = self._button(row, ButtonTexts.REQUEST)
        self.request.clicked.connect(self.copy_request)
        self.save = self._button(row, ButtonTexts.SAVE)
        self.save.clicked.connect(self.save_report)
        self.message = Notice()
        row.addSpacing(6)
        row.addWidget(self.message, 1)
        self.offer_one(False)

    def offer_one(self, one: bool) -> None:
        """Only what comes next for a customer, or everything."""
        self.next.setVisible(one)
        for button in (self.summary, self.request, self.save):
            button.setVisible(not one)

    @staticmethod
    def _button(row: QHBoxLayout, said: Text) -> QPushButton:
        button = QPushButton(say(said))
        button.setAutoDefault(False)
        row.addWidget(button)
        return button
