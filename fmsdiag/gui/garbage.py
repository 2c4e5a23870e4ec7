"""Python's cyclic garbage is collected in Qt's thread alone.

Python collects in whatever thread happens to allocate. Widgets and timers that end in a thread of the prober or of the disk
leave Qt with events for objects that are gone, which kills the process.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 1000
MOST_OBJECTS = 50_000
"""New ones, after which it is worth a look: that takes some milliseconds, and nobody feels it."""


class GarbageCollector(QObject):
    """Collects in the thread in which it was made, for as long as it lives; Python itself does not meanwhile."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_enabled = gc.isenabled()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(EVERY_MS)

    def look(self) -> None:
        """Collect, if enough has been made since the last time."""
        if gc.get_count()[0] > MOST_OBJECTS:
            gc.collect()

    def stop(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        if self._was_enabled:
            gc.enable()
