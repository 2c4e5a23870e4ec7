"""Timeline and details are visible where there is room, and as F8 asked for."""

from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fmsdiag.gui.main_window import MainWindow
from fmsdiag.gui.settings import flag, whole_number
from fmsdiag.gui.timeline.nodes import Column
from fmsdiag.gui.timeline.view import ROW_HEIGHT
from fmsdiag.model import Actor
from tests.gui.conftest import MakeWindow
from tests.gui.scripted import telling
from tests.gui.window_steps import run_to_verdict, type_server
from tests.report import samples


def test_a_narrow_window_keeps_its_waterfall(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(telling(samples.port_blocked()))
    window.resize(720, 520)
    run_to_verdict(qtbot, window)
    window.parts.timeline.reveal("5.tcp")
    assert window.parts.details.isHidden()


def test_f8_shows_and_hides_the_details_for_good(
    qtbot: QtBot, make_window: MakeWindow, settings: QSettings
) -> None:
    window = make_window(telling(samples.healthy()))
    qtbot.keyClick(window, Qt.Key.Key_F8)
    assert not window.parts.details.isHidden()
    qtbot.keyClick(window, Qt.Key.Key_F8)
    run_to_verdict(qtbot, window)
    window.parts.timeline.reveal("1.tcp")
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
    for field in window.parts.form.advanced.fields():
        assert field.height() >= 15
    interval, order = window.parts.form.advanced.pace.interval, window.parts.form.advanced.pace.order
    assert order.y() >= interval.y() + interval.height()
    run_to_verdict(qtbot, window)
    assert window.parts.card.isVisible()
    assert rows_in_sight(window) >= 2
    assert (window.width(), window.height()) == (720, 520)
    assert window.parts.timeline.legend.isHidden()
    assert not window.parts.form.advanced.isVisible()  # the room is the result's


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


def test_the_card_folds_so_that_the_rest_has_the_window(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(telling(samples.port_blocked()))
    run_to_verdict(qtbot, window)
    before = window.parts.splitter.height()
    window.parts.card.fold_button.click()
    qtbot.waitUntil(lambda: window.parts.splitter.height() > before + 80)
    assert window.parts.card.headline.isVisible()
    window.parts.card.fold_button.click()
    qtbot.waitUntil(lambda: window.parts.splitter.height() == before)


def test_in_a_low_window_a_click_on_the_card_makes_room_to_read(
    qtbot: QtBot, make_window: MakeWindow
) -> None:
    window = make_window(telling(samples.port_blocked()))
    window.resize(720, 520)
    run_to_verdict(qtbot, window)
    window.parts.card.more.readers[Actor.ADMINISTRATOR].click()
    assert window.parts.card.is_folded
    assert window.parts.details.isVisible()
    assert window.parts.details.page.hasFocus()
    assert "Please allow this outgoing connection." in window.parts.details.page.toPlainText()
    assert not flag(window._settings, "window/details")  # F8 has not decided


def test_the_next_run_unfolds_the_card(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(telling(samples.port_blocked()))
    run_to_verdict(qtbot, window)
    window.parts.card.set_folded(True)
    with qtbot.waitSignal(window.parts.session.finished):
        window.parts.form.run()
    assert not window.parts.card.is_folded


def test_where_the_splitters_were_drawn_to_is_remembered(qtbot: QtBot, make_window: MakeWindow) -> None:
    report = samples.recorded("hotel")
    window = make_window(telling(report))
    window.resize(760, 720)
    run_to_verdict(qtbot, window)
    column, whole = window.parts.column, window.parts.box.height()
    column.moveSplitter(whole - 60, 1)
    drawn = window.parts.box.height()
    assert drawn < whole
    assert any(text.is_cut for text in window.parts.card.texts)
    window.close()
    again = make_window(telling(report))
    again.resize(760, 720)
    run_to_verdict(qtbot, again)
    qtbot.waitUntil(lambda: abs(again.parts.box.height() - drawn) <= 2)
    again.parts.column.moveSplitter(whole + 200, 1)
    assert not any(text.is_cut for text in again.parts.card.texts)
    assert whole_number(again._settings, "window/cardHeight", -1) == 0


def test_find_looks_through_the_details(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(telling(samples.port_blocked()))
    run_to_verdict(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(window.parts.details.bar.field, "Windows 11")
    qtbot.keyClick(window.parts.details.bar.field, Qt.Key.Key_F3)
    assert window.parts.details.page.textCursor().selectedText() == "Windows 11"
