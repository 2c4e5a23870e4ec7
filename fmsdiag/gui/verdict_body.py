"""Below the verdict's headline: what was seen, what it rules out, who does what."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QLabel, QVBoxLayout, QWidget

from fmsdiag.gui.advice_tabs import AdviceTabs
from fmsdiag.gui.link_line import LinkLine
from fmsdiag.gui.verdict_text import CardText
from fmsdiag.model import Evidence


class VerdictBody(QWidget):
    """Evidence on one side and advice on the other, or one above the other in a narrow window."""

    evidence_activated = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.confidence = _wrapped("confidence")
        self._lists = QVBoxLayout()
        self._lists.setSpacing(4)
        left = QVBoxLayout()
        left.setSpacing(10)
        left.addWidget(self.confidence)
        left.addLayout(self._lists)
        left.addStretch(1)
        self.tabs = AdviceTabs()
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._columns.setContentsMargins(54, 0, 0, 0)
        self._columns.setSpacing(28)
        self._columns.addLayout(left, 1)
        self._columns.addWidget(self.tabs, 1)

    def set_side_by_side(self, wide: bool) -> None:
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._columns.setDirection(direction)
        self._columns.setSpacing(28 if wide else 14)

    def show_text(self, text: CardText) -> None:
        self.confidence.setText(text.confidence)
        self.confidence.setVisible(bool(text.confidence))
        self._clear_lists()
        self._add_links("What we saw", text.seen)
        self._add_links("What speaks against it", text.against)
        self._add_lines("What this rules out", text.rules_out)
        self._add_lines("Also noticed", text.also)
        self.tabs.show_text(text)
        self.tabs.setVisible(any(advice for _, advice in text.advice))

    def _clear_lists(self) -> None:
        while self._lists.count():
            item = self._lists.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def _add_links(self, title: str, lines: Iterable[Evidence]) -> None:
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

    def _add_lines(self, title: str, lines: Iterable[str]) -> None:
        if lines:
            self._add_title(title)
            for line in lines:
                self._add_line(line)

    def _add_title(self, text: str) -> None:
        if self._lists.count():
            self._lists.addSpacing(6)
        title = _wrapped("caption")
        title.setText(text)
        self._lists.addWidget(title)

    def _add_line(self, text: str) -> None:
        line = _wrapped("line")
        line.setText(text)
        line.setIndent(14)
        self._lists.addWidget(line)


def _wrapped(role: str) -> QLabel:
    label = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
    label.setProperty("role", role)
    return label
