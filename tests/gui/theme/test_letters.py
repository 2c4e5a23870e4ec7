"""The zoom reaches every letter, those too that have a font of their own or are painted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QFont, QFontInfo
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from fmsdiag.gui.main_window import MainWindow
from fmsdiag.gui.theme.letters import fixed_font, letter_scale, use_fixed_font
from fmsdiag.gui.timeline.waterfall_paint import letter_font, small_font
from tests.gui.conftest import MakeWindow
from tests.gui.scripted import telling
from tests.gui.window_steps import run_to_verdict
from tests.report import samples


@pytest.fixture
def window(qtbot: QtBot, make_window: MakeWindow) -> Iterator[MainWindow]:
    """With everything in it that can be shown."""
    made = make_window(telling(samples.port_blocked()))
    run_to_verdict(qtbot, made)
    made.parts.timeline.reveal("1.tcp")
    made.parts.form.advanced_toggle.setChecked(True)
    made.parts.messages.say("A message")
    made.parts.details.find()
    yield made
    made.parts.actions.zoom_reset.trigger()


def pixels(font: QFont) -> int:
    return QFontInfo(font).pixelSize()


def sizes(window: MainWindow) -> dict[QWidget, int]:
    """Of all widgets; the insides of Qt's scroll areas write nothing themselves."""
    named = (w for w in window.findChildren(QWidget) if not w.objectName().startswith("qt_"))
    return {widget: pixels(widget.font()) for widget in named}


def test_the_zoom_reaches_every_widget(window: MainWindow) -> None:
    before = sizes(window)
    for _ in range(4):
        window.parts.actions.zoom_in.trigger()
    after = sizes(window)
    small = [(type(w).__name__, w.accessibleName()) for w in before if after[w] < 1.4 * before[w]]
    assert len(before) > 100
    assert small == []
    window.parts.actions.zoom_reset.trigger()
    assert sizes(window) == before


def test_the_zoom_reaches_what_is_painted(qtbot: QtBot, window: MainWindow) -> None:
    tree, legend = window.parts.timeline.tree, window.parts.timeline.legend

    def painted() -> list[int]:
        fonts = [small_font(tree.font()), letter_font(tree.font()), small_font(legend.font())]
        rows = tree.visualRect(tree.timeline.index(0, 0)).height()
        return [*map(pixels, fonts), rows]

    before = painted()
    for _ in range(4):
        window.parts.actions.zoom_in.trigger()
    qtbot.waitUntil(lambda: painted()[3] > before[3])
    assert all(after >= 1.3 * size for after, size in zip(painted(), before, strict=True))


def test_the_usual_letters_have_the_scale_of_one() -> None:
    font = QFont()
    font.setPixelSize(12)
    assert letter_scale(font) == 1.0
    font.setPixelSize(18)
    assert letter_scale(font) == 1.5


def test_fixed_width_follows_the_application(qtbot: QtBot, qapp: QApplication) -> None:
    page = QPlainTextEdit()
    qtbot.addWidget(page)
    use_fixed_font(page)
    page.show()
    assert pixels(page.font()) == pixels(fixed_font()) == pixels(qapp.font())
