"""A list for narrow windows."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter

_BESIDE_ENTRIES, _FROM_EDGE = 32, 12
"""Pixels: padding and scroll bar of the open list; what it leaves between itself and the window's edge."""


class ElidingComboBox(QComboBox):
    """A list whose chosen entry ends in "…" where it does not fit, instead of in half a letter.

    Its open list is as wide as its entries, but stays inside the window.
    """

    def showPopup(self) -> None:
        view, left = self.view(), self.mapTo(self.window(), QPoint(0, 0)).x()
        room = left + self.width() if self.isRightToLeft() else self.window().width() - left
        entries = map(self.itemText, range(self.count()))
        widest = max((self.fontMetrics().horizontalAdvance(entry) for entry in entries), default=0)
        view.setTextElideMode(Qt.TextElideMode.ElideRight)
        super().showPopup()
        frame = view.window()  # which Qt has made as wide as its widest entry, be that wider than the screen
        width = max(self.width(), min(widest + _BESIDE_ENTRIES, room - _FROM_EDGE))
        begin = self.mapToGlobal(QPoint(self.width() - width if self.isRightToLeft() else 0, 0)).x()
        frame.setGeometry(begin, frame.y(), width, frame.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        field = QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, field, self).width()
        option.currentText = self.fontMetrics().elidedText(
            option.currentText, Qt.TextElideMode.ElideRight, room - 6
        )
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
