"""Below the verdict's headline: what was seen, what it rules out, who does what."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QLabel, QVBoxLayout, QWidget

from fmsdiag.gui.verdict.advice_tabs import AdviceTabs
from fmsdiag.gui.verdict.card_text import CardText, Other
from fmsdiag.gui.verdict.link_line import LinkLine
from fmsdiag.gui.verdict.wrapped_text import WrappedText
from fmsdiag.report.view import Line


class VerdictBody(QWidget):
    """EvidenceLine on one side and advice on the other, or one above the other in a narrow window."""

    evidence_activated = Signal(str)
    finding_chosen = Signal(int)
    """Another finding of the report, by its number."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.confidence = WrappedText(muted=True)
        self._proof, self._further = QVBoxLayout(), QVBoxLayout()
        self._lists = self._proof
        """The one of the two that is being filled."""
        for column in (self._proof, self._further):
            column.setSpacing(4)
        left = QVBoxLayout()
        left.setSpacing(10)
        left.addWidget(self.confidence)
        left.addLayout(self._proof)
        left.addStretch(1)
        self.tabs = AdviceTabs()
        right = QVBoxLayout()
        right.setSpacing(12)
        right.addWidget(self.tabs)
        right.addLayout(self._further)
        right.addStretch(1)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._columns.setContentsMargins(54, 0, 0, 0)
        self._columns.setSpacing(28)
        self._columns.addLayout(left, 1)
        self._columns.addLayout(right, 1)

    def set_side_by_side(self, wide: bool) -> None:
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._columns.setDirection(direction)
        self._columns.setSpacing(28 if wide else 14)

    def show_text(self, text: CardText) -> None:
        self.confidence.setText(text.confidence)
        self.confidence.setVisible(bool(text.confidence))
        self._clear_lists()
        self._lists = self._proof
        self._add_links("What we saw", text.seen)
        self._add_links("What speaks against it", text.against)
        self._add_lines("What this rules out", text.rules_out)
        self._add_lines("This also explains", [text.explains] if text.explains else [])
        self._add_lines("This test would decide", [text.decides] if text.decides else [])
        self._lists = self._further
        self._add_lines("What connects from here", [line for line in (text.address, text.ports) if line])
        self._add_others(text.others)
        self._add_links("Good to know", text.notes)
        self.tabs.show_text(text)
        self.tabs.setVisible(any(advice for _, advice in text.advice))

    def _clear_lists(self) -> None:
        for column in (self._proof, self._further):
            while column.count():
                item = column.takeAt(0)
                widget = item.widget() if item is not None else None
                if widget is not None:
                    widget.hide()
                    widget.deleteLater()

    def _add_links(self, title: str, lines: Iterable[Line]) -> None:
        if not lines:
            return
        self._add_title(title)
        for line in lines:
            if not line.observation:
                self._add_line(line.text)
                continue
            link = LinkLine(line.text)
            link.clicked.connect(lambda _=False, where=line.observation: self.evidence_activated.emit(where))
            link.setToolTip("Show this row")
            self._lists.addWidget(link)

    def _add_others(self, others: Iterable[Other]) -> None:
        if not others:
            return
        self._add_title("Also noticed")
        for other in others:
            link = LinkLine(other.text)
            link.clicked.connect(lambda _=False, number=other.finding: self.finding_chosen.emit(number))
            link.setToolTip("Show this finding")
            self._lists.addWidget(link)

    def _add_lines(self, title: str, lines: Iterable[str]) -> None:
        if lines:
            self._add_title(title)
            for line in lines:
                self._add_line(line)

    def _add_title(self, text: str) -> None:
        if self._lists.count():
            self._lists.addSpacing(6)
        title = QLabel(text, textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        title.setProperty("role", "caption")
        self._lists.addWidget(title)

    def _add_line(self, text: str) -> None:
        line = WrappedText(indent=14)
        line.setText(text)
        self._lists.addWidget(line)
