"""The menus: shortcuts as documented, enabled only where they do something."""

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from fmsdiag.gui.actions import WindowActions
from tests.report import samples


@pytest.fixture
def actions(qtbot: QtBot) -> Iterator[WindowActions]:
    window = QMainWindow()
    qtbot.addWidget(window)
    yield WindowActions(window)
    window.close()


def all_of(made: WindowActions) -> dict[str, QAction]:
    return {name: value for name, value in vars(made).items() if isinstance(value, QAction)}


def test_shortcuts(actions: WindowActions) -> None:
    shortcuts = {name: action.shortcut().toString() for name, action in all_of(actions).items()}
    assert shortcuts == {
        "new": "Ctrl+N",
        "save": "Ctrl+S",
        "quit": "Ctrl+Q",
        "copy_summary": "Ctrl+Shift+C",
        "copy_request": "Ctrl+Shift+F",
        "run": "F5",
        "stop": "Esc",
        "details": "F8",
    }


def test_enabled_where_they_do_something(actions: WindowActions) -> None:
    made = actions

    def enabled() -> set[str]:
        return {name for name, action in all_of(made).items() if action.isEnabled()}

    made.set_state(running=False, report=None)
    assert enabled() == {"new", "quit", "run", "details"}
    made.set_state(running=True, report=None)
    assert enabled() == {"quit", "stop", "details"}
    made.set_state(running=False, report=samples.healthy())
    assert enabled() == {"new", "quit", "run", "details", "save", "copy_summary"}
    made.set_state(running=False, report=samples.port_blocked())
    assert "copy_request" in enabled()
