"""A bare window gets its parts, all of them inside it."""

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fmsdiag.gui.main_window import MainWindow
from tests.gui.conftest import MakeWindow
from tests.gui.scripted import telling
from tests.report import samples


def test_a_bare_window_can_be_shown_and_closed(qtbot: QtBot, settings: QSettings) -> None:
    window = MainWindow(None, settings)
    with qtbot.waitExposed(window):
        window.show()
    with qtbot.waitSignal(window.close_requested):
        window.close()
    window.close_now()


def test_filling_makes_it_whole_and_no_other_window(qtbot: QtBot, make_window: MakeWindow) -> None:
    before = set(QApplication.topLevelWidgets())
    window = make_window(telling(samples.healthy()))
    parts = (
        window.form,
        window.banner,
        window.messages,
        window.card,
        window.timeline,
        window.details,
        window.raw,
    )
    assert all(part.window() is window for part in parts)
    shown = {w for w in QApplication.topLevelWidgets() if w.isVisible()} - before
    assert shown <= {window}
