"""A thin bar that fills.

Not QProgressBar, which repaints at once whenever its value changes, and with it everything else that waits for its turn:
a batch of events would hold the window up for as long as the whole timeline takes to paint.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fmsdiag.gui.theme.palette import theme_of
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text

HEIGHT = 6


class LineTexts(Table, of="gui.progress-line"):
    ENDED = text("{done:name} of {total:name} attempts have ended")


class ProgressLine(QWidget):
    """How many of how many are done; also told to assistive technology."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.done, self.total = 0, 1

    def sizeHint(self) -> QSize:
        return QSize(100, HEIGHT)

    def show_progress(self, done: int, total: int) -> None:
        """`done` of `total`; repainted when the window has time."""
        total = max(1, total)
        if (done, total) != (self.done, self.total):
            self.done, self.total = done, total
            self.setAccessibleDescription(say(LineTexts.ENDED, done=str(done), total=str(total)))
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(0, 0, self.width(), HEIGHT)
        painter.setBrush(QColor(theme.border))
        painter.drawRoundedRect(whole, HEIGHT / 2, HEIGHT / 2)
        whole.setWidth(self.width() * min(1.0, self.done / self.total))
        painter.setBrush(QColor(theme.accent))
        painter.drawRoundedRect(whole, HEIGHT / 2, HEIGHT / 2)
        painter.end()
