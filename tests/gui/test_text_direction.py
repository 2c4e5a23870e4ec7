"""Where paragraphs begin."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from fmsdiag.gui.text_direction import run_with_the_language


@pytest.mark.parametrize(
    ("direction", "starts_left"),
    [(Qt.LayoutDirection.LeftToRight, True), (Qt.LayoutDirection.RightToLeft, False)],
)
def test_a_paragraph_begins_where_the_language_does(
    qtbot: QtBot, direction: Qt.LayoutDirection, starts_left: bool
) -> None:
    page = QPlainTextEdit("tcUrl")
    qtbot.addWidget(page)
    page.setLayoutDirection(direction)
    run_with_the_language(page)
    page.resize(600, 80)
    page.show()
    line = page.document().firstBlock().layout().lineAt(0)
    assert (line.naturalTextRect().left() < page.width() / 2) is starts_left
