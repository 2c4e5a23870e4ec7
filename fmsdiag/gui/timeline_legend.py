"""What the colours and letters of the waterfall mean, in one line below it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fmsdiag.gui.palette import theme_of
from fmsdiag.gui.waterfall_paint import letter_font, paint_box, small_font
from fmsdiag.model import StepName
from fmsdiag.report.phases import LEGEND
from fmsdiag.report.words import step_label


class Legend(QWidget):
    """What the colours and letters of the waterfall mean."""

    _SIDE = 14

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Legend of the waterfall")
        self.setAccessibleDescription(", ".join(text for _, text, _ in self._entries()) + ": hatched")

    def sizeHint(self) -> QSize:
        return QSize(200, self._SIDE + 4)

    @staticmethod
    def _entries() -> list[tuple[StepName, str, bool]]:
        known = [(step, step_label(step), False) for step in LEGEND]
        return [*known, (StepName.TCP, "Waiting", True)]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        words, theme = small_font(self.font()), theme_of(self.palette())
        metrics = QFontMetrics(words)
        x, side = 2.0, float(self._SIDE)
        for step, text, waiting in self._entries():
            width = metrics.horizontalAdvance(text)
            if x + side + 5 + width > self.width():
                return
            painter.setFont(letter_font(self.font()))
            paint_box(painter, QRectF(x, 2, side, side), step, waiting, self.palette(), lettered=not waiting)
            painter.setFont(words)
            painter.setPen(QColor(theme.muted))
            painter.drawText(
                QRectF(x + side + 5, 0, width + 2, self.height()), Qt.AlignmentFlag.AlignVCenter, text
            )
            x += side + 5 + width + 14
