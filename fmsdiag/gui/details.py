"""The pane for support: what one row sent, received and was told. Plain text only, since servers write it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QFrame, QLabel, QPlainTextEdit, QTabWidget, QVBoxLayout, QWidget

from fmsdiag.gui.details_text import bytes_text, facts_text, json_text, transcript_text
from fmsdiag.gui.timeline_nodes import AttemptNode, Column, Node, StepNode

NO_ROW = "Select a row to see what was sent, received and said."
_PAGES: dict[str, Callable[[Node], str]] = {
    "Facts": facts_text,
    "Transcript": transcript_text,
    "Bytes": bytes_text,
    "JSON": json_text,
}


class Details(QFrame):
    """Shows the current row; texts are made for the visible page only."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("details")
        self._node: Node | None = None
        self.title = QLabel(NO_ROW, textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self.title.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.title.setContentsMargins(12, 10, 12, 4)
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName("Details of the selected row")
        self.tabs.tabBar().setExpanding(False)
        self.pages = {name: self._page(name) for name in _PAGES}
        self.tabs.currentChanged.connect(lambda _index: self._fill())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(2)
        layout.addWidget(self.title)
        layout.addWidget(self.tabs, 1)
        self.show_node(None)

    def show_node(self, node: Node | None) -> None:
        self._node = node if isinstance(node, AttemptNode | StepNode) else None
        self._fill()

    def refresh(self) -> None:
        """The row has changed: a run went on."""
        self._fill()

    def _page(self, name: str) -> QPlainTextEdit:
        page = QPlainTextEdit(readOnly=True)
        page.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        page.setLineWrapMode(
            QPlainTextEdit.LineWrapMode.WidgetWidth if name == "Facts" else QPlainTextEdit.LineWrapMode.NoWrap
        )
        page.setTabChangesFocus(True)
        page.setAccessibleName(name)
        page.document().setDocumentMargin(10)
        self.tabs.addTab(page, name)
        return page

    def _fill(self) -> None:
        node = self._node
        self.tabs.setVisible(node is not None)
        if node is None:
            self.title.setText(NO_ROW)
            return
        self.title.setText(_title(node))
        name = self.tabs.tabText(self.tabs.currentIndex())
        page, text = self.pages[name], _PAGES[name](node)
        if page.toPlainText() != text:  # setting it again would lose the reader's place
            page.setPlainText(text)


def _title(node: Node) -> str:
    if isinstance(node, StepNode) and isinstance(node.parent, AttemptNode):
        return f"{node.parent.text(Column.STEP, 0.0)}, {node.text(Column.STEP, 0.0)}"
    return f"{node.text(Column.STEP, 0.0)}: {node.text(Column.METHOD, 0.0)}"
