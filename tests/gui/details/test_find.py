"""Finding in the page in front."""

import gc
import sys

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from pytestqt.qtbot import QtBot

from fmsdiag.gui.details.find import MOST, FindBar
from fmsdiag.gui.details.pane import Span, TextPane


@pytest.fixture
def pane(qtbot: QtBot) -> TextPane:
    pane = TextPane("Transcript", fixed=True, wrapped=True)
    qtbot.addWidget(pane)
    pane.show_spans([Span("One fish, two fish, red Fish, \U0001f41f fish")])
    return pane


@pytest.fixture
def bar(qtbot: QtBot, pane: TextPane) -> FindBar:
    bar = FindBar()
    qtbot.addWidget(bar)
    bar.look_in(pane)
    bar.open()
    return bar


def test_matches_are_counted_and_walked_round(qtbot: QtBot, bar: FindBar, pane: TextPane) -> None:
    qtbot.keyClicks(bar.field, "fish")
    assert bar.count.text() == "1 of 4"
    assert pane.textCursor().selectedText() == "fish"
    assert len(pane.extraSelections()) == 4
    qtbot.keyClick(bar.field, Qt.Key.Key_Return)
    qtbot.keyClick(bar.field, Qt.Key.Key_F3)
    assert (bar.count.text(), pane.textCursor().selectedText()) == ("3 of 4", "Fish")
    qtbot.keyClick(bar.field, Qt.Key.Key_F3)
    assert pane.textCursor().selectedText() == "fish"
    qtbot.keyClick(bar.field, Qt.Key.Key_F3)
    assert bar.count.text() == "1 of 4"
    qtbot.keyClick(bar.field, Qt.Key.Key_F3, Qt.KeyboardModifier.ShiftModifier)
    assert bar.count.text() == "4 of 4"


def test_what_is_not_there_is_said(qtbot: QtBot, bar: FindBar) -> None:
    qtbot.keyClicks(bar.field, "whale")
    assert bar.count.text() == "Not found"
    assert not bar.next.isEnabled()
    bar.field.clear()
    assert bar.count.text() == ""


def test_a_page_that_changes_is_searched_again(qtbot: QtBot, bar: FindBar, pane: TextPane) -> None:
    qtbot.keyClicks(bar.field, "fish")
    pane.show_spans([Span("no fish but this")], keep_place=True)
    qtbot.waitUntil(lambda: bar.count.text() == "1 of 1")


def test_another_page_takes_over(qtbot: QtBot, bar: FindBar, pane: TextPane) -> None:
    qtbot.keyClicks(bar.field, "fish")
    other = TextPane("JSON", fixed=True, wrapped=False)
    qtbot.addWidget(other)
    other.show_spans([Span("fish fish")])
    bar.look_in(other)
    assert bar.count.text() == "1 of 2"
    assert pane.extraSelections() == []
    bar.look_in(None)


def test_marked_text_is_what_is_looked_for(bar: FindBar, pane: TextPane) -> None:
    cursor = pane.textCursor()
    cursor.setPosition(0)
    cursor.setPosition(3, cursor.MoveMode.KeepAnchor)
    pane.setTextCursor(cursor)
    bar.open()
    assert bar.field.text() == "One"


def test_escape_closes_and_is_kept_from_the_window(qtbot: QtBot, bar: FindBar, pane: TextPane) -> None:
    override = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
    override.ignore()
    bar.field.event(override)
    assert override.isAccepted()
    qtbot.keyClicks(bar.field, "fish")
    with qtbot.waitSignal(bar.closed):
        qtbot.keyClick(bar.field, Qt.Key.Key_Escape)
    assert bar.isHidden()
    assert pane.extraSelections() == []


def test_counting_is_bounded(qtbot: QtBot, bar: FindBar, pane: TextPane) -> None:
    pane.show_spans([Span("x" * (MOST + 5))])
    qtbot.keyClicks(bar.field, "x")
    assert bar.count.text() == f"1 of more than {MOST}"


def test_coming_to_an_end_is_told(qtbot: QtBot, bar: FindBar) -> None:
    qtbot.keyClicks(bar.field, "fish")
    with qtbot.waitSignal(bar.beyond) as left:
        bar.step(-1)
    assert left.args == [-1]
    assert bar.count.text() == "4 of 4"
    with qtbot.waitSignal(bar.beyond) as left:
        bar.step(1)
    assert left.args == [1]
    bar.enter(-1)
    assert bar.count.text() == "4 of 4"
    bar.enter(1)
    assert bar.count.text() == "1 of 4"


def test_what_is_elsewhere_is_said(qtbot: QtBot, bar: FindBar) -> None:
    bar.elsewhere = lambda words: 2 if words == "whale" else 0
    bar.field.setText("whale")
    assert bar.count.text() == "On 2 other pages"
    assert bar.next.isEnabled()
    with qtbot.waitSignal(bar.beyond):
        qtbot.keyClick(bar.field, Qt.Key.Key_Return)
    bar.field.setText("shark")
    assert bar.count.text() == "Not found"
    assert not bar.next.isEnabled()


def test_turning_pages_leaves_nothing_behind(qtbot: QtBot, bar: FindBar, pane: TextPane) -> None:
    other = TextPane("Bytes", fixed=True, wrapped=True)
    qtbot.addWidget(other)

    def turn() -> int:
        for _ in range(200):
            bar.look_in(other)
            bar.look_in(pane)
        gc.collect()
        return sys.getallocatedblocks()

    turn()
    before = turn()
    assert turn() - before < 100


def test_only_the_page_in_front_is_searched_again(qtbot: QtBot, bar: FindBar, pane: TextPane) -> None:
    other = TextPane("Bytes", fixed=True, wrapped=True)
    qtbot.addWidget(other)
    qtbot.keyClicks(bar.field, "fish")
    bar.look_in(other)
    assert bar.count.text() == "Not found"
    pane.show_spans([Span("fish")])
    other.show_spans([Span("fish fish")])
    qtbot.waitUntil(lambda: bar.count.text() == "1 of 2")
    bar.look_in(pane)
    assert bar.count.text() == "1 of 1"
