"""Which of the window's panes are visible and how high they are: what was asked for, and what there is room for.

The card comes first: it has the height that its words need. Timeline and details have the rest, all of the window while the
card is folded. A customer sees them only on demand.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSettings, Qt, QTimer
from PySide6.QtWidgets import QWidget

from fmsdiag.gui.faces import Faces
from fmsdiag.gui.settings import flag, whole_number
from fmsdiag.gui.theme.letters import letter_scale
from fmsdiag.gui.window_parts import WindowParts
from fmsdiag.model import Actor

ROOM_FOR_DETAILS = 960
"""Pixels of width, while nothing is zoomed, below which the details would leave the waterfall none."""
ROOM_FOR_UNFOLDED = 640
"""The same of height, below which the unfolded form, the card and the whole timeline do not all have room."""
LEAST_BELOW = 90
"""The same of height: the header and two rows; below that, timeline and details wait for the card to be folded."""
ROOM_TO_READ = 260
"""The same: below that, the card is folded where something of the details is to be read."""
WIDEST_PAGE = 880
"""Pixels of width, while nothing is zoomed, of what a customer reads: longer lines are hard to follow."""
MARGIN, ABOVE, ABOVE_TABS = 16, 10, 0
_DETAILS_KEY, _CARD_KEY = "window/details", "window/cardHeight"
_ANY = 100_000
"""More pixels than any card needs."""


class PaneLayout(QObject):
    """Shows and hides the card, the timeline and the details, and shares the height out."""

    def __init__(self, window: QWidget, parts: WindowParts, faces: Faces, settings: QSettings) -> None:
        super().__init__(window)
        self._window, self._parts, self._settings, self.faces = window, parts, settings, faces
        self._chosen_height = whole_number(settings, _CARD_KEY, 0)
        """Of the card, where it was made lower than it needs; 0 where it was not."""
        self._customer_details = False
        self._sharing = False
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._share_out)
        parts.form.folded.connect(self.make_room)
        parts.card.rearranged.connect(self.make_room)
        parts.card.evidence_wanted.connect(self._show_evidence)
        parts.card.reader_wanted.connect(self._show_reader)
        parts.box.details_wanted.connect(self._show_to_customer)
        parts.column.splitterMoved.connect(lambda _at, _handle: self._drawn())
        parts.column.installEventFilter(self)
        parts.session.started.connect(self._begin)
        faces.changed.connect(self._turn)

    def restore(self) -> None:
        """The details as they were asked for last; hidden if they never were."""
        shown = flag(self._settings, _DETAILS_KEY)
        self._parts.details.setVisible(shown)
        self._parts.actions.details.setChecked(shown)
        self._turn()

    def make_room(self) -> None:
        """In a low window the unfolded form, or a profile above it, leaves no room for a card that says nothing of a run, nor
        for the legend.

        While the banner of an opened report replaces the form, there is room.
        """
        parts = self._parts
        unfolded = parts.banner.isHidden() and (parts.form.is_unfolded or not parts.profile.isHidden())
        tight = unfolded and self._window.height() < self._scaled(ROOM_FOR_UNFOLDED)
        said_above = self.faces.is_customer and not parts.profile.isHidden()
        idle_is_useless = parts.card.is_idle and (tight or said_above)
        parts.column.setVisible(parts.raw.isHidden())
        parts.card.setVisible(parts.raw.isHidden() and not idle_is_useless)
        parts.timeline.set_tight(tight or self._window.height() < self._scaled(ROOM_FOR_UNFOLDED))
        parts.box.setVisible(parts.card.isVisibleTo(parts.box) or self.faces.is_customer)
        self._set_margins()
        parts.profile.set_roomy(self.faces.is_customer and parts.card.is_idle)
        parts.form.set_primary(not (self.faces.is_customer and parts.card.has_report))
        self._offer_to_run(said_above)
        self._share_out()
        self._soon.start()  # again, once the layout around it has settled

    def _offer_to_run(self, is_alone: bool) -> None:
        """One button for it is enough: where a step has it, not also one in a row of its own."""
        button, other = self._parts.form.button, self._parts.card.run_button if is_alone else None
        had_focus = button.hasFocus()
        button.setVisible(other is None)
        if other is not None and had_focus:
            other.setFocus(Qt.FocusReason.OtherFocusReason)

    def _set_margins(self) -> None:
        """A customer's page stands in the middle of a wide window; tabs take part of the room above."""
        page = self._window.width() if self._below_wanted else round(self._scaled(WIDEST_PAGE))
        beside = max(MARGIN, (self._window.width() - page) // 2)
        content = self._parts.form.parentWidget()
        layout = content.layout() if content is not None else None
        above = ABOVE if self._parts.tabs.isHidden() else ABOVE_TABS
        margins = layout.contentsMargins() if layout is not None else None
        if layout is not None and margins is not None and (margins.left(), margins.top()) != (beside, above):
            layout.setContentsMargins(beside, above, beside, margins.bottom())

    def ask_for_details(self, shown: bool) -> None:
        """Show or hide the details, from now on and the next time."""
        self._settings.setValue(_DETAILS_KEY, shown)
        self._parts.details.setVisible(shown)
        if shown:
            self._bring_below()

    def find(self) -> None:
        """Show the details, and their find bar."""
        self._bring_details()
        self._parts.details.find()

    def show_details(self) -> None:
        """There is something to tell: unless F8 has decided, the details appear where both panes have room.

        Now and not when a row is chosen, which would move the rows away under the mouse.
        """
        if not self._settings.contains(_DETAILS_KEY):
            roomy = self._window.width() >= self._scaled(ROOM_FOR_DETAILS)
            self._parts.details.setVisible(roomy)
            self._parts.actions.details.setChecked(roomy)

    def _begin(self) -> None:
        """A run has begun. In a low window the room is its result's, not the form's, which cannot be changed now anyway."""
        if self._window.height() < self._scaled(ROOM_FOR_UNFOLDED):
            self._parts.form.folding.fold()
        self._parts.card.set_folded(False)
        self.show_details()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize:
            self._share_out()
        return False

    # ---- what the card leads to

    def _show_evidence(self) -> None:
        self._bring_details()
        self._parts.details.show_evidence()

    def _show_reader(self, actor: Actor) -> None:
        self._bring_details()
        self._parts.details.show_reader(actor)

    def _bring_details(self) -> None:
        """For now: what F8 decided stays decided."""
        if self._parts.details.isHidden():
            self._parts.details.show()
            self._parts.actions.details.setChecked(True)
        self._bring_below()

    def _bring_below(self) -> None:
        """Have timeline and details in sight, with enough height to read in."""
        parts = self._parts
        if self.faces.is_customer:
            self._customer_details = True
            self.make_room()
        room = parts.column.height() - parts.box.height()
        if room < self._scaled(ROOM_TO_READ) and not parts.card.isHidden():
            parts.card.set_folded(True)

    def _show_to_customer(self, shown: bool) -> None:
        self._customer_details = shown
        if shown:
            self.show_details()
            self._bring_below()
        else:
            self.make_room()

    # ---- faces

    def _turn(self) -> None:
        parts, customer = self._parts, self.faces.is_customer
        self._customer_details = False
        parts.actions.support_view.setChecked(not customer)
        parts.card.set_plain(customer)
        parts.form.set_bare(customer and not parts.profile.isHidden())
        self.make_room()

    # ---- height

    @property
    def _below_wanted(self) -> bool:
        return not self.faces.is_customer or self._customer_details

    def _share_out(self) -> None:
        """The card as high as it needs to be, or as it was drawn; the rest to what is below it."""
        if self._sharing:
            return
        self._sharing = True
        try:
            self._share()
        finally:
            self._sharing = False

    def _share(self) -> None:
        parts = self._parts
        card, box, column = parts.card, parts.box, parts.column
        has_card = not card.isHidden()
        high, handle = column.height(), column.handleWidth()
        parts.card.set_foldable(has_card and self._below_wanted and not card.is_idle)
        box.offer_details(self.faces.is_customer and not card.is_idle, self._customer_details)
        around = box.around()
        least = card.fit(0) + around if has_card else around
        most = card.fit(_ANY) + around if has_card else around
        drawn = min(most, max(least, self._chosen_height + around)) if self._chosen_height else most
        fits = high - drawn - handle >= self._scaled(LEAST_BELOW) or not has_card
        below = self._below_wanted and fits
        parts.splitter.setVisible(below)
        box.allow(min(least, high), most if below else None)
        column.setSizes([drawn, max(0, high - drawn - handle)] if below else [high, 0])
        box.fit()

    def _drawn(self) -> None:
        """The splitter was drawn by hand: keep the card as it is now, unless that is all that it needs."""
        if self._sharing or self._parts.card.is_folded:
            return
        card = self._parts.card
        around, now = self._parts.box.around(), self._parts.box.height()
        self._chosen_height = 0 if now - around >= card.fit(_ANY) else now - around
        self._settings.setValue(_CARD_KEY, self._chosen_height)
        self._parts.box.fit()

    def _scaled(self, pixels: int) -> float:
        return pixels * letter_scale(self._window.font())
