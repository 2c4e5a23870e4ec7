"""The card's buttons."""

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from fmsdiag.gui.verdict.report_buttons import ReportButtons


@pytest.mark.parametrize(
    ("button", "signal"), [("summary", "copy_summary"), ("request", "copy_request"), ("save", "save_report")]
)
def test_each_button_tells(qtbot: QtBot, button: str, signal: str) -> None:
    buttons = ReportButtons()
    qtbot.addWidget(buttons)
    with qtbot.waitSignal(getattr(buttons, signal)):
        getattr(buttons, button).click()


def test_enter_elsewhere_does_not_press_them(qtbot: QtBot) -> None:
    buttons = ReportButtons()
    qtbot.addWidget(buttons)
    assert not any(b.autoDefault() for b in (buttons.summary, buttons.request, buttons.save))


def test_where_not_all_have_room_the_one_for_support_stays(qtbot: QtBot) -> None:
    ground = QWidget()
    qtbot.addWidget(ground)
    ground.resize(900, 40)
    buttons = ReportButtons(ground)
    buttons.resize(900, 40)
    ground.show()
    assert buttons.save.isVisible()
    buttons.resize(320, 40)
    assert not buttons.save.isVisible()
    assert buttons.support.isVisible()
    buttons.resize(900, 40)
    assert buttons.save.isVisible()
