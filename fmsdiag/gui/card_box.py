"""The card in its half of the window, and below it a customer's way to the details."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

from fmsdiag.gui.theme.icons import icon
from fmsdiag.gui.verdict.card import VerdictCard
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text

_GAP = 6
_ENDLESS = 16_777_215
"""Qt's own greatest height."""


class BoxTexts(Table, of="gui.card-box"):
    """ "&" marks the access key."""

    SHOW = text("Show &Details")
    HIDE = text("Hide &Details")


class CardBox(QWidget):
    """Keeps the card as high as it must be and as there is room."""

    details_wanted = Signal(bool)

    def __init__(self, card: VerdictCard, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.card = card
        self.toggle = QToolButton()
        self.toggle.setCheckable(True)
        self.toggle.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.toggle.toggled.connect(self._say)
        self.toggle.clicked.connect(self.details_wanted)
        self.toggle.hide()
        self._say(False)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(_GAP)
        layout.addWidget(card)
        layout.addWidget(self.toggle, 0, Qt.AlignmentFlag.AlignLeading)
        layout.addStretch(1)

    def offer_details(self, offered: bool, shown: bool) -> None:
        """Let the details be shown and hidden from here."""
        self.toggle.setVisible(offered)
        self.toggle.setChecked(shown)

    def around(self) -> int:
        """Pixels of height that the card cannot have."""
        return 0 if self.toggle.isHidden() else self.toggle.sizeHint().height() + _GAP

    def allow(self, least: int, most: int | None) -> None:
        """Bounds of the height, in which the window's splitter may be drawn; no upper one where nothing is below it."""
        self.setMinimumHeight(least)
        self.setMaximumHeight(_ENDLESS if most is None else max(least, most))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Give the card what it needs of this height."""
        if not self.card.isHidden():
            self.card.setFixedHeight(self.card.fit(self.height() - self.around()))

    def _say(self, shown: bool) -> None:
        self.toggle.setText(say(BoxTexts.HIDE if shown else BoxTexts.SHOW))
        self.toggle.setIcon(icon("chevron-down" if shown else "chevron-right"))
