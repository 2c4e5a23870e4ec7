"""Report files that are dropped: on the window, and on its text fields, which would otherwise take the path as text."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from fmsdiag.profile.profile_file import EXTENSION
from fmsdiag.report.open_file import EXTENSIONS


def dropped_report(data: QMimeData) -> Path | None:
    """The one report or profile of a drop, or none."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return paths[0] if len(paths) == 1 and paths[0].suffix.lower() in (*EXTENSIONS, EXTENSION) else None


class FileDrop(QObject):
    """Watches widgets for report files; anything else that is dropped stays theirs."""

    dropped = Signal(Path)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.accepting = True

    def watch(self, *widgets: QWidget) -> None:
        for widget in widgets:
            widget.setAcceptDrops(True)
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QDragEnterEvent | QDragMoveEvent | QDropEvent):
            return False
        path = dropped_report(event.mimeData())
        if path is None:
            return False
        if not self.accepting:
            event.ignore()
            return True
        event.acceptProposedAction()
        if event.type() is QEvent.Type.Drop:
            self.dropped.emit(path)
        return True
