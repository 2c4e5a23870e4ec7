"""A reader who comes back to a report is where they were."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from fmsdiag.gui.details.details import Page
from fmsdiag.gui.main_window import MainWindow
from fmsdiag.gui.report_place import go_back_to, place_of
from fmsdiag.gui.verdict.card import CardTexts
from fmsdiag.messages.reader import say
from tests.gui.conftest import MakeWindow
from tests.gui.scripted import telling
from tests.gui.window_steps import open_file, opened_file, run_to_verdict
from tests.report import samples


def settle_in(window: MainWindow) -> None:
    """Choose a row, a page, and fold the card."""
    window.parts.details.setVisible(True)
    window.parts.timeline.reveal("2.connect")
    window.parts.details.open_page(Page.TRANSCRIPT)
    window.parts.card.set_folded(True)


def test_each_report_keeps_its_place(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path) -> None:
    window = make_window(telling(samples.port_blocked()))
    parts = window.parts
    run_to_verdict(qtbot, window)
    settle_in(window)
    before = place_of(parts)
    assert (before.row, before.page, before.opened) == ("2.connect", Page.TRANSCRIPT, frozenset({2}))
    open_file(qtbot, window, opened_file(tmp_path, samples.rejected()))
    parts.timeline.reveal("1")
    parts.details.open_page(Page.JSON)
    parts.details.scope.setCurrentIndex(1)
    there = place_of(parts)
    assert there.whole_report
    parts.tabs.step(1)
    assert place_of(parts) == before
    assert parts.card.is_folded
    parts.tabs.step(1)
    assert place_of(parts) == there


def test_another_finding_is_still_the_one_that_is_read(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    window = make_window(telling(samples.healthy()))
    open_file(qtbot, window, opened_file(tmp_path, samples.recorded("transparent-proxy")))
    window.parts.card.show_finding(1)
    headline = window.parts.card.headline.text()
    for _ in range(2):
        window.parts.tabs.step(1)
        assert window.parts.card.headline.text() == say(CardTexts.IDLE)
        window.parts.tabs.step(1)
        assert window.parts.card.headline.text() == headline


def test_a_new_report_begins_at_its_result(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path) -> None:
    window = make_window(telling(samples.healthy()))
    open_file(qtbot, window, opened_file(tmp_path, samples.rejected(), "one.json"))
    settle_in(window)
    open_file(qtbot, window, opened_file(tmp_path, samples.port_blocked(), "two.json"))
    place = place_of(window.parts)
    assert (place.row, place.opened, place.page) == ("", frozenset(), Page.VERDICT)
    assert not place.card_folded


def test_what_a_report_no_longer_has_is_passed_over(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(telling(samples.port_blocked()))
    run_to_verdict(qtbot, window)
    settle_in(window)
    place = place_of(window.parts)
    window.view.new()
    go_back_to(window.parts, place)
    assert place_of(window.parts).row == ""


def test_going_back_takes_the_focus_from_nothing(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    window = make_window(telling(samples.port_blocked()))
    open_file(qtbot, window, opened_file(tmp_path, samples.rejected()))
    window.parts.timeline.reveal("1")
    tabs: QWidget = window.parts.tabs
    tabs.setFocus()
    window.parts.tabs.step(1)
    window.parts.tabs.step(1)
    assert tabs.hasFocus()
