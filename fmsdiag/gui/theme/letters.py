"""Letters that grow with the zoom where Qt does not let them: fixed-width ones, and what is measured in pixels."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QFont, QFontDatabase, QFontInfo
from PySide6.QtWidgets import QApplication, QWidget

USUAL_PIXELS = 12.0
"""The height of letters for which the sizes in this package are written down."""

ZOOMED = (QEvent.Type.StyleChange, QEvent.Type.ApplicationFontChange)
"""Events by one of which every widget hears of another zoom: the latter goes to windows only."""


def letter_scale(font: QFont) -> float:
    """How much larger than usual the letters of `font` are: 1.5 at a zoom of 150 %."""
    return QFontInfo(font).pixelSize() / USUAL_PIXELS


def fixed_font() -> QFont:
    """The system's fixed-width font, as large as the application's letters are now."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    size = QApplication.font().pointSizeF()
    if size > 0:
        font.setPointSizeF(size)
    return font


def use_fixed_font(widget: QWidget) -> None:
    """Let `widget` write in fixed width, larger and smaller with the zoom."""
    widget.setFont(fixed_font())
    widget.installEventFilter(_FollowsZoom(widget))


class _FollowsZoom(QObject):
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in ZOOMED and isinstance(watched, QWidget):
            font = fixed_font()
            if font != watched.font():
                watched.setFont(font)
        return False
