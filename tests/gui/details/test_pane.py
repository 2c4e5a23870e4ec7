"""Spans of plain text: styles, the reader's place, colors that follow the theme."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QTextCursor
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


def with_links(qtbot: QtBot) -> TextPane:
    pane = TextPane("Result", fixed=False, wrapped=True)
    qtbot.addWidget(pane)
    pane.resize(400, 60)
    lines = [Span(f"line {number}\n") for number in range(20)]
    spans = [
        Span("before "),
        Span("first", Style.LINK, 1),
        Span("\n"),
        *lines,
        Span("\nHeading\n", Style.HEAD, anchor="heading"),
        Span("second", Style.LINK, 2),
        Span(" after"),
    ]
    pane.show_spans(spans)
    with qtbot.waitExposed(pane):
        pane.show()
    pane.activateWindow()
    pane.setFocus()
    return pane


def test_tab_goes_from_link_to_link_and_enter_follows(qtbot: QtBot) -> None:
    pane = with_links(qtbot)
    qtbot.keyClick(pane, Qt.Key.Key_Tab)
    assert pane.textCursor().selectedText() == "first"
    qtbot.keyClick(pane, Qt.Key.Key_Tab)
    assert pane.textCursor().selectedText() == "second"
    with qtbot.waitSignal(pane.link_followed) as followed:
        qtbot.keyClick(pane, Qt.Key.Key_Return)
    assert followed.args == [2]
    qtbot.keyClick(pane, Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    assert pane.textCursor().selectedText() == "first"
    with qtbot.assertNotEmitted(pane.link_followed):
        pane.moveCursor(QTextCursor.MoveOperation.End)
        qtbot.keyClick(pane, Qt.Key.Key_Return)


def test_a_click_follows_a_link_only_on_its_letters(qtbot: QtBot) -> None:
    pane = with_links(qtbot)
    cursor = pane.textCursor()
    cursor.setPosition(9)
    with qtbot.waitSignal(pane.link_followed) as followed:
        qtbot.mouseClick(pane.viewport(), Qt.MouseButton.LeftButton, pos=pane.cursorRect(cursor).center())
    assert followed.args == [1]
    beside = QPoint(pane.viewport().width() - 20, pane.cursorRect(cursor).center().y())
    with qtbot.assertNotEmitted(pane.link_followed):
        qtbot.mouseClick(pane.viewport(), Qt.MouseButton.LeftButton, pos=beside)


def test_a_place_can_be_gone_to(qtbot: QtBot) -> None:
    pane = with_links(qtbot)
    pane.go_to("heading")
    assert pane.textCursor().block().next().text() == "Heading"
    assert pane.verticalScrollBar().value() > 10
    qtbot.keyClick(pane, Qt.Key.Key_Tab)
    assert pane.textCursor().selectedText() == "second"
    pane.go_to("nowhere")


def test_its_menu_is_in_our_words(qtbot: QtBot) -> None:
    pane = with_links(qtbot)
    menu = pane.make_menu()
    copy, everything, every, _, find = menu.actions()
    assert not copy.isEnabled()
    everything.trigger()
    assert QGuiApplication.clipboard().text() == pane.toPlainText()
    every.trigger()
    assert pane.make_menu().actions()[0].isEnabled()
    with qtbot.waitSignal(pane.find_wanted):
        find.trigger()
