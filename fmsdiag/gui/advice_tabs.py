"""Who does what: three tabs, the one of whoever can mend it in front."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QTabWidget, QVBoxLayout, QWidget

from fmsdiag.gui.verdict_text import CardText
from fmsdiag.model import Actor, Advice
from fmsdiag.report.words import readers_of

NOTHING_TO_DO = (
    "There is nothing for you to do.",
    "There is nothing for your network administrator to do.",
    "There is nothing for the server's operator to do.",
)


class AdviceTabs(QTabWidget):
    """The advice of a finding for each of three readers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Who does what")
        self.tabBar().setExpanding(False)
        self.tabBar().setUsesScrollButtons(True)
        self._labels: list[QLabel] = []
        for actor, (name, _) in zip(Actor, readers_of(Advice()), strict=True):
            self.addTab(self._page(actor), name)

    def show_text(self, text: CardText) -> None:
        for label, (_, advice), nothing in zip(self._labels, text.advice, NOTHING_TO_DO, strict=True):
            label.setText(advice or nothing)
        self.request.setPlainText(text.firewall_request)
        self.request.setVisible(bool(text.firewall_request))
        self.setCurrentIndex(text.acts)

    def _page(self, actor: Actor) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 10, 0, 0)
        layout.setSpacing(8)
        label = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        label.setAlignment(Qt.AlignmentFlag.AlignTop)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._labels.append(label)
        layout.addWidget(label)
        if actor is Actor.ADMINISTRATOR:
            self.request = QPlainTextEdit(readOnly=True)
            self.request.setProperty("role", "request")
            self.request.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
            self.request.setAccessibleName("Firewall request")
            self.request.setTabChangesFocus(True)
            self.request.setFixedHeight(84)
            layout.addWidget(self.request)
        layout.addStretch(1)
        return page
