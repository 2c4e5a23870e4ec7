"""Loads what fills the window, while its first frame is on the screen and takes keys."""

from __future__ import annotations

import sys
import threading

from PySide6.QtCore import QEventLoop, QObject, Signal

SWITCH_S = 0.0005
"""How long the thread that loads may hold the interpreter while a key waits for it; usual is ten times as long."""


class Loading(QObject):
    """Imports what fills the window in a thread, so that the first frame takes keys meanwhile."""

    _done = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._fault: BaseException | None = None

    def wait(self) -> None:
        """Serve events until all is imported. Raises what an import raised."""
        turn = QEventLoop()
        self._done.connect(turn.quit)  # across threads, so it comes as an event of the loop
        usual_s = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_S)
        try:
            threading.Thread(target=self._load, name="loading", daemon=True).start()
            turn.exec()
        finally:
            sys.setswitchinterval(usual_s)
        if self._fault is not None:
            raise self._fault

    def _load(self) -> None:
        try:
            import fmsdiag.gui.event_loop  # noqa: F401
            from fmsdiag.gui.main_window import load_parts

            load_parts()
        except BaseException as error:
            self._fault = error
        self._done.emit()
