"""The two buttons of an internal error."""

import pytest
from pytestqt.qtbot import QtBot

from fmsdiag.gui.verdict.fault_buttons import FaultButtons


@pytest.mark.parametrize(("button", "signal"), [("copy", "copy_error"), ("save", "save_error")])
def test_each_button_tells(qtbot: QtBot, button: str, signal: str) -> None:
    buttons = FaultButtons()
    qtbot.addWidget(buttons)
    with qtbot.waitSignal(getattr(buttons, signal)):
        getattr(buttons, button).click()
    assert not getattr(buttons, button).autoDefault()
