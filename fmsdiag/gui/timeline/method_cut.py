"""Where methods and statuses are cut that are too long for their column: so that rows that differ still look different."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics

from fmsdiag.gui.timeline.nodes import AttemptNode, Column, Node

_MODES = (Qt.TextElideMode.ElideRight, Qt.TextElideMode.ElideMiddle, Qt.TextElideMode.ElideLeft)
"""In order of preference: the beginning says most, and half a beginning with half an end says little."""
_COMPARED = 64
"""Rows beside each other that are compared, at most."""


class MethodCut:
    """One way to cut for all rows beside each other, found once for a width."""

    def __init__(self) -> None:
        self._known: dict[tuple[Node | None, Column, int, int], Qt.TextElideMode] = {}

    def forget(self) -> None:
        """Rows have come or gone."""
        self._known.clear()

    def mode(self, node: Node, column: Column, metrics: QFontMetrics, room: int) -> Qt.TextElideMode:
        """How to cut what `node` and the rows beside it have in `column` to `room` pixels."""
        key = (node.parent, column, room, metrics.height())
        if key not in self._known:
            rows = node.parent.children if node.parent is not None else [node]
            words = {row.text(column, 0.0) for row in rows[:_COMPARED] if isinstance(row, AttemptNode)}
            self._known[key] = max(_MODES, key=lambda mode: _told_apart(words, mode, metrics, room))
        return self._known[key]


def _told_apart(words: set[str], mode: Qt.TextElideMode, metrics: QFontMetrics, room: int) -> int:
    """How many of them still look different."""
    return len({metrics.elidedText(each, mode, room) for each in words})
