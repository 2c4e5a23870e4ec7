"""The commands of the menus do what their names say."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from fmsdiag.gui.help_dialogs import TextDialog
from fmsdiag.gui.theme.palette import theme_of
from fmsdiag.gui.theme.theme import DARK, LIGHT
from tests.gui.children import child
from tests.gui.conftest import MakeWindow
from tests.gui.scripted import telling
from tests.gui.window_steps import run_to_verdict
from tests.report import samples


def test_summary_and_request_go_to_the_clipboard(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(telling(samples.port_blocked()))
    run_to_verdict(qtbot, window)
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window, Qt.Key.Key_C, both)
    assert QGuiApplication.clipboard().text().startswith("Connected using a fallback: ")
    qtbot.keyClick(window, Qt.Key.Key_R, both)
    assert QGuiApplication.clipboard().text().startswith("Please allow this outgoing connection.")


def test_recent_servers_are_in_the_menu(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(telling(samples.healthy()))
    assert not window.parts.actions.recent.isEnabled()
    run_to_verdict(qtbot, window)
    window.parts.form.clear()
    entries = window.parts.actions.recent.actions()
    assert entries[0].text() == "&1 rtmp://media.example.com/live"
    entries[0].trigger()
    assert window.parts.form.fields().server == "media.example.com"
    entries[-1].trigger()
    assert not window.parts.actions.recent.isEnabled()


def test_the_theme_and_the_size_of_letters_are_chosen_in_the_menu(make_window: MakeWindow) -> None:
    window = make_window(telling(samples.healthy()))
    window.parts.actions.themes["dark"].trigger()
    assert theme_of(window.palette()) is DARK
    window.parts.actions.themes["light"].trigger()
    assert theme_of(window.palette()) is LIGHT
    usual = window.font().pointSizeF()
    window.parts.actions.zoom_in.trigger()
    assert window.font().pointSizeF() > usual
    window.parts.actions.zoom_reset.trigger()
    assert window.font().pointSizeF() == usual


@pytest.mark.parametrize("command", ["what_is_sent", "licenses", "about"])
def test_help_opens_beside_the_window(make_window: MakeWindow, command: str) -> None:
    window = make_window(telling(samples.healthy()))
    getattr(window.parts.actions, command).trigger()
    dialog = child(window, TextDialog)
    assert dialog.isVisible()
    dialog.close()
