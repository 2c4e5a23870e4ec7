"""Timeline and details are visible where there is room, and as F8 asked for."""

from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fmsdiag.gui.main_window import MainWindow
from fmsdiag.gui.timeline.nodes import Column
from fmsdiag.gui.timeline.view import ROW_HEIGHT
from tests.gui.conftest import MakeWindow
from tests.gui.scripted import telling
from tests.gui.window_steps import run_to_verdict, type_server
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


def rows_in_sight(window: MainWindow) -> float:
    return window.parts.timeline.tree.viewport().height() / ROW_HEIGHT


def test_the_smallest_window_holds_the_unfolded_form_and_rows(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(telling(samples.port_blocked()))
    window.parts.form.advanced_toggle.setChecked(True)
    window.resize(720, 520)
    qtbot.waitUntil(lambda: window.parts.card.isHidden())
    type_server(qtbot, window)
    qtbot.waitUntil(lambda: window.parts.model.rowCount() > 0)
    assert rows_in_sight(window) >= 2
    run_to_verdict(qtbot, window)
    assert window.parts.card.isVisible()
    assert rows_in_sight(window) >= 2
    assert (window.width(), window.height()) == (720, 520)
    for field in window.parts.form.advanced.fields():
        assert field.height() >= 15
    interval, order = window.parts.form.advanced.pace.interval, window.parts.form.advanced.pace.order
    assert order.y() >= interval.y() + interval.height()
    assert window.parts.timeline.legend.isHidden()
    window.parts.form.advanced_toggle.setChecked(False)
    assert window.parts.timeline.legend.isVisible()


def test_choosing_a_row_moves_nothing(qtbot: QtBot, qapp: QApplication, make_window: MakeWindow) -> None:
    window = make_window(telling(samples.port_blocked()))
    run_to_verdict(qtbot, window)
    assert window.parts.details.isVisible()
    tree, details = window.parts.timeline.tree, window.parts.details

    def places() -> list[object]:
        sections = [tree.header().sectionSize(column) for column in Column]
        return [
            tree.geometry(),
            details.geometry(),
            details.tabs.geometry(),
            details.tabs.tabText(0),
            sections,
        ]

    tree.expandAll()
    for _ in range(3):  # a layout whose words wrap settles in several passes
        qapp.processEvents()
    before = places()
    for observation in ("1.tcp", "5.tcp", "6", "2.connect"):
        tree.setCurrentIndex(window.parts.model.index_of(observation))
        qapp.processEvents()
        assert places() == before


def test_a_row_of_a_preview_brings_no_details(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(telling(samples.healthy()))
    type_server(qtbot, window)
    qtbot.waitUntil(lambda: window.parts.model.rowCount() > 0)
    window.parts.timeline.tree.setCurrentIndex(window.parts.model.index(0, 0))
    assert window.parts.details.isHidden()
