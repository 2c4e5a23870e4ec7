"""Which of the window's panes are visible: what F8 asked for, and what the window's size leaves room for."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSettings
from PySide6.QtWidgets import QWidget

from fmsdiag.gui.settings import flag
from fmsdiag.gui.theme.letters import letter_scale
from fmsdiag.gui.window_parts import WindowParts

ROOM_FOR_DETAILS = 960
"""Pixels of width, while nothing is zoomed, below which the details would leave the waterfall none."""
ROOM_FOR_UNFOLDED = 640
"""The same of height, below which the unfolded form, the card and the whole timeline do not all have room."""
_DETAILS_KEY = "window/details"


class PaneLayout(QObject):
    """Shows and hides the timeline and the details."""

    def __init__(self, window: QWidget, parts: WindowParts, settings: QSettings) -> None:
        super().__init__(window)
        self._window, self._parts, self._settings = window, parts, settings
        parts.form.folded.connect(self.make_room)
        parts.card.rearranged.connect(self.make_room)
        parts.session.started.connect(self.show_details)

    def restore(self) -> None:
        """The details as they were asked for last; hidden if they never were."""
        shown = flag(self._settings, _DETAILS_KEY)
        self._parts.details.setVisible(shown)
        self._parts.actions.details.setChecked(shown)

    def make_room(self) -> None:
        """In a low window the unfolded form, or a profile above it, leaves no room for a card that says nothing of a run, nor
        for the legend.

        While the banner of an opened report replaces the form, there is room.
        """
        parts = self._parts
        unfolded = parts.banner.isHidden() and not (
            parts.form.advanced.isHidden() and parts.profile.isHidden()
        )
        tight = unfolded and self._window.height() < ROOM_FOR_UNFOLDED * letter_scale(self._window.font())
        parts.splitter.setVisible(parts.raw.isHidden())
        parts.card.setVisible(parts.raw.isHidden() and not (tight and parts.card.is_idle))
        parts.timeline.set_tight(tight)

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

    def show_details(self) -> None:
        """There is something to tell: unless F8 has decided, the details appear where both panes have room.

        Now and not when a row is chosen, which would move the rows away under the mouse.
        """
        if not self._settings.contains(_DETAILS_KEY):
            roomy = self._window.width() >= ROOM_FOR_DETAILS * letter_scale(self._window.font())
            self._parts.details.setVisible(roomy)
            self._parts.actions.details.setChecked(roomy)
