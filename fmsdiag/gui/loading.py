"""Loads what fills the window, while its first frame is on the screen and takes keys.

In Qt's thread: PySide makes the class of a Qt type when it is named first, and two threads that do so at once can crash.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from time import perf_counter
from types import ModuleType

from PySide6.QtCore import QCoreApplication

SERVED_EVERY_S = 0.001
"""Between two modules: no key waits longer than for this and one module, most of which take less."""


def load_the_rest() -> None:
    """Import what the window needs, serving events between two modules. Raises what an import raises."""
    pauses = _Pauses()
    sys.meta_path.insert(0, pauses)
    try:
        import fmsdiag.gui.event_loop  # noqa: F401
        from fmsdiag.gui.main_window import load_parts

        load_parts()
    finally:
        sys.meta_path.remove(pauses)


class _Pauses:
    """Asked by Python before each module where that is: it never knows, and serves events instead."""

    def __init__(self) -> None:
        self._served_at_s = perf_counter()

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if perf_counter() - self._served_at_s >= SERVED_EVERY_S:
            QCoreApplication.processEvents()  # noqa: TID251  # there is only the first frame, which loads nothing
            self._served_at_s = perf_counter()
        return None
