"""Below the verdict's headline: what was seen, what it rules out, who does what, what else is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QLabel, QVBoxLayout, QWidget

from fmsdiag.gui.verdict.advice_tabs import AdviceTabs
from fmsdiag.gui.verdict.link_line import LinkLine
from fmsdiag.gui.verdict.wrapped_text import WrappedText
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.model import Cause
from fmsdiag.report.view import FindingView, Line, ReportView, ViewTexts

INDENT = 54
"""Pixels by which everything stands under the headline instead of under its picture."""
MOST_LINES = 8
"""Of one list; a plan may have many more attempts."""


class BodyTexts(Table, of="gui.body"):
    """Tooltips of lines that lead somewhere."""

    SHOW_ROW = text("Show this row in the timeline")
    SHOW_FINDING = text("Show this finding")
    # translators: {cause} is an id such as port-blocked
    ABOUT_CAUSE = text("About this cause: {cause:name}")
    ABOUT_CAUSE_TIP = text("What it is, how it is recognized, what looks like it, and when not to worry")
    # translators: {headline} is that of the finding that the verdict rests on
    BACK_TO = text("Back to: {headline:name}")


class VerdictBody(QWidget):
    """Evidence on one side and advice on the other, or one above the other in a narrow window."""

    evidence_activated = Signal(str)
    finding_chosen = Signal(int)
    """Another finding of the report, by its number."""
    step_activated = Signal(object)
    """A StepView whose button was pressed."""
    cause_activated = Signal(str)
    """Of the finding that is shown: what there is to know of its cause is wanted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.confidence = WrappedText(muted=True)
        self.code = WrappedText(muted=True)
        self._proof, self._further = QVBoxLayout(), QVBoxLayout()
        self._lists = self._proof
        """The one of the two that is being filled."""
        for column in (self._proof, self._further):
            column.setSpacing(4)
        left = QVBoxLayout()
        left.setSpacing(10)
        left.addWidget(self.confidence)
        left.addWidget(self.code)
        left.addLayout(self._proof)
        left.addStretch(1)
        self.tabs = AdviceTabs()
        self.tabs.activated.connect(self.step_activated)
        right = QVBoxLayout()
        right.setSpacing(12)
        right.addWidget(self.tabs)
        right.addLayout(self._further)
        right.addStretch(1)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._columns.setContentsMargins(*(0, 0, INDENT, 0) if self.isRightToLeft() else (INDENT, 0, 0, 0))
        self._columns.setSpacing(28)
        self._columns.addLayout(left, 1)
        self._columns.addLayout(right, 1)

    def set_side_by_side(self, wide: bool) -> None:
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._columns.setDirection(direction)
        self._columns.setSpacing(28 if wide else 14)

    def show_view(self, view: ReportView, number: int = 0, opened: bool = False) -> None:
        """The report, about its finding of that number; `opened`: it is from a file."""
        finding = view.findings[number] if number < len(view.findings) else None
        self._clear_lists()
        self._show_proof(view, finding)
        self._show_further(view, number)
        readers = finding.readers if finding is not None else view.readers
        self.tabs.show_advice(readers, finding.request if finding is not None else (), opened)
        self.tabs.setVisible(any(reader.steps for reader in readers))

    def _show_proof(self, view: ReportView, finding: FindingView | None) -> None:
        self.confidence.setText(finding.confidence_line if finding is not None else "")
        self.confidence.setVisible(finding is not None)
        self.code.setText(view.code_line)
        self._lists = self._proof
        self._add_links(ViewTexts.WHAT_WE_SAW, (finding.seen if finding is not None else ()) or view.seen)
        if finding is not None:
            self._add_links(ViewTexts.AGAINST, finding.against)
            self._add_lines(ViewTexts.RULES_OUT, finding.rules_out)
            self._add_lines(ViewTexts.EXPLAINS, finding.explains)
        decides = finding.decides if finding is not None else view.decides
        self._add_lines(ViewTexts.DECIDES, (decides,) if decides else ())
        if finding is not None and finding.cause in set(Cause):
            self._add_link_to_cause(finding.cause)

    def _show_further(self, view: ReportView, number: int) -> None:
        self._lists = self._further
        if (found := view.recommendation) is not None:
            self._add_lines(ViewTexts.RECOMMENDED, (found.url, *found.lines))
        self._add_others(view.findings, number)
        shown_by = view.marks[0].observation if view.marks else ""
        identity = (Line(view.identity, shown_by),) if view.identity else ()
        self._add_links(ViewTexts.NOTES, (*view.notes, *identity))
        self._add_lines(ViewTexts.PLAYERS, [row.line for row in view.players])
        self._add_lines(ViewTexts.CONTACTS, view.contacts)
        self._add_lines(ViewTexts.HIDDEN, view.hidden)

    def _clear_lists(self) -> None:
        for column in (self._proof, self._further):
            while column.count():
                item = column.takeAt(0)
                widget = item.widget() if item is not None else None
                if widget is not None:
                    widget.hide()
                    widget.deleteLater()

    def _add_links(self, title: Text, lines: Sequence[Line]) -> None:
        if not lines:
            return
        self._add_title(title)
        for line in lines[:MOST_LINES]:
            if not line.observation:
                self._add_line(line.text)
                continue
            link = LinkLine(line.text)
            link.clicked.connect(lambda _=False, where=line.observation: self.evidence_activated.emit(where))
            link.setToolTip(say(BodyTexts.SHOW_ROW))
            self._lists.addWidget(link)
        if len(lines) > MOST_LINES:
            self._add_line(say(ViewTexts.LEFT_OUT, count=len(lines) - MOST_LINES))

    def _add_others(self, findings: Sequence[FindingView], shown: int) -> None:
        """Links to the other findings; from one of them, the first leads back."""
        if len(findings) < 2:
            return
        self._add_title(ViewTexts.ALSO_FOUND)
        for number, other in enumerate(findings):
            if number == shown:
                continue
            back = number == 0
            link = LinkLine(say(BodyTexts.BACK_TO, headline=other.headline) if back else other.headline)
            link.clicked.connect(lambda _=False, number=number: self.finding_chosen.emit(number))
            link.setToolTip(say(BodyTexts.SHOW_FINDING))
            self._lists.addWidget(link)

    def _add_link_to_cause(self, cause: str) -> None:
        link = LinkLine(say(BodyTexts.ABOUT_CAUSE, cause=cause))
        link.clicked.connect(lambda: self.cause_activated.emit(cause))
        link.setToolTip(say(BodyTexts.ABOUT_CAUSE_TIP))
        self._lists.addSpacing(6)
        self._lists.addWidget(link)

    def _add_lines(self, title: Text, lines: Iterable[str]) -> None:
        if lines:
            self._add_title(title)
            for line in lines:
                self._add_line(line)

    def _add_title(self, said: Text) -> None:
        if self._lists.count():
            self._lists.addSpacing(6)
        title = QLabel(say(said), textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        title.setProperty("role", "caption")
        self._lists.addWidget(title)

    def _add_line(self, words: str) -> None:
        line = WrappedText(indent=14)
        line.setText(words)
        self._lists.addWidget(line)
