"""Who does what: three tabs, the one of whoever can mend it in front."""

from __future__ import annotations

from PySide6.QtGui import QFontDatabase, QResizeEvent
from PySide6.QtWidgets import QPlainTextEdit, QTabWidget, QVBoxLayout, QWidget

from fmsdiag.gui.verdict.card_text import CardText
from fmsdiag.gui.verdict.wrapped_text import WrappedText, lay_out
from fmsdiag.model import Actor, Advice
from fmsdiag.report.words import readers_of

NOTHING_TO_DO = (
    "There is nothing for you to do.",
    "There is nothing for your network administrator to do.",
    "There is nothing for the server's operator to do.",
)


MOST_OF_REQUEST = 190
"""Pixels."""


class AdviceTabs(QTabWidget):
    """The advice of a finding for each of three readers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Who does what")
        self.tabBar().setExpanding(False)
        self.tabBar().setUsesScrollButtons(True)
        self._labels: list[WrappedText] = []
        for actor, (name, _) in zip(Actor, readers_of(Advice()), strict=True):
            self.addTab(self._page(actor), name)

    def show_text(self, text: CardText) -> None:
        """Put the one who must act in front; who has nothing to do cannot be chosen."""
        for number, (_, advice) in enumerate(text.advice):
            self._labels[number].setText(advice or NOTHING_TO_DO[number])
            self.setTabEnabled(number, bool(advice))
            self.setTabToolTip(number, "" if advice else NOTHING_TO_DO[number])
        self.request.setPlainText(text.firewall_request)
        self.request.setVisible(bool(text.firewall_request))
        self._fit_request()
        told = [number for number, (_, advice) in enumerate(text.advice) if advice]
        self.setCurrentIndex(text.acts if text.acts in told or not told else told[0])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_request()

    def _fit_request(self) -> None:
        """As high as its lines are at this width, within bounds: a box that scrolls in a card that scrolls is a
        nuisance."""
        room = max(200, self.width() - 16)
        lines = lay_out(self.request.toPlainText(), self.request.font(), room)
        height = min(MOST_OF_REQUEST, int(lines.boundingRect().height()) + 14)
        if height != self.request.height():
            self.request.setFixedHeight(height)

    def _page(self, actor: Actor) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 10, 0, 0)
        layout.setSpacing(8)
        label = WrappedText()
        self._labels.append(label)
        layout.addWidget(label)
        if actor is Actor.ADMINISTRATOR:
            self.request = QPlainTextEdit(readOnly=True)
            self.request.setProperty("role", "request")
            self.request.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
            self.request.setAccessibleName("Firewall request")
            self.request.setTabChangesFocus(True)
            layout.addWidget(self.request)
        layout.addStretch(1)
        return page
