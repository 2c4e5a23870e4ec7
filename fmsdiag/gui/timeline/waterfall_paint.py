"""Painting the waterfall's shapes (report/waterfall.py) with Qt."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPalette, QPen

from fmsdiag.gui.theme.letters import letter_scale
from fmsdiag.gui.theme.palette import theme_of
from fmsdiag.gui.theme.theme import DARK
from fmsdiag.gui.timeline.marks import mark_icon, tone_color
from fmsdiag.model import StepName
from fmsdiag.report.phases import PHASES, edge_of, letter_on
from fmsdiag.report.waterfall import (
    ICON,
    Box,
    Cell,
    PhaseBox,
    Scale,
    end_marker,
    grid_lines,
    phase_box,
    phase_boxes,
    time_line,
)
from fmsdiag.report.words import Mark

_PLATE_EDGE = 3.0
"""Pixels beside a letter that only hatching makes necessary."""
_HATCH_GAP = 5.0
"""Pixels between the lines of a waiting box on paper."""


def paint_grid(painter: QPainter, cell: QRectF, scale: Scale, palette: QPalette) -> None:
    """The ticks' lines through the rows."""
    painter.setPen(QPen(QColor(theme_of(palette).grid), 1))
    for line in grid_lines(_cell(cell), scale):
        painter.drawLine(QPointF(line.x, line.top), QPointF(line.x, line.bottom))


def paint_player_line(painter: QPainter, cell: QRectF, scale: Scale, at_s: float, palette: QPalette) -> None:
    """Where in time a player would have connected."""
    painter.setPen(QPen(QColor(theme_of(palette).good), 1, Qt.PenStyle.DashLine))
    line = time_line(_cell(cell), scale, at_s)
    painter.drawLine(QPointF(line.x, line.top), QPointF(line.x, line.bottom))


def paint_boxes(painter: QPainter, cell: QRectF, placed: list[Box], height: float, palette: QPalette) -> None:
    """The boxes of one row, centered, with letters where there is room."""
    advance = QFontMetricsF(painter.font()).horizontalAdvance
    for shape in phase_boxes(_cell(cell), placed, height, advance):
        _paint_shape(painter, shape, palette)


def paint_box(
    painter: QPainter, where: QRectF, step: StepName, waiting: bool, palette: QPalette, lettered: bool = True
) -> None:
    """One box, as in the legend."""
    shape = key_box(where, step, waiting, QFontMetricsF(painter.font()), lettered=lettered)
    _paint_shape(painter, shape, palette)


def key_box(
    where: QRectF, step: StepName, waiting: bool, metrics: QFontMetricsF, *, lettered: bool = True
) -> PhaseBox:
    """A box of the legend. Its letter needs no more room than it takes, since nothing is hatched behind it."""
    spare = 0.0 if waiting else _PLATE_EDGE
    return phase_box(
        _cell(where),
        step,
        waiting,
        lambda letter: metrics.horizontalAdvance(letter) - spare,
        lettered=lettered,
    )


def _paint_shape(painter: QPainter, box: PhaseBox, palette: QPalette) -> None:
    """A waiting box is hatched over the surface, so that it looks empty in greys too."""
    fill, theme = PHASES[box.step].color, theme_of(palette)
    inner = QRectF(box.left, box.top, box.width, box.height).adjusted(0.5, 0.5, -0.5, -0.5)
    painter.setPen(QPen(QColor(edge_of(fill, dark=theme is DARK)), 1))
    painter.setBrush(QColor(theme.surface if box.waiting else fill))
    painter.drawRoundedRect(inner, box.radius, box.radius)
    if box.waiting:
        if painter.worldTransform().isScaling():
            _hatch(painter, inner, QColor(fill))
        else:
            painter.setBrush(QBrush(QColor(fill), Qt.BrushStyle.BDiagPattern))
            painter.drawRoundedRect(inner, box.radius, box.radius)
    if not box.letter:
        return
    if box.plate_width:
        plate = QRectF(0, 0, box.plate_width, inner.height() - 2)
        plate.moveCenter(inner.center())
        painter.fillRect(plate, QColor(theme.surface))
    painter.setPen(QColor(theme.text if box.waiting else letter_on(fill)))
    painter.drawText(inner, Qt.AlignmentFlag.AlignCenter, box.letter)


def _hatch(painter: QPainter, inner: QRectF, color: QColor) -> None:
    """Line by line, for a picture that is painted larger: Qt's own pattern stays as fine as the picture's dots."""
    painter.save()
    painter.setClipRect(inner)
    painter.setPen(QPen(color, 1.2))
    x = inner.left()
    while x < inner.right() + inner.height():
        painter.drawLine(QPointF(x, inner.top()), QPointF(x - inner.height(), inner.bottom()))
        x += _HATCH_GAP
    painter.restore()


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
    marker = end_marker(_cell(cell), left, mark, note, QFontMetricsF(painter.font()).horizontalAdvance)
    side = painter.device().devicePixelRatio() if painter.device() is not None else 1.0
    pixmap = mark_icon(mark).pixmap(QSize(int(ICON), int(ICON)), side)
    painter.drawPixmap(QPointF(marker.left, marker.top), pixmap)
    if marker.words:
        box = QRectF(marker.words_left, cell.top(), marker.words_width + 1, cell.height())
        if ground is not None:
            painter.fillRect(box.adjusted(-3, 3, 3, -3), ground)
        painter.setPen(QColor(tone_color(mark.tone, theme_of(palette))))
        left_here = (
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
        )
        painter.drawText(box, left_here, marker.words)


def letter_font(base: QFont) -> QFont:
    """The small bold font of the letters in boxes."""
    font = QFont(base)
    font.setPixelSize(max(8, round(10 * letter_scale(base))))
    font.setWeight(QFont.Weight.DemiBold)
    return font


def small_font(base: QFont) -> QFont:
    """The font of markers, ticks and the legend: a little smaller than that of the rows."""
    font = QFont(base)
    font.setPixelSize(max(9, round(11 * letter_scale(base))))
    return font


def _cell(rectangle: QRectF) -> Cell:
    return Cell(rectangle.left(), rectangle.top(), rectangle.width(), rectangle.height())
