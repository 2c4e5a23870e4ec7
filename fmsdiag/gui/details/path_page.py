"""The details' page of the network path: the map, which scrolls where it is higher than its room, and its lines below it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from fmsdiag.gui.details.pane import TextPane
from fmsdiag.gui.details.path_map import PathMapView


class PathPage(QWidget):
    """The same as a picture and in words, which can be searched and copied."""

    def __init__(self, picture: PathMapView, words: TextPane, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        inside = QWidget()
        around = QVBoxLayout(inside)
        around.setContentsMargins(12, 10, 12, 8)
        around.addWidget(picture)
        around.addStretch(1)
        self.scroller = QScrollArea()
        self.scroller.setWidgetResizable(True)
        self.scroller.setFrameShape(QFrame.Shape.NoFrame)
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroller.setWidget(inside)
        # reached by keyboard, so that it can be scrolled without a mouse
        self.scroller.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.scroller.setAccessibleName(picture.accessibleName())
        for ground in (inside, self.scroller.viewport()):
            ground.setBackgroundRole(QPalette.ColorRole.Base)  # that of the words
            ground.setAutoFillBackground(True)
        words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.scroller, 3)
        layout.addWidget(words, 1)
