"""A read-only page of the details: styled spans of plain text, never markup, since servers write some of it.

A span may be a link. Links are reached by Tab and followed by Enter, like buttons; what they lead to is not the pane's
business.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QMenu, QPlainTextEdit, QWidget

from fmsdiag.gui.text_direction import run_with_the_language
from fmsdiag.gui.theme.letters import fixed_font, use_fixed_font
from fmsdiag.gui.theme.palette import theme_of
from fmsdiag.gui.verdict.wrapped_text import wrap_mode
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text


class PaneTexts(Table, of="gui.pane"):
    """The menu of the right button. "&" marks the access key."""

    COPY = text("&Copy")
    COPY_ALL = text("Copy Page as &Text")
    SELECT_ALL = text("Select &All")
    FIND = text("&Find…")


class Style(Enum):
    """How a span looks; what it says never hangs on that alone."""

    PLAIN = "plain"
    TITLE = "title"
    HEAD = "head"
    MUTED = "muted"
    NAME = "name"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    FIXED = "fixed"
    LINK = "link"


class Span(NamedTuple):
    """A stretch of text in one style; newlines are written out."""

    text: str
    style: Style = Style.PLAIN
    link: object = None
    """What is wanted by whoever follows it."""
    anchor: str = ""
    """A name for this place, to go to."""


Spans = Sequence[Span]


def plain(spans: Spans) -> str:
    """The text alone."""
    return "".join(span.text for span in spans)


class TextPane(QPlainTextEdit):
    """Shows spans; setting the same ones again leaves the reader's place alone."""

    link_followed = Signal(object)
    """The `link` of a span."""
    find_wanted = Signal()

    def __init__(self, name: str, fixed: bool, wrapped: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.document().setDocumentMargin(12)
        if not fixed:
            run_with_the_language(self)
        else:
            use_fixed_font(self)
        if not wrapped:
            self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._spans: tuple[Span, ...] = ()
        self._links: list[tuple[int, int, object]] = []
        """Where each link begins and ends in the text, and what it is."""
        self._anchors: dict[str, int] = {}

    def show_spans(self, spans: Spans, keep_place: bool = False) -> None:
        """Replace the text; `keep_place` when it is the same thing that has grown."""
        new = tuple(spans)
        if new != self._spans:
            self._spans = new
            self._write(keep_place)

    def go_to(self, anchor: str) -> None:
        """Put the place of that name at the top, and the cursor there."""
        if anchor in self._anchors:
            cursor = self.textCursor()
            cursor.setPosition(self._anchors[anchor])
            self.moveCursor(QTextCursor.MoveOperation.End)  # so that what is to be seen then comes from above
            self.setTextCursor(cursor)
            self.verticalScrollBar().setValue(cursor.block().firstLineNumber())

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab goes from link to link before it leaves the page."""
        cursor = self.textCursor()
        if next:
            behind = cursor.selectionEnd() if cursor.hasSelection() else cursor.position() - 1
            found = [link for link in self._links if link[0] > behind]
        else:
            found = [link for link in reversed(self._links) if link[1] <= cursor.selectionStart()]
        if not found:
            return super().focusNextPrevChild(next)
        self._mark_link(*found[0][:2])
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space follow the link that is marked."""
        cursor = self.textCursor()
        marked = (cursor.selectionStart(), cursor.selectionEnd())
        link = next((link for begin, end, link in self._links if (begin, end) == marked), None)
        if link is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.link_followed.emit(link)
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        over = self._link_at(event) is not None
        shape = Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.IBeamCursor
        self.viewport().setCursor(shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        link = self._link_at(event)
        pressed = event.button() is Qt.MouseButton.LeftButton and not self.textCursor().hasSelection()
        if link is not None and pressed:
            self.link_followed.emit(link)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Our own: Qt's has its words in no table."""
        menu = self.make_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def make_menu(self) -> QMenu:
        """What can be done with the page's text."""
        menu = QMenu(self)
        copy = menu.addAction(say(PaneTexts.COPY), self.copy)
        copy.setEnabled(self.textCursor().hasSelection())
        menu.addAction(
            say(PaneTexts.COPY_ALL), lambda: QGuiApplication.clipboard().setText(self.toPlainText())
        )
        menu.addAction(say(PaneTexts.SELECT_ALL), self.selectAll)
        menu.addSeparator()
        menu.addAction(say(PaneTexts.FIND), self.find_wanted.emit)
        return menu

    def _mark_link(self, begin: int, end: int) -> None:
        cursor = self.textCursor()
        cursor.setPosition(begin)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def _link_at(self, event: QMouseEvent) -> object:
        """Only where the letters are: the cursor for a place beside a line is in that line, too."""
        place = event.position().toPoint()
        cursor = self.cursorForPosition(place)
        at = cursor.position()
        for begin, end, link in self._links:
            if begin <= at <= end and self.cursorRect(cursor).adjusted(-12, 0, 12, 0).contains(place):
                return link
        return None

    def columns(self) -> int:
        """How many characters of its font a line has room for."""
        room = self.viewport().width() - 2 * self.document().documentMargin()
        return int(room / max(1.0, QFontMetricsF(self.font()).horizontalAdvance("0")))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and self._spans:
            self._write(keep_place=True)

    def _write(self, keep_place: bool) -> None:
        place = self.textCursor().position()
        down, right = self.verticalScrollBar().value(), self.horizontalScrollBar().value()
        formats = self._formats()
        self.clear()
        self.setWordWrapMode(wrap_mode(plain(self._spans)))
        cursor = QTextCursor(self.document())
        self._links, self._anchors = [], {}
        cursor.beginEditBlock()
        for span in self._spans:
            begin = cursor.position()
            cursor.insertText(span.text, formats[span.style])
            if span.anchor:
                self._anchors[span.anchor] = begin
            if span.link is not None:
                self._links.append((begin, cursor.position(), span.link))
        cursor.endEditBlock()
        self.setMouseTracking(bool(self._links))
        self.viewport().setMouseTracking(bool(self._links))
        start = QTextCursor(self.document())
        if keep_place:
            start.setPosition(min(place, self.document().characterCount() - 1))
        self.setTextCursor(start)
        self.verticalScrollBar().setValue(down if keep_place else 0)
        self.horizontalScrollBar().setValue(right if keep_place else 0)

    def _formats(self) -> dict[Style, QTextCharFormat]:
        theme = theme_of(self.palette())
        colors = {
            Style.HEAD: theme.muted,
            Style.MUTED: theme.muted,
            Style.NAME: theme.accent,
            Style.LINK: theme.accent,
            Style.GOOD: theme.good,
            Style.WARN: theme.warn,
            Style.BAD: theme.bad,
        }
        made = {}
        for style in Style:
            made[style] = QTextCharFormat()
            made[style].setForeground(QColor(colors.get(style, theme.text)))
            if style in (Style.TITLE, Style.HEAD, Style.NAME):
                made[style].setFontWeight(QFont.Weight.DemiBold)
        fixed = fixed_font()
        made[Style.FIXED].setFontFamilies([fixed.family()])
        return made
