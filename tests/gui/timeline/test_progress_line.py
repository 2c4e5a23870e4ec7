"""The bar that fills: in proportion, said to assistive technology, repainted only when it changes."""

import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from fmsdiag.gui.theme.palette import theme_of
from fmsdiag.gui.timeline.progress_line import HEIGHT, ProgressLine


@pytest.fixture
def bar(qtbot: QtBot) -> ProgressLine:
    made = ProgressLine()
    qtbot.addWidget(made)
    made.resize(100, HEIGHT)
    return made


@pytest.mark.parametrize(
    ("done", "total", "filled"), [(0, 4, 0), (1, 4, 25), (4, 4, 100), (9, 4, 100), (0, 0, 0)]
)
def test_it_fills_in_proportion(bar: ProgressLine, done: int, total: int, filled: int) -> None:
    bar.show_progress(done, total)
    image = bar.grab().toImage()
    accent = QColor(theme_of(bar.palette()).accent)
    ratio = image.devicePixelRatio()
    colored = sum(image.pixelColor(int(x * ratio), int(HEIGHT / 2 * ratio)) == accent for x in range(100))
    assert colored == pytest.approx(filled, abs=2)


def test_it_says_how_far(bar: ProgressLine) -> None:
    bar.show_progress(2, 5)
    assert bar.accessibleDescription() == "2 of 5 attempts have ended"
