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
    """Save for Support, and for support Copy Summary, Copy Request, Save Report; a line of text instead of message boxes."""

    copy_summary = Signal()
    copy_request = Signal()
    save_report = Signal()
    save_for_support = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._one = False
        self.support = self._button(row, ButtonTexts.SUPPORT)
        self.support.clicked.connect(self.save_for_support)
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
        self._one = one
        self.support.setProperty("role", "primary" if one else None)
        self.support.style().polish(self.support)  # a style sheet reads properties only then
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange, QEvent.Type.LayoutRequest):
            self._fit()  # a button grows when its style is known
        return done

    def _fit(self) -> None:
        """Where not all have room, Save Report and Copy Summary are left to the menus: a customer needs the other two."""
        row = self.layout()
        if row is None:
            return
        room = self.contentsRect().width() - self.message.minimumSizeHint().width() - 3 * row.spacing()
        for button in (self.support, self.request, self.summary, self.save):
            room -= button.sizeHint().width() + row.spacing()
            fits = button is self.request or room >= 0
            # not shown and hidden again: its place would stay in the row
            if button is not self.support and button.isHidden() is (fits and not self._one):
                button.setVisible(fits and not self._one)

    @staticmethod
    def _button(row: QHBoxLayout, said: Text) -> QPushButton:
        button = QPushButton(say(said))
        button.setAutoDefault(False)
        row.addWidget(button)
        return button
