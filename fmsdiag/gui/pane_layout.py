"""Which of the window's panes are visible: what F8 asked for, and what the window's size leaves room for."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSettings
from PySide6.QtWidgets import QWidget

from fmsdiag.gui.settings import flag
from fmsdiag.gui.timeline.nodes import Node
from fmsdiag.gui.window_parts import WindowParts

ROOM_FOR_DETAILS = 960
"""Pixels of width below which the details would leave the waterfall none."""
ROOM_FOR_UNFOLDED = 640
"""Pixels of height below which the unfolded form and the timeline do not both have room."""
_DETAILS_KEY = "window/details"


class PaneLayout(QObject):
    """Shows and hides the timeline and the details."""

    def __init__(self, window: QWidget, parts: WindowParts, settings: QSettings) -> None:
        super().__init__(window)
        self._window, self._parts, self._settings = window, parts, settings
        parts.form.folded.connect(self.make_room)
        parts.timeline.selected.connect(self._make_details_seen)

    def restore(self) -> None:
        """The details as they were asked for last; hidden if they never were."""
        self._show_details(row_chosen=False)

    def make_room(self) -> None:
        """In a low window the unfolded form needs the timeline's place: squeezed fields could not be read.

        While the banner of an opened report replaces the form, there is room.
        """
        parts = self._parts
        unfolded = parts.banner.isHidden() and not parts.form.advanced.isHidden()
        low = self._window.height() < ROOM_FOR_UNFOLDED
        parts.splitter.setVisible(parts.raw.isHidden() and not (low and unfolded))

    def ask_for_details(self, shown: bool) -> None:
        """Show or hide the details, from now on and the next time."""
        self._settings.setValue(_DETAILS_KEY, shown)
        self._parts.details.setVisible(shown)

    def find(self) -> None:
        """Show the details, and their find bar."""
        if self._parts.details.isHidden():
            self._parts.actions.details.setChecked(True)
            self.ask_for_details(True)
        self._parts.details.find()

    def _make_details_seen(self, node: Node | None) -> None:
        if node is not None:
            self._show_details(row_chosen=True)

    def _show_details(self, row_chosen: bool) -> None:
        """As set by F8; by default, as soon as a row is chosen, where both panes have room."""
        asked = self._settings.contains(_DETAILS_KEY)
        roomy = row_chosen and self._window.width() >= ROOM_FOR_DETAILS
        shown = flag(self._settings, _DETAILS_KEY) if asked else roomy
        self._parts.details.setVisible(shown)
        self._parts.actions.details.setChecked(shown)
