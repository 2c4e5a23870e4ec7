"""The card's last line: what can be done with a report, and how that went."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from fmsdiag.gui.notice import Notice
from fmsdiag.gui.theme.stylesheet import set_style_property
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.report.words import Tone


class ButtonTexts(Table, of="gui.report-buttons"):
    """ "&" marks a button's access key."""

    SUMMARY = text("Cop&y Summary")
    REQUEST = text("Copy Re&quest")
    SAVE = text("Save Report…")  # Ctrl+S
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
        self._has_request = True
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
        row.addStretch(0)  # in its place while there is none
        self.offer_one(False)

    def offer_one(self, one: bool, is_primary: bool = False, is_elsewhere: bool = False) -> None:
        """Only what a customer needs, or everything; whether that comes next, or is not for here: it is a step already, or the
        report came from somebody else."""
        self._one = one
        set_style_property(self.support, "role", "primary" if is_primary else "")
        self.support.setVisible(not is_elsewhere)
        self._fit()

    def offer_request(self, offered: bool) -> None:
        """Whether there is a request to copy."""
        self._has_request = offered
        self._fit()

    def say(self, message: str, tone: Tone) -> None:
        """How the last of them went; nothing until the next one is pressed if `message` is empty."""
        if message:
            self.message.say(message, tone)
        else:
            self.message.clear()
        self.message.setVisible(bool(message))  # where there is no button, there is no empty line either

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
            if button is self.support and button.isHidden():
                continue
            if button is self.request and not self._has_request:
                button.hide()
                continue
            room -= button.sizeHint().width() + row.spacing()
            fits = (button is self.request or room >= 0) and not self._one
            # not shown and hidden again: its place would stay in the row
            if button is not self.support and button.isHidden() is fits:
                button.setVisible(fits)

    @staticmethod
    def _button(row: QHBoxLayout, said: Text) -> QPushButton:
        button = QPushButton(say(said))
        button.setAutoDefault(False)
        row.addWidget(button)
        return button
