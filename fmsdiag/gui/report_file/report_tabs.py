"""The tabs of the open reports, beside this computer's own test; hidden while there is only that.

They are a list of what is open, not pages: the window has one card, one timeline and one pane of details, and shows in
them whichever report is in front.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QTabBar, QWidget

from fmsdiag.gui.report_file.opened_banner import made_at
from fmsdiag.gui.report_file.reading import OpenReport
from fmsdiag.gui.theme.icons import icon
from fmsdiag.gui.theme.letters import letter_scale
from fmsdiag.gui.timeline.marks import verdict_icon
from fmsdiag.gui.verdict.wrapped_text import as_tooltip
from fmsdiag.messages.host_names import as_typed
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.messages.visible import one_line
from fmsdiag.model import Report
from fmsdiag.report.view import listed
from fmsdiag.report.words import describe_verdict

WIDEST_TAB = 250
"""Pixels, while nothing is zoomed: twenty tabs are more than a window is wide, and each is to be told from the others."""
_ICON = 14
_LIVE = 0
"""The key of this computer's own test."""
_MOST_FIELDS = 3
"""Of a profile's fields in a tab's name."""


class TabTexts(Table, of="gui.report-tabs"):
    """The tabs' names."""

    NAME = text("Open reports")
    LIVE = text("This computer")
    # translators: {fields} is what the customer filled in, such as a ticket number; {at} below is a date and time
    SERVER_AND_FIELDS = text("{host} · {fields:name}")
    SERVER_AT = text("{host} · {at:name}")
    # translators: {file} is a file's name
    TIP = text("{name:name}\n{verdict:name}\n{file:name}")
    # translators: read aloud; {name} is a tab's name, {verdict} a sentence
    SPOKEN = text("{name:name}: {verdict:name}")
    CLOSE = text("Close this report (Ctrl+W)")


def name_of(one: OpenReport) -> str:
    """The server and what the customer filled in, else when it was tested; the file of a report of a newer version."""
    report = one.report
    if report is None:
        return one_line(one.name, 80)
    host = one_line(as_typed(report.target.host), 80)
    filled = report.prepared.fields[:_MOST_FIELDS] if report.prepared is not None else ()
    values = [value for field in filled if (value := one_line(field.value, 60).strip())]
    if values:
        return say(TabTexts.SERVER_AND_FIELDS, host=host, fields=listed(values))
    return say(TabTexts.SERVER_AT, host=host, at=made_at(report))


class ReportTabs(QTabBar):
    """Tells which tab is in front; what is open is what has a tab."""

    chosen = Signal(object)
    """Another tab is in front: its OpenReport, or none for this computer's test."""
    close_wanted = Signal(object)
    """An OpenReport."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("reports")
        self.setAccessibleName(say(TabTexts.NAME))
        self.setMovable(True)
        self.setExpanding(False)
        self.setDrawBase(False)
        self.setElideMode(Qt.TextElideMode.ElideMiddle)
        self.setIconSize(QSize(_ICON, _ICON))
        self.setUsesScrollButtons(True)
        self._open: dict[int, OpenReport] = {}
        self._front = self._last_key = _LIVE
        self.addTab(icon("app"), say(TabTexts.LIVE))
        self.setTabData(0, _LIVE)
        self.setTabsClosable(True)
        for side in QTabBar.ButtonPosition:
            button = self.tabButton(0, side)
            self.setTabButton(0, side, None)
            if button is not None:  # Qt only hides it
                button.setParent(None)
                button.deleteLater()
        self.currentChanged.connect(self._tell)
        self.tabCloseRequested.connect(self._want_closed)
        self.hide()

    # ---- what it is told

    def add(self, report: OpenReport) -> None:
        """A tab behind the others; what is in front stays there."""
        self._last_key += 1
        key = self._last_key
        self._open[key] = report
        name = name_of(report)
        found = report.report
        picture = verdict_icon(found.verdict.status, found.verdict.impaired) if found else icon("fault")
        index = self.addTab(picture, name.replace("&", "&&"))
        self.setTabData(index, key)
        verdict = (
            describe_verdict(found.verdict) if found is not None else one_line(report.opened.notice, 300)
        )
        tip = say(TabTexts.TIP, name=name, verdict=verdict, file=one_line(report.name, 120))
        self.setTabToolTip(index, as_tooltip(tip))
        self.setAccessibleTabName(index, say(TabTexts.SPOKEN, name=name, verdict=verdict))
        for side in QTabBar.ButtonPosition:
            button = self.tabButton(index, side)
            if button is not None:  # Qt's words for it are in no table
                button.setToolTip(say(TabTexts.CLOSE))
                button.setAccessibleName(say(TabTexts.CLOSE))
        self.show()

    def remove(self, report: OpenReport) -> None:
        """Its tab goes; where it was in front, the next one is."""
        key = self._key(report)
        index = self._index(key)
        if index >= 0 and key != _LIVE:
            del self._open[key]
            self.removeTab(index)
            self.setVisible(bool(self._open))

    def bring_to_front(self, report: OpenReport | None) -> None:
        """That tab; none is this computer's test."""
        self.setCurrentIndex(self._index(self._key(report)))

    def step(self, by: int) -> None:
        """To the tab that is `by` further, around the end."""
        self.setCurrentIndex((self.currentIndex() + by) % self.count())

    def show_live(self, report: Report | None, running: bool = False) -> None:
        """What this computer's test has come to, as the picture of its tab."""
        picture = icon("running" if running else "app")
        if report is not None and not running:
            picture = verdict_icon(report.verdict.status, report.verdict.impaired)
        self.setTabIcon(self._index(_LIVE), picture)

    # ---- what it is asked

    @property
    def front(self) -> OpenReport | None:
        """The report in front; none: this computer's test."""
        return self._open.get(self._front)

    @property
    def reports(self) -> list[OpenReport]:
        """What is open, in the order of the tabs."""
        keys = (self.tabData(index) for index in range(self.count()))
        return [self._open[key] for key in keys if key in self._open]

    # ---- Qt

    def tabSizeHint(self, index: int) -> QSize:
        hint = super().tabSizeHint(index)
        return QSize(min(hint.width(), round(WIDEST_TAB * letter_scale(self.font()))), hint.height())

    def minimumTabSizeHint(self, index: int) -> QSize:
        """No narrower: in a narrow window the tabs are scrolled, as names that are cut to two letters tell nothing."""
        return self.tabSizeHint(index)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The middle button closes, as in a web browser."""
        super().mouseReleaseEvent(event)
        if event.button() is Qt.MouseButton.MiddleButton:
            self._want_closed(self.tabAt(event.position().toPoint()))

    def _want_closed(self, index: int) -> None:
        report = self._open.get(self.tabData(index)) if index >= 0 else None
        if report is not None:
            self.close_wanted.emit(report)

    def _tell(self, index: int) -> None:
        """Also asked where a tab went or was moved, which changes numbers and not always what is in front."""
        key = self.tabData(index)
        if key is not None and key != self._front:  # a tab that is being made has no key yet
            self._front = key
            self.chosen.emit(self.front)

    def _key(self, report: OpenReport | None) -> int:
        return next((key for key, one in self._open.items() if one is report), _LIVE)

    def _index(self, key: int) -> int:
        return next((index for index in range(self.count()) if self.tabData(index) == key), -1)
