"""What the colors and letters of the waterfall mean, below it: in one line, or more where that is too long."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fmsdiag.gui.theme.letters import letter_scale
from fmsdiag.gui.theme.palette import theme_of
from fmsdiag.gui.timeline.waterfall_paint import letter_font, paint_box, small_font
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.messages.visible import Rendered
from fmsdiag.model import StepName
from fmsdiag.report.phases import LEGEND, RARE
from fmsdiag.report.words import step_label


class LegendTexts(Table, of="gui.legend"):
    """The legend of the waterfall."""

    NAME = text("Legend of the waterfall")
    WAITING = text("Waiting")
    # translators: {phases} are names of steps, each of which has a color
    DESCRIPTION = text("{phases:name}. Hatched: waiting.")


class Legend(QWidget):
    """What the colors and letters of the waterfall mean."""

    _BEFORE_WORDS, _BETWEEN, _LEAST_BETWEEN = 5, 14, 6

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drawn: frozenset[StepName] = frozenset()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(say(LegendTexts.NAME))
        self._describe()

    def show_phases(self, drawn: frozenset[StepName]) -> None:
        """Name, beside the usual phases, the rare ones of `drawn`; those of an ordinary run always have their place."""
        if drawn != self._drawn:
            self._drawn = drawn
            self._describe()
            self._fit()
            self.update()

    @property
    def _side(self) -> int:
        """Of a box, which holds a letter."""
        return round(14 * letter_scale(self.font()))

    @property
    def _line(self) -> int:
        return self._side + 4

    def sizeHint(self) -> QSize:
        return QSize(200, self._line)

    def _describe(self) -> None:
        phases = Rendered(" · ".join(words for _, words, waiting in self._entries() if not waiting))
        self.setAccessibleDescription(say(LegendTexts.DESCRIPTION, phases=phases))

    def _entries(self) -> list[tuple[StepName, str, bool]]:
        steps = [*LEGEND, *(step for step in RARE if step in self._drawn)]
        known = [(step, step_label(step), False) for step in sorted(steps, key=list(StepName).index)]
        return [*known, (StepName.TCP, say(LegendTexts.WAITING), True)]

    def _placed(self) -> Iterator[tuple[float, float, float, tuple[StepName, str, bool]]]:
        """Left, top and width of the words of each entry."""
        metrics = QFontMetrics(small_font(self.font()))
        x, y, between = 2.0, 0.0, self._between(metrics)
        for entry in self._entries():
            words = metrics.horizontalAdvance(entry[1])
            if x > 2.0 and x + self._side + self._BEFORE_WORDS + words > self.width():
                x, y = 2.0, y + self._line
            yield x, y, words, entry
            x += self._side + self._BEFORE_WORDS + words + between

    def _between(self, metrics: QFontMetrics) -> float:
        """Pixels between entries: fewer where that spares a line for the last of them."""
        words = [metrics.horizontalAdvance(entry[1]) for entry in self._entries()]
        needed = 2.0 + sum(words) + len(words) * (self._side + self._BEFORE_WORDS)
        fitting = (self.width() - needed) / max(1, len(words) - 1)
        return min(self._BETWEEN, fitting) if fitting >= self._LEAST_BETWEEN else self._BETWEEN

    def _fit(self) -> None:
        """As high as its lines need."""
        self.setFixedHeight(round(max(y for _, y, _, _ in self._placed())) + self._line)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side, theme = float(self._side), theme_of(self.palette())
        for x, y, width, (step, label, waiting) in self._placed():
            painter.setFont(letter_font(self.font()))
            paint_box(
                painter, QRectF(x, y + 2, side, side), step, waiting, self.palette(), lettered=not waiting
            )
            painter.setFont(small_font(self.font()))
            painter.setPen(QColor(theme.muted))
            place = QRectF(x + side + self._BEFORE_WORDS, y, width + 2, self._line)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, label)
