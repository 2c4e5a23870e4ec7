"""Files and links that the system asks the application to open: macOS sends an event for a double-click, and gives no argument.

Events may come before there is a window that could show anything; the files are kept until there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

LINK_SCHEME = "fmsdiag"
"""Of the links that hold a profile: the system hands them over like files."""


class FileOpenings(QObject):
    """Hears the application's QFileOpenEvents from its making on."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._open: Callable[[Sequence[Path | str]], None] | None = None
        self._waiting: list[Path | str] = []
        app.installEventFilter(self)

    def give_to(self, open_files: Callable[[Sequence[Path | str]], None]) -> None:
        """Open from now on with this, first what was asked for before."""
        self._open = open_files
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            open_files(waiting)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is not QEvent.Type.FileOpen or not isinstance(event, QFileOpenEvent):
            return False
        url = event.url()
        if url.scheme() == LINK_SCHEME:
            path: Path | str = url.toString()
        elif event.file():
            path = Path(event.file())
        else:  # an address of a web page is no file; the rest of the system may still want it
            return False
        if self._open is None:
            self._waiting.append(path)
        else:
            self._open([path])
        return True
