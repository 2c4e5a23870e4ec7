"""The pane for support: the verdict whole, and the current row in words, messages, bytes and facts. Plain text only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from fmsdiag.gui.details.bytes import bytes_spans
from fmsdiag.gui.details.certificate import certificate_spans, moment_of
from fmsdiag.gui.details.environment import environment_spans
from fmsdiag.gui.details.explanation import ExplanationTexts, explanation
from fmsdiag.gui.details.find import FindBar
from fmsdiag.gui.details.pane import Span, Spans, TextPane, plain
from fmsdiag.gui.details.path_map import PathMapView
from fmsdiag.gui.details.path_page import PathPage
from fmsdiag.gui.details.text import json_spans, transcript_spans
from fmsdiag.gui.details.verdict_page import EVIDENCE_ANCHOR, reader_anchor, verdict_spans
from fmsdiag.gui.elided_label import ElidedLabel
from fmsdiag.gui.timeline.nodes import AttemptNode, Column, Node, StepNode
from fmsdiag.gui.timeline.same_row import same_row
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.model import Actor, Report
from fmsdiag.report.redact import redact
from fmsdiag.report.view import ReportView, ViewTexts

_WIDE_DUMP, _NARROW_DUMP = 72, 39
"""Characters of a line of sixteen bytes, and of one of eight, which a narrower pane gets."""


class Page(StrEnum):
    """The pages, in their order."""

    VERDICT = "verdict"
    EXPLANATION = "explanation"
    TRANSCRIPT = "transcript"
    BYTES = "bytes"
    CERTIFICATE = "certificate"
    ENVIRONMENT = "environment"
    JSON = "json"
    PATH = "path"


class DetailsTexts(Table, of="gui.details"):
    """Titles of pages and names of controls."""

    VERDICT = text("Result")
    EXPLANATION = text("Explanation")
    TRANSCRIPT = text("Transcript")
    BYTES = text("Bytes")
    CERTIFICATE = text("Certificate")
    ENVIRONMENT = text("Environment")
    JSON = text("JSON")
    PATH = ViewTexts.PATH
    TABS = text("Details of the selected row")
    CHOOSER = text("Details page")
    SCOPE = text("JSON to show")
    THIS_ROW = text("This row")
    WHOLE_REPORT = text("The whole report")
    NO_SELECTION = text("No row selected")
    WHOLE_RESULT = text("The result and what to do")
    # translators: {attempt} is such as "Attempt 2", {what} is a step of it or what it tries
    TITLE_OF_STEP = text("{attempt:name}, {what:name}")
    TITLE_OF_ATTEMPT = text("{attempt:name}: {what:name}")


TITLES: Mapping[Page, Text] = {page: getattr(DetailsTexts, page.name) for page in Page}
_WRAPPED = (Page.VERDICT, Page.EXPLANATION, Page.TRANSCRIPT, Page.CERTIFICATE, Page.ENVIRONMENT, Page.PATH)
_PROSE = (Page.VERDICT, Page.EXPLANATION, Page.CERTIFICATE, Page.ENVIRONMENT, Page.PATH)
_OF_THE_REPORT = (Page.VERDICT, Page.ENVIRONMENT, Page.PATH)


class Details(QFrame):
    """Shows the current row; texts are made for the page in front only."""

    link_followed = Signal(object)
    """A Link of the verdict's page."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("details")
        self._node: Node | None = None
        self._report: Report | None = None
        self._safe: Report | None = None
        self._view: ReportView | None = None
        self._finding, self._opened = 0, False
        self._texts: dict[Page, str] = {}
        self._row: Node | None = None
        self._shown: tuple[Node | None, Page | None] = (None, None)
        self._makers: dict[Page, Callable[[], Spans]] = {
            Page.VERDICT: lambda: verdict_spans(self._view, self._finding, self._opened),
            Page.EXPLANATION: lambda: explanation(self._row),
            Page.TRANSCRIPT: lambda: transcript_spans(self._row),
            Page.BYTES: self._bytes,
            Page.CERTIFICATE: self._certificate,
            Page.ENVIRONMENT: lambda: environment_spans(self._report),
            Page.JSON: lambda: json_spans(self._row, self._redacted(), self.scope.currentIndex() == 1),
            Page.PATH: self._path,
        }
        self.title = ElidedLabel()
        self.title.setContentsMargins(12, 10, 12, 4)
        self.hint = QLabel(say(ExplanationTexts.NO_ROW), textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self.hint.setProperty("role", "muted")
        self.hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.hint.setContentsMargins(12, 4, 12, 10)
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(say(DetailsTexts.TABS))
        self.tabs.tabBar().setExpanding(False)
        self.chooser = QComboBox()
        self.chooser.setAccessibleName(say(DetailsTexts.CHOOSER))
        self.pages: dict[Page, TextPane] = {}
        for page in Page:
            self._add_page(page)
        self.chooser.activated.connect(
            lambda number: self.open_page(tuple(Page)[self.chooser.itemData(number)])
        )
        self.tabs.currentChanged.connect(self._turn)
        self.bar = FindBar()
        self.bar.closed.connect(lambda: self.page.setFocus())
        self.bar.beyond.connect(self._find_beyond)
        self.bar.elsewhere = self._pages_with
        self._lay_out()
        self._offer_pages()
        self.show_node(None)

    @property
    def page(self) -> TextPane:
        """The page in front."""
        return self.pages[self._page]

    @property
    def current_page(self) -> Page:
        """Which one that is."""
        return self._page

    @property
    def _page(self) -> Page:
        return tuple(Page)[self.tabs.currentIndex()]

    def open_page(self, page: Page) -> None:
        """Turn to that page, where it is there."""
        if self.tabs.isTabVisible(tuple(Page).index(page)):
            self.tabs.setCurrentIndex(tuple(Page).index(page))

    def show_evidence(self) -> None:
        """What the verdict rests on."""
        self.open_page(Page.VERDICT)
        self.pages[Page.VERDICT].go_to(EVIDENCE_ANCHOR)
        self.pages[Page.VERDICT].setFocus(Qt.FocusReason.OtherFocusReason)

    def show_reader(self, actor: Actor) -> None:
        """The steps of that reader."""
        self.open_page(Page.VERDICT)
        self.pages[Page.VERDICT].go_to(reader_anchor(actor))
        self.pages[Page.VERDICT].setFocus(Qt.FocusReason.OtherFocusReason)

    def show_finding(self, number: int) -> None:
        """Another finding of the report on the verdict's page."""
        self._finding = number
        self._shown = (None, None)
        self.refresh()

    def show_node(self, node: Node | None) -> None:
        """Show another row; none, or a heading, leaves what belongs to the whole report."""
        self._node = node if isinstance(node, AttemptNode | StepNode) else None
        if self._node is not None and self._page is Page.VERDICT:
            self.open_page(Page.EXPLANATION)  # whoever chooses a row wants to read about it
        self.refresh()

    def show_report(self, report: Report | None, safe: Report | None = None, *, opened: bool = False) -> None:
        """The run has ended with this report, or, with none, another one begins.

        `safe` is the report without secrets (`without_secrets`), where it is known already; `opened`: it is from a file.
        """
        self._report, self._safe, self._opened, self._finding = report, safe, opened, 0
        self._view = ReportView(report, has_buttons=True) if report is not None else None
        self._shown = (None, None)
        self._offer_pages()
        if report is not None and self._node is None:
            self.open_page(Page.VERDICT)
        self.refresh()

    def refresh(self) -> None:
        """The row has changed: a run went on."""
        self._texts.clear()
        self._fill()

    def find(self) -> None:  # type: ignore[override]  # Qt's finds windows by number, which is not needed here
        """Open the find bar, or go to it where it is open: it looks through the page in front, then through the others."""
        if self.tabs.isHidden():
            return
        self.bar.look_in(self.page)
        self.bar.open()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._choose_chooser()
        if self._page is Page.BYTES:
            self._fill()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes the find bar from the page, too."""
        if event.key() == Qt.Key.Key_Escape and not self.bar.isHidden():
            self.bar.close_bar()
        else:
            super().keyPressEvent(event)

    # ---- building

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(2)
        layout.addWidget(self.title)
        self._chooser_row = QWidget()
        row = QHBoxLayout(self._chooser_row)
        row.setContentsMargins(12, 2, 12, 8)
        row.addWidget(self.chooser)
        layout.addWidget(self._chooser_row)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(self.hint, 1)
        layout.addWidget(self.bar)
        for keys, by in (("F3", 1), ("Shift+F3", -1)):
            shortcut = QShortcut(
                QKeySequence(keys), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut
            )
            shortcut.activated.connect(lambda by=by: self._step(by))

    def _add_page(self, page: Page) -> None:
        title = say(TITLES[page])
        pane = self.pages[page] = TextPane(title, fixed=page not in _PROSE, wrapped=page in _WRAPPED)
        pane.link_followed.connect(self.link_followed)
        pane.find_wanted.connect(self.find)
        if page is Page.JSON:
            self._add_json(pane, title)
        elif page is Page.PATH:
            self.map = PathMapView()
            self.tabs.addTab(PathPage(self.map, pane), title)
        else:
            self.tabs.addTab(pane, title)

    def _add_json(self, pane: TextPane, title: str) -> None:
        self.scope = QComboBox()
        self.scope.addItems([say(DetailsTexts.THIS_ROW), say(DetailsTexts.WHOLE_REPORT)])
        self.scope.setAccessibleName(say(DetailsTexts.SCOPE))
        self.scope.currentIndexChanged.connect(lambda _which: self.refresh())
        choice = QHBoxLayout()
        choice.setContentsMargins(12, 10, 12, 8)
        choice.addWidget(self.scope)
        choice.addStretch(1)
        both = QWidget()
        layout = QVBoxLayout(both)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(choice)
        layout.addWidget(pane, 1)
        self.tabs.addTab(both, title)

    def _offer_pages(self) -> None:
        """The verdict's page is there once there is one, the network path's for reports that show something on it."""
        shown = self._view.path_map if self._view is not None else None
        self.map.show_map(shown)
        there = {Page.VERDICT: self._view is not None, Page.PATH: shown is not None}
        self.chooser.clear()
        for number, (page, title) in enumerate(TITLES.items()):
            self.tabs.setTabVisible(number, there.get(page, True))
            if there.get(page, True):
                self.chooser.addItem(say(title), number)
        self._point_at(self.tabs.currentIndex())

    def _point_at(self, number: int) -> None:
        self.chooser.setCurrentIndex(self.chooser.findData(number))

    def _choose_chooser(self) -> None:
        """Tabs where all of them fit; else a list to choose from, rather than tabs that are out of sight."""
        bar = self.tabs.tabBar()
        fits = bar.sizeHint().width() <= self.width()
        bar.setVisible(fits)
        # its focus is the bar's: while that is hidden, Tab would stop in front of it
        policy = Qt.FocusPolicy.TabFocus if fits else Qt.FocusPolicy.NoFocus
        self.tabs.setFocusPolicy(policy)
        self._chooser_row.setVisible(not fits and not self.tabs.isHidden())

    # ---- texts

    def _turn(self, page: int) -> None:
        self._point_at(page)
        self._fill()

    def _fill(self) -> None:
        node = self._node
        empty = node is None and self._report is None
        self.title.setText(self._title())
        self.hint.setVisible(empty)
        self.tabs.setVisible(not empty)
        self._choose_chooser()
        if self.tabs.isHidden():
            self.bar.close_bar()
            return
        page = self._page
        same = self._shown == (node, page) or (page in _OF_THE_REPORT and self._shown != (None, None))
        self._shown = (node, page)
        self.pages[page].show_spans(self._spans_of(page), keep_place=same)
        self.bar.look_in(self.pages[page])

    def _title(self) -> str:
        if self._page is Page.VERDICT and self._view is not None:
            return say(DetailsTexts.WHOLE_RESULT)
        return _title(self._node) if self._node is not None else say(DetailsTexts.NO_SELECTION)

    def _find_beyond(self, by: int) -> None:
        """To the next page that has what is looked for, or the one before; behind the last comes the first."""
        wanted = self.bar.field.text().casefold()
        pages = self._pages_there()
        here = pages.index(self._page)
        for away in range(1, len(pages)):
            page = pages[(here + by * away) % len(pages)]
            if wanted in self._text_of(page):
                self.open_page(page)
                self.bar.enter(by)
                return

    def _pages_with(self, words: str) -> int:
        """How many other pages have these words."""
        others = (page for page in self._pages_there() if page is not self._page)
        return sum(words.casefold() in self._text_of(page) for page in others)

    def _pages_there(self) -> list[Page]:
        return [page for number, page in enumerate(Page) if self.tabs.isTabVisible(number)]

    def _text_of(self, page: Page) -> str:
        """What the page says, in lower case; made once for a row, since whole reports may be long."""
        if page not in self._texts:
            self._texts[page] = plain(self._spans_of(page)).casefold()
        return self._texts[page]

    def _spans_of(self, page: Page) -> Spans:
        self._row = self._without_secrets(self._node) if page not in _OF_THE_REPORT else None
        return self._makers[page]()

    def _step(self, by: int) -> None:
        if self.bar.isHidden():
            self.find()
        else:
            self.bar.step(by)

    def _bytes(self) -> Spans:
        room = self.pages[Page.BYTES].columns()
        # a line of the dump must stay one; where it does, the sentences between them may wrap
        modes = QPlainTextEdit.LineWrapMode
        self.pages[Page.BYTES].setLineWrapMode(modes.WidgetWidth if room >= _NARROW_DUMP else modes.NoWrap)
        return bytes_spans(self._row, 16 if room >= _WIDE_DUMP else 8)

    def _path(self) -> Spans:
        lines = self._view.path_lines if self._view is not None else ()
        return [Span("\n\n".join(lines))]

    def _certificate(self) -> Spans:
        today = datetime.now(UTC)
        tested = moment_of(self._report.started_at) if self._report is not None else None
        return certificate_spans(self._row, tested or today, today)

    def _without_secrets(self, node: Node | None) -> Node | None:
        """The same row of the redacted report; as it is while there is none, since the run still goes on."""
        safe = self._redacted()
        return same_row(node, safe) or node if safe is not None else node

    def _redacted(self) -> Report | None:
        if self._safe is None and self._report is not None:
            self._safe = without_secrets(self._report)
        return self._safe


def without_secrets(report: Report) -> Report:
    """The report as it would be saved, but with this network's addresses. Takes seconds for a large one from a file."""
    return redact(report, include_sensitive=True)


def _title(node: Node) -> str:
    if isinstance(node, StepNode) and isinstance(node.parent, AttemptNode):
        attempt, what = node.parent.text(Column.STEP, 0.0), node.text(Column.STEP, 0.0)
        return say(DetailsTexts.TITLE_OF_STEP, attempt=attempt, what=what)
    attempt, what = node.text(Column.STEP, 0.0), node.text(Column.METHOD, 0.0)
    return say(DetailsTexts.TITLE_OF_ATTEMPT, attempt=attempt, what=what)
