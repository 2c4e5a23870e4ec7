"""A long entry is cut with an ellipsis when it is painted, and stays whole otherwise."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fmsdiag.gui.form.eliding_combo_box import ElidingComboBox
from tests.gui.conftest import MakeWindow
from tests.gui.scripted import telling
from tests.report import samples


def test_a_long_entry_paints_and_stays(qtbot: QtBot) -> None:
    box = ElidingComboBox()
    qtbot.addWidget(box)
    box.addItem("word " * 60)
    box.setFixedWidth(120)
    box.show()
    narrow = box.grab().toImage()
    box.setItemText(0, "word word")
    assert narrow != box.grab().toImage()
    assert box.currentText() == "word word"


@pytest.mark.parametrize("mirrored", [False, True])
def test_the_open_list_stays_inside_the_window(qtbot: QtBot, make_window: MakeWindow, mirrored: bool) -> None:
    window = make_window(telling(samples.healthy()))
    window.setLayoutDirection(Qt.LayoutDirection.RightToLeft if mirrored else Qt.LayoutDirection.LeftToRight)
    window.resize(720, 520)
    plan = window.parts.form.plan
    plan.addItem("1935 RTMP › " * 20)
    qtbot.waitUntil(lambda: window.width() == 720)
    plan.showPopup()
    popup = plan.view().window()
    qtbot.waitUntil(popup.isVisible)
    assert popup.width() > plan.width()
    left, right = window.geometry().left(), window.geometry().right()
    assert left <= popup.geometry().left()
    assert popup.geometry().right() <= right
    plan.hidePopup()


def test_a_short_list_is_as_wide_as_its_entries(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(telling(samples.healthy()))
    plan = window.parts.form.plan
    plan.showPopup()
    popup = plan.view().window()
    qtbot.waitUntil(popup.isVisible)
    widest = max(map(plan.fontMetrics().horizontalAdvance, map(plan.itemText, range(plan.count()))))
    assert plan.view().viewport().width() >= widest
    plan.hidePopup()
