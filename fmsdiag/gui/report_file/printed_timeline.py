"""The timeline for paper: the same shapes as in the window and on the page, painted into a picture."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPalette
from PySide6.QtWidgets import QApplication

from fmsdiag.gui.theme.theme import LIGHT
from fmsdiag.gui.timeline.waterfall_paint import (
    letter_font,
    paint_boxes,
    paint_grid,
    paint_marker,
    small_font,
)
from fmsdiag.model import Attempt, Report
from fmsdiag.report.rows import method_names
from fmsdiag.report.sections import section_title, sectioned
from fmsdiag.report.waterfall import MARGIN, Scale, attempt_segments, boxes, round_scale, tick_label
from fmsdiag.report.words import mark_of

MOST_ROWS = 36
"""What one sheet has room for."""
_WIDTH, _METHOD, _NUMBER = 632, 210, 22
"""Pixels of a sheet's 17 cm at 96 dots per inch; of the methods and of the numbers before them."""
_AXIS, _TITLE, _ROW = 20, 26, 22
_SHARPNESS = 3
"""Dots of the picture for each of its pixels."""
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute


@dataclass(frozen=True)
class Picture:
    """The drawing, as wide as a sheet, and how many attempts it has no room for."""

    image: QImage
    width: int
    height: int
    left_out: int


def timeline_picture(report: Report) -> Picture | None:
    """The timeline of `report`; none where nothing was tried."""
    attempts = report.attempts[:MOST_ROWS]
    if not attempts:
        return None
    names = dict(zip((a.id for a in report.attempts), method_names(report.attempts), strict=True))
    groups = sectioned(attempts)
    titles = sum(bool(section_title(section)) for section, _ in groups)
    height = _AXIS + titles * _TITLE + len(attempts) * _ROW + 4
    image = QImage(QSize(_WIDTH, height) * _SHARPNESS, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(_SHARPNESS, _SHARPNESS)
    drawing = _Drawing(painter, attempts)
    drawing.axis()
    for section, group in groups:
        if title := section_title(section):
            drawing.title(title)
        for attempt in group:
            drawing.row(attempt, names[attempt.id])
    painter.end()
    return Picture(image, _WIDTH, height, len(report.attempts) - len(attempts))


class _Drawing:
    """Paints from top to bottom, dark on white whatever the window's theme is."""

    def __init__(self, painter: QPainter, attempts: tuple[Attempt, ...]) -> None:
        self._painter, self._top = painter, 0
        self._palette = QPalette(QColor(LIGHT.window))
        self._font = QFont(QApplication.font())
        self._font.setPixelSize(11)
        left = _NUMBER + _METHOD
        ends = [part.end_s for attempt in attempts for part in attempt_segments(attempt)]
        self._bars = QRectF(left, 0, _WIDTH - left, _ROW)
        self._scale = Scale.of_cell(round_scale(max(0.001, *ends, 0.001)), self._bars.width())

    def axis(self) -> None:
        self._painter.setFont(small_font(self._font))
        self._painter.setPen(QColor(LIGHT.muted))
        for tick in self._scale.ticks():
            where = QRectF(self._bars.left() + self._scale.x(tick), 0, 80, _AXIS)
            self._painter.drawText(where, _LEFT, tick_label(tick))
        self._top = _AXIS

    def title(self, words: str) -> None:
        font = QFont(self._font)
        font.setWeight(QFont.Weight.DemiBold)
        self._words(words, font, QRectF(_NUMBER, self._top, _WIDTH - _NUMBER, _TITLE), LIGHT.muted)
        self._top += _TITLE

    def row(self, attempt: Attempt, name: str) -> None:
        painter, cell = self._painter, self._bars.translated(0, self._top)
        self._words(str(attempt.id), self._font, QRectF(0, self._top, _NUMBER, _ROW), LIGHT.muted)
        self._words(name, self._font, QRectF(_NUMBER, self._top, _METHOD - 6, _ROW), LIGHT.text)
        paint_grid(painter, cell, self._scale, self._palette)
        placed = boxes(attempt_segments(attempt), self._scale.seconds, self._scale.width)
        painter.setFont(letter_font(self._font))
        paint_boxes(painter, cell, placed, 15.0, self._palette)
        painter.setFont(small_font(self._font))
        left = cell.left() + MARGIN + (placed[-1].right + 5 if placed else 0)
        paint_marker(painter, cell, left, mark_of(attempt), "", self._palette, QColor("white"))
        self._top += _ROW

    def _words(self, words: str, font: QFont, where: QRectF, color: str) -> None:
        self._painter.setFont(font)
        self._painter.setPen(QColor(color))
        fits = self._painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideMiddle, int(where.width()))
        self._painter.drawText(where, _LEFT, fits)
