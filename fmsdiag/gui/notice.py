"""How something went, in a line: told apart by icon and color, and said to screen readers."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from fmsdiag.gui.announcement import announce
from fmsdiag.gui.theme.icons import icon
from fmsdiag.gui.theme.stylesheet import set_style_property
from fmsdiag.report.words import Tone

_LOOKS: Mapping[Tone, tuple[str, str]] = {
    Tone.GOOD: ("connected", "good"),
    Tone.CAUTION: ("fault", "warn"),
    Tone.BAD: ("refused", "bad"),
    Tone.NEUTRAL: ("skipped", "neutral"),
}
"""The icon of a tone, and its name in the style sheet."""
_SIDE = 16


class Notice(QWidget):
    """An icon and plain text; empty until there is something to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture = QLabel()
        self.picture.setFixedSize(_SIDE, _SIDE)
        self.words = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words.setObjectName("notice")
        self.tone = Tone.NEUTRAL
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.picture)
        row.addWidget(self.words, 1)
        self.clear()

    def text(self) -> str:
        return self.words.text()

    def say(self, message: str, tone: Tone) -> None:
        """Show `message` and have it read out, at once where something failed."""
        self.tone = tone
        name, style = _LOOKS[tone]
        self.picture.setPixmap(icon(name).pixmap(QSize(_SIDE, _SIDE), self.devicePixelRatioF()))
        self.picture.show()
        self.words.setText(message)
        set_style_property(self.words, "tone", style)
        announce(self, message, urgent=tone is Tone.BAD)

    def clear(self) -> None:
        self.words.clear()
        self.picture.hide()
