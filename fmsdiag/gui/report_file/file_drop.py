"""Report files that are dropped: on the window, and on its text fields, which would otherwise take the path as text."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from fmsdiag.profile.profile_file import EXTENSION
from fmsdiag.report.open_file import EXTENSIONS


def dropped_reports(data: QMimeData) -> list[Path]:
    """The reports and profiles of a drop, without what else is in it."""
    paths = (Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile())
    return [path for path in paths if path.suffix.lower() in (*EXTENSIONS, EXTENSION)]


class FileDrop(QObject):
    """Watches widgets for report files; anything else that is dropped stays theirs."""

    dropped = Signal(list)
    """The paths."""

    def watch(self, *widgets: QWidget) -> None:
        for widget in widgets:
            widget.setAcceptDrops(True)
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QDragEnterEvent | QDragMoveEvent | QDropEvent):
            return False
        paths = dropped_reports(event.mimeData())
        if not paths:
            return False
        event.acceptProposedAction()
        if event.type() is QEvent.Type.Drop:
            self.dropped.emit(paths)
        return True
