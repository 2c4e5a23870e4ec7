"""A line of text that leads to a row: wraps like a label, works like a button, never guesses HTML."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import (
    QAction,
    QColor,
    QEnterEvent,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from fmsdiag.gui.theme.palette import theme_of
from fmsdiag.gui.verdict.wrapped_text import lay_out
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text

_BULLET = 14


class LineTexts(Table, of="gui.link-line"):
    COPY = text("Copy")


class LinkLine(QAbstractButton):
    """A bullet and wrapped text; `clicked` when it is activated by mouse, Space or Enter."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        copy = QAction(say(LineTexts.COPY), self)
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(self.text()))
        self.addAction(copy)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        lines = lay_out(self.text(), self.font(), max(40, width - _BULLET))
        return int(lines.boundingRect().height() + 0.999) + 2

    def sizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(max(200, self.width())))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, QFontMetrics(self.font()).height() + 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = theme_of(self.palette())
        middle = QFontMetrics(self.font()).height() // 2 + 1
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.accent))
        painter.drawEllipse(self.width() - 7 if self.isRightToLeft() else 3, middle - 2, 4, 4)
        font = self.font()
        font.setUnderline(self.underMouse() or self.hasFocus())
        painter.setPen(QColor(theme.accent))
        mirrored = self.isRightToLeft()
        lines = lay_out(self.text(), font, max(40, self.width() - _BULLET), from_right=mirrored)
        lines.draw(painter, QPointF(0 if mirrored else _BULLET, 1))
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 3, 3)
