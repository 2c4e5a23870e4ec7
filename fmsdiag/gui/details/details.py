"""The pane for support: the current row in words, messages, bytes and facts, with a find bar. Plain text only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import Qt
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
from fmsdiag.gui.details.explanation import NO_ROW as NO_ROW
from fmsdiag.gui.details.explanation import explanation
from fmsdiag.gui.details.find import FindBar
from fmsdiag.gui.details.pane import Spans, TextPane
from fmsdiag.gui.details.text import attempt_of, json_spans, transcript_spans
from fmsdiag.gui.timeline.nodes import AttemptNode, Column, Node, StepNode
from fmsdiag.model import Report
from fmsdiag.report.redact import redact

_WIDE_DUMP, _NARROW_DUMP = 72, 39
"""Characters of a line of sixteen bytes, and of one of eight, which a narrower pane gets."""
_WRAPPED = ("Explanation", "Transcript", "Certificate", "Environment")
_PROSE = ("Explanation", "Certificate", "Environment")
_OF_THE_REPORT = ("Environment",)


class Details(QFrame):
    """Shows the current row; texts are made for the page in front only."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("details")
        self._node: Node | None = None
        self._report: Report | None = None
        self._safe: Report | None = None
        self._row: Node | None = None
        self._shown: tuple[Node | None, str] = (None, "")
        self._makers: dict[str, Callable[[], Spans]] = {
            "Explanation": lambda: explanation(self._row),
            "Transcript": lambda: transcript_spans(self._row),
            "Bytes": self._bytes,
            "Certificate": self._certificate,
            "Environment": lambda: environment_spans(self._report),
            "JSON": lambda: json_spans(self._row, self._redacted(), self.scope.currentIndex() == 1),
        }
        self.title = QLabel(NO_ROW, textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self.title.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.title.setContentsMargins(12, 10, 12, 4)
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName("Details of the selected row")
        self.tabs.tabBar().setExpanding(False)
        self.chooser = QComboBox()
        self.chooser.setAccessibleName("Page of the details")
        self.pages: dict[str, TextPane] = {}
        for name in self._makers:
            self._add_page(name)
        self.chooser.addItems(list(self._makers))
        self.chooser.activated.connect(self.tabs.setCurrentIndex)
        self.tabs.currentChanged.connect(self._turn)
        self.bar = FindBar()
        self.bar.closed.connect(lambda: self.page.setFocus())
        self._lay_out()
        self.show_node(None)

    @property
    def page(self) -> TextPane:
        """The page in front."""
        return self.pages[self.tabs.tabText(self.tabs.currentIndex())]

    def show_node(self, node: Node | None) -> None:
        """Show another row; none, or a heading, leaves what belongs to the whole report."""
        self._node = node if isinstance(node, AttemptNode | StepNode) else None
        self._fill()

    def show_report(self, report: Report | None) -> None:
        """The run has ended with this report, or, with none, another one begins."""
        self._report, self._safe = report, None
        self._fill()

    def refresh(self) -> None:
        """The row has changed: a run went on."""
        self._fill()

    def find(self) -> None:  # type: ignore[override]  # Qt's finds windows by number, which nobody needs here
        """Open the find bar for the page in front, or go to it where it is open."""
        if self.tabs.isHidden():
            return
        self.bar.look_in(self.page)
        self.bar.open()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._choose_chooser()
        if self.tabs.tabText(self.tabs.currentIndex()) == "Bytes":
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
        layout.addWidget(self.bar)
        for keys, by in (("F3", 1), ("Shift+F3", -1)):
            shortcut = QShortcut(
                QKeySequence(keys), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut
            )
            shortcut.activated.connect(lambda by=by: self._step(by))

    def _add_page(self, name: str) -> None:
        pane = self.pages[name] = TextPane(name, fixed=name not in _PROSE, wrapped=name in _WRAPPED)
        if name != "JSON":
            self.tabs.addTab(pane, name)
            return
        self.scope = QComboBox()
        self.scope.addItems(["This row", "The whole report"])
        self.scope.setAccessibleName("What is shown as JSON")
        self.scope.currentIndexChanged.connect(lambda _which: self._fill())
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
        self.tabs.addTab(both, name)

    def _choose_chooser(self) -> None:
        """Tabs where all of them fit; else a list to choose from, rather than tabs that are out of sight."""
        bar = self.tabs.tabBar()
        fits = bar.sizeHint().width() <= self.width()
        bar.setVisible(fits)
        self._chooser_row.setVisible(not fits and not self.tabs.isHidden())

    # ---- texts

    def _turn(self, page: int) -> None:
        self.chooser.setCurrentIndex(page)
        self._fill()

    def _fill(self) -> None:
        node = self._node
        self.title.setText(_title(node) if node is not None else NO_ROW)
        self.tabs.setVisible(node is not None or self._report is not None)
        self._choose_chooser()
        if self.tabs.isHidden():
            self.bar.close_bar()
            return
        name = self.tabs.tabText(self.tabs.currentIndex())
        same = self._shown == (node, name) or name in _OF_THE_REPORT
        self._shown = (node, name)
        self._row = self._without_secrets(node) if name not in _OF_THE_REPORT else None
        self.pages[name].show_spans(self._makers[name](), keep_place=same)
        self.bar.look_in(self.pages[name])

    def _step(self, by: int) -> None:
        if self.bar.isHidden():
            self.find()
        else:
            self.bar.step(by)

    def _bytes(self) -> Spans:
        room = self.pages["Bytes"].columns()
        # a line of the dump must stay one; where it does, the sentences between them may wrap
        modes = QPlainTextEdit.LineWrapMode
        self.pages["Bytes"].setLineWrapMode(modes.WidgetWidth if room >= _NARROW_DUMP else modes.NoWrap)
        return bytes_spans(self._row, 16 if room >= _WIDE_DUMP else 8)

    def _certificate(self) -> Spans:
        today = datetime.now(UTC)
        tested = moment_of(self._report.started_at) if self._report is not None else None
        return certificate_spans(self._row, tested or today, today)

    def _without_secrets(self, node: Node | None) -> Node | None:
        """The same row of the redacted report; as it is while there is none, since the run still goes on."""
        owner, safe = attempt_of(node), self._redacted()
        if owner is None or safe is None:
            return node
        attempt = next((one for one in safe.attempts if one.id == owner.id), None)
        if attempt is None:
            return node
        copy = AttemptNode(Node(), attempt.id, attempt)
        copy.finish(attempt)
        for seen in attempt.observations:
            copy.children.append(StepNode(copy, seen))
        if not isinstance(node, StepNode) or node.observation is None:
            return copy
        return next(
            (s for s in copy.steps if s.observation and s.observation.id == node.observation.id), node
        )

    def _redacted(self) -> Report | None:
        """The report without secrets, as it would be saved, but with this network's addresses."""
        if self._safe is None and self._report is not None:
            self._safe = redact(self._report, include_sensitive=True)
        return self._safe


def _title(node: Node) -> str:
    if isinstance(node, StepNode) and isinstance(node.parent, AttemptNode):
        return f"{node.parent.text(Column.STEP, 0.0)}, {node.text(Column.STEP, 0.0)}"
    return f"{node.text(Column.STEP, 0.0)}: {node.text(Column.METHOD, 0.0)}"
