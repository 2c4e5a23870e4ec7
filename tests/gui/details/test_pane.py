"""Spans of plain text: styles, the reader's place, colors that follow the theme."""

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fmsdiag.gui.details.pane import Span, Style, TextPane, plain
from fmsdiag.gui.theme.palette import apply_theme
from fmsdiag.gui.theme.theme import DARK, LIGHT


@pytest.fixture
def pane(qtbot: QtBot) -> TextPane:
    pane = TextPane("Bytes", fixed=True, wrapped=False)
    qtbot.addWidget(pane)
    pane.resize(400, 100)
    pane.show()
    return pane


def color_at(pane: TextPane, position: int) -> str:
    cursor = pane.textCursor()
    cursor.setPosition(position)
    return cursor.charFormat().foreground().color().name()


def test_markup_stays_text(pane: TextPane) -> None:
    spans = [Span("<b>bold</b>\n", Style.TITLE), Span("&amp;")]
    pane.show_spans(spans)
    assert pane.toPlainText() == plain(spans) == "<b>bold</b>\n&amp;"


def test_growth_keeps_the_place_and_something_new_begins_at_the_top(pane: TextPane) -> None:
    lines = [Span("line\n") for _ in range(100)]
    pane.show_spans(lines)
    pane.verticalScrollBar().setValue(40)
    pane.show_spans([*lines, Span("more\n")], keep_place=True)
    assert pane.verticalScrollBar().value() == 40
    pane.show_spans(lines)
    assert pane.verticalScrollBar().value() == 0


def test_the_same_text_is_not_written_again(pane: TextPane) -> None:
    pane.show_spans([Span("same")])
    pane.document().setModified(False)
    pane.show_spans((Span("same"),))
    assert not pane.document().isModified()


def test_colors_follow_the_theme(pane: TextPane, qapp: QApplication) -> None:
    pane.show_spans([Span("muted", Style.MUTED)])
    assert color_at(pane, 2) == LIGHT.muted
    apply_theme(qapp, DARK)
    assert color_at(pane, 2) == DARK.muted
    apply_theme(qapp, LIGHT)


def test_columns_count_characters(pane: TextPane) -> None:
    before = pane.columns()
    pane.resize(800, 100)
    assert pane.columns() > before > 10
