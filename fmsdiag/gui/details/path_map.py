"""The network path's map in the window: the shapes of report/path_map_shapes.py painted with Qt, as high as they need."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fmsdiag.gui.theme.icons import icon
from fmsdiag.gui.theme.letters import letter_scale
from fmsdiag.gui.theme.palette import theme_of
from fmsdiag.gui.theme.theme import Theme
from fmsdiag.gui.timeline.marks import tone_color
from fmsdiag.messages.reader import say
from fmsdiag.report.path_map import PathMap
from fmsdiag.report.path_map_shapes import (
    ICON,
    SMALL_PX,
    TEXT_PX,
    Lane,
    Picture,
    Pill,
    Symbol,
    Words,
    picture,
)
from fmsdiag.report.view import ViewTexts

_EMPTY = Picture(0, 0, (), (), (), (), (), ())
_RADIUS = 8.0
_BOLD = ("side", "station")
_SMALL = ("side",)


class PathMapView(QWidget):
    """Shows a map, or nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._map: PathMap | None = None
        self._picture = _EMPTY
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(say(ViewTexts.PATH))

    def show_map(self, shown: PathMap | None) -> None:
        """Show another map; none for a report without one."""
        self._map = shown
        self.setAccessibleDescription("\n".join(shown.lines) if shown is not None else "")
        self._fit()

    @property
    def picture(self) -> Picture:
        """The shapes that are shown."""
        return self._picture

    def sizeHint(self) -> QSize:
        return QSize(320, round(self._picture.height * self._scale))

    @property
    def _scale(self) -> float:
        """Shapes are laid out for the usual size of letters and grow with it."""
        return letter_scale(self.font())

    def _fit(self) -> None:
        """As high as the map is in this width."""
        if self._map is None:
            self._picture = _EMPTY
        else:
            width = max(1.0, self.width() / self._scale)
            measure = QFontMetricsF(self._letters("station")).horizontalAdvance
            self._picture = picture(self._map, width, measure)
        self.setFixedHeight(round(self._picture.height * self._scale))
        self.update()

    def _letters(self, kind: str) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(round(SMALL_PX if kind in _SMALL else TEXT_PX))
        font.setWeight(QFont.Weight.DemiBold if kind in _BOLD else QFont.Weight.Normal)
        return font

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), theme_of(self.palette())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(self._scale, self._scale)
        drawn = self._picture
        painter.setPen(QPen(QColor(theme.grid), 1))
        painter.setBrush(QColor(theme.raised))
        for zone in drawn.zones:
            ground = QRectF(0, zone.top, zone.width, zone.height).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(ground, _RADIUS, _RADIUS)
        for lane in drawn.lanes:
            _paint_lane(painter, lane, theme)
        for leader in drawn.leaders:
            painter.setPen(QPen(QColor(tone_color(leader.tone, theme)), 1))
            painter.drawLine(QPointF(leader.left, leader.y), QPointF(leader.right, leader.y))
        for pill in drawn.pills:
            self._paint_pill(painter, pill, theme)
        for words in drawn.words:
            self._paint_words(painter, words, theme)
        for symbol in drawn.symbols:
            _paint_symbol(painter, symbol, theme, self.devicePixelRatioF() * self._scale)

    def _paint_pill(self, painter: QPainter, pill: Pill, theme: Theme) -> None:
        painter.setPen(QPen(QColor(theme.muted), 1.5))
        painter.setBrush(QColor(theme.surface))
        place = QRectF(pill.left, pill.top, pill.width, pill.height)
        painter.drawRoundedRect(place, pill.height / 2, pill.height / 2)
        if pill.number:
            font = self._letters("side")
            font.setWeight(QFont.Weight.Normal)
            painter.setFont(font)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, pill.number)

    def _paint_words(self, painter: QPainter, words: Words, theme: Theme) -> None:
        is_plain = words.kind == "station"
        painter.setFont(self._letters(words.kind))
        painter.setPen(QColor(theme.text if is_plain else tone_color(words.tone, theme)))
        # a drawing keeps its direction in languages that run the other way
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        painter.drawText(QPointF(words.left, words.baseline), words.text)


def _paint_lane(painter: QPainter, lane: Lane, theme: Theme) -> None:
    pen = QPen(QColor(tone_color(lane.tone, theme)), 2 if lane.is_open else 3)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if lane.is_open:
        pen.setDashPattern([1, 2.5])
    painter.setPen(pen)
    painter.drawLine(QPointF(lane.x, lane.top), QPointF(lane.x, lane.bottom))


def _paint_symbol(painter: QPainter, symbol: Symbol, theme: Theme, ratio: float) -> None:
    """The icon, on a ground that hides the line behind it."""
    place = QRectF(symbol.left, symbol.top, ICON, ICON)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.raised))
    painter.drawEllipse(place)
    pixmap = icon(symbol.icon).pixmap(QSize(int(ICON), int(ICON)), ratio)
    painter.drawPixmap(place, pixmap, QRectF(pixmap.rect()))
