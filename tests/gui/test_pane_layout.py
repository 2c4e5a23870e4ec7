"""Timeline and details are visible where there is room, and as F8 asked for."""

from PySide6.QtCore import QSettings, Qt
from pytestqt.qtbot import QtBot

from tests.gui.conftest import MakeWindow
from tests.gui.scripted import telling
from tests.gui.window_steps import run_to_verdict
from tests.report import samples


def test_a_narrow_window_keeps_its_waterfall(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(telling(samples.port_blocked()))
    window.resize(720, 520)
    run_to_verdict(qtbot, window)
    window.parts.card.evidence_activated.emit("5.tcp")
    assert window.parts.details.isHidden()


def test_f8_shows_and_hides_the_details_for_good(
    qtbot: QtBot, make_window: MakeWindow, settings: QSettings
) -> None:
    window = make_window(telling(samples.healthy()))
    qtbot.keyClick(window, Qt.Key.Key_F8)
    assert not window.parts.details.isHidden()
    qtbot.keyClick(window, Qt.Key.Key_F8)
    run_to_verdict(qtbot, window)
    window.parts.card.evidence_activated.emit("1.tcp")
    assert window.parts.details.isHidden()
    again = make_window(telling(samples.healthy()))
    assert again.parts.details.isHidden()


def test_find_opens_the_details_and_their_find_bar(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(telling(samples.port_blocked()))
    run_to_verdict(qtbot, window)
    window.parts.timeline.reveal("2.connect")
    window.parts.details.hide()
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert window.parts.details.isVisible()
    assert window.parts.details.bar.isVisible()


def test_the_smallest_window_holds_the_unfolded_form(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(telling(samples.port_blocked()))
    window.parts.form.advanced_toggle.setChecked(True)
    window.resize(720, 520)
    qtbot.waitUntil(lambda: window.parts.splitter.isHidden())
    run_to_verdict(qtbot, window)
    assert (window.width(), window.height()) == (720, 520)
    for field in window.parts.form.advanced.fields():
        assert field.height() >= 15
    interval, order = window.parts.form.advanced.pace.interval, window.parts.form.advanced.pace.order
    assert order.y() >= interval.y() + interval.height()
    window.parts.form.advanced_toggle.setChecked(False)
    assert window.parts.splitter.isVisible()
