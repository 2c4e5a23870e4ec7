"""The two faces of the window: the customer's, who was asked to run a test, and support's, with everything.

A profile brings the customer's for as long as it is open; without one the window opens as it was left last.
"""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QObject, QSettings, Signal

from fmsdiag.gui.settings import string

_FACE_KEY = "window/face"


class Face(StrEnum):
    """Whom the window is for."""

    CUSTOMER = "customer"
    SUPPORT = "support"


class Faces(QObject):
    """Which of them the window has now."""

    changed = Signal()

    def __init__(self, settings: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        kept = string(settings, _FACE_KEY, Face.SUPPORT)
        self._chosen = Face(kept) if kept in set(Face) else Face.SUPPORT
        self._for_profile: Face | None = None

    @property
    def face(self) -> Face:
        return self._for_profile or self._chosen

    @property
    def is_customer(self) -> bool:
        return self.face is Face.CUSTOMER

    def choose(self, support: bool) -> None:
        """Somebody flipped the switch: it stays so, also the next time, unless that begins with a profile."""
        self._chosen = Face.SUPPORT if support else Face.CUSTOMER
        self._settings.setValue(_FACE_KEY, self._chosen.value)
        self._for_profile = None
        self.changed.emit()

    def enter_profile(self) -> None:
        """A profile was opened: whoever did that was asked by somebody else."""
        self._for_profile = Face.CUSTOMER
        self.changed.emit()

    def leave_profile(self) -> None:
        """Back to the face that was chosen."""
        if self._for_profile is not None:
            self._for_profile = None
            self.changed.emit()
