"""The card's buttons."""

import pytest
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
