"""A read-only page of the details: styled spans of plain text, never markup, since servers write some of it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from fmsdiag.gui.text_direction import run_with_the_language
from fmsdiag.gui.theme.letters import fixed_font, use_fixed_font
from fmsdiag.gui.theme.palette import theme_of
from fmsdiag.gui.verdict.wrapped_text import wrap_mode


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


class Span(NamedTuple):
    """A stretch of text in one style; newlines are written out."""

    text: str
    style: Style = Style.PLAIN


Spans = Sequence[Span]


def plain(spans: Spans) -> str:
    """The text alone."""
    return "".join(span.text for span in spans)


class TextPane(QPlainTextEdit):
    """Shows spans; setting the same ones again leaves the reader's place alone."""

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

    def show_spans(self, spans: Spans, keep_place: bool = False) -> None:
        """Replace the text; `keep_place` when it is the same thing that has grown."""
        new = tuple(spans)
        if new != self._spans:
            self._spans = new
            self._write(keep_place)

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
        cursor.beginEditBlock()
        for span in self._spans:
            cursor.insertText(span.text, formats[span.style])
        cursor.endEditBlock()
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
