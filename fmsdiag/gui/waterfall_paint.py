"""Painting the waterfall: boxes in the phases' colours with their letters, hatched where nothing came back."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPalette, QPen

from fmsdiag.gui.marks import mark_icon, tone_colour
from fmsdiag.gui.palette import PHASES, letter_colour, theme_of
from fmsdiag.gui.theme import DARK
from fmsdiag.gui.waterfall import Box, ticks
from fmsdiag.model import StepName
from fmsdiag.report.words import Mark

MARGIN = 8.0
_ICON = 14.0
_GAP = 5.0


@dataclass(frozen=True)
class Scale:
    """How times become pixels in a cell: `width` pixels from the left margin stand for `seconds`."""

    seconds: float
    width: float

    @classmethod
    def of_cell(cls, seconds: float, cell_width: float) -> Scale:
        """Leaves room at the right for the end markers' words where the cell is wide enough for them."""
        room = 116.0 if cell_width > 280 else _ICON + _GAP
        return cls(seconds, max(20.0, cell_width - 2 * MARGIN - room))

    def x(self, at_s: float) -> float:
        return MARGIN + at_s / self.seconds * self.width

    def ticks(self) -> list[float]:
        return ticks(self.seconds, self.width)


def paint_grid(painter: QPainter, cell: QRectF, scale: Scale, palette: QPalette) -> None:
    """The ticks' lines through the rows."""
    painter.setPen(QPen(QColor(theme_of(palette).grid), 1))
    for tick in scale.ticks():
        x = round(cell.left() + scale.x(tick)) + 0.5
        painter.drawLine(QPointF(x, cell.top()), QPointF(x, cell.bottom()))


def paint_player_line(painter: QPainter, cell: QRectF, scale: Scale, at_s: float, palette: QPalette) -> None:
    """Where in time a player would have connected."""
    painter.setPen(QPen(QColor(theme_of(palette).good), 1, Qt.PenStyle.DashLine))
    x = round(cell.left() + scale.x(at_s)) + 0.5
    painter.drawLine(QPointF(x, cell.top()), QPointF(x, cell.bottom()))


def paint_boxes(painter: QPainter, cell: QRectF, placed: list[Box], height: float, palette: QPalette) -> None:
    """The boxes of one row, centred, with letters where there is room."""
    for box in placed:
        where = QRectF(cell.left() + MARGIN + box.left, cell.center().y() - height / 2, box.width, height)
        paint_box(painter, where, box.segment.step, box.segment.waiting, palette)


def paint_box(
    painter: QPainter, where: QRectF, step: StepName, waiting: bool, palette: QPalette, lettered: bool = True
) -> None:
    """One box; a waiting one is hatched over the surface, so that it looks empty in greys too."""
    phase = PHASES[step]
    colour, theme = QColor(phase.colour), theme_of(palette)
    edge = colour.lighter(125) if theme is DARK else colour.darker(135)
    radius = min(3.0, where.width() / 3)
    inner = where.adjusted(0.5, 0.5, -0.5, -0.5)
    painter.setPen(QPen(edge, 1))
    painter.setBrush(QColor(theme.surface) if waiting else colour)
    painter.drawRoundedRect(inner, radius, radius)
    if waiting:
        painter.setBrush(QBrush(colour, Qt.BrushStyle.BDiagPattern))
        painter.drawRoundedRect(inner, radius, radius)
    letter_width = QFontMetricsF(painter.font()).horizontalAdvance(phase.letter)
    if not lettered or where.width() < letter_width + 4:
        return
    if waiting:  # a plain ground behind the letter, or the hatching would cross it out
        plate = QRectF(0, 0, letter_width + 4, inner.height() - 2)
        plate.moveCenter(inner.center())
        painter.fillRect(plate, QColor(theme.surface))
    painter.setPen(QColor(theme.text) if waiting else letter_colour(colour))
    painter.drawText(inner, Qt.AlignmentFlag.AlignCenter, phase.letter)


def paint_marker(
    painter: QPainter,
    cell: QRectF,
    left: float,
    mark: Mark,
    note: str,
    palette: QPalette,
    ground: QColor | None,
) -> None:
    """The end of an attempt: icon and word, with `note` behind it where it fits; the icon alone in a narrow cell.

    `ground` is laid under the words, so that no grid line crosses them.
    """
    top = round(cell.center().y() - _ICON / 2)
    side = painter.device().devicePixelRatio() if painter.device() is not None else 1.0
    pixmap = mark_icon(mark).pixmap(QSize(int(_ICON), int(_ICON)), side)
    painter.drawPixmap(QPointF(left, top), pixmap)
    room = cell.right() - left - _ICON - _GAP
    metrics = QFontMetricsF(painter.font())
    for words in (f"{mark.word}: {note}" if note else "", mark.word):
        if words and metrics.horizontalAdvance(words) <= room:
            box = QRectF(left + _ICON + _GAP, cell.top(), metrics.horizontalAdvance(words) + 1, cell.height())
            if ground is not None:
                painter.fillRect(box.adjusted(-3, 3, 3, -3), ground)
            painter.setPen(QColor(tone_colour(mark.tone, theme_of(palette))))
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
            return


def letter_font(base: QFont) -> QFont:
    """The small bold font of the letters in boxes."""
    font = QFont(base)
    font.setPixelSize(10)
    font.setWeight(QFont.Weight.DemiBold)
    return font


def small_font(base: QFont) -> QFont:
    """The font of markers, ticks and the legend: a little smaller than that of the rows."""
    font = QFont(base)
    font.setPixelSize(max(11, round(_pixel_size(base) * 0.88)))
    return font


def _pixel_size(font: QFont) -> float:
    return font.pixelSize() if font.pixelSize() > 0 else QFontMetricsF(font).height() * 0.78
