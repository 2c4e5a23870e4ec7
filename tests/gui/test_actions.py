"""The menus: shortcuts as documented, enabled only where they do something."""

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from fmsdiag.gui.actions import State, WindowActions
from tests.report import samples


@pytest.fixture
def actions(qtbot: QtBot) -> Iterator[WindowActions]:
    window = QMainWindow()
    qtbot.addWidget(window)
    made = WindowActions(window)
    made.bar = window.menuBar()  # type: ignore[attr-defined]
    yield made
    window.close()


def all_of(made: WindowActions) -> dict[str, QAction]:
    single = {name: value for name, value in vars(made).items() if isinstance(value, QAction)}
    return single | {f"export_{suffix}": action for suffix, action in made.exports.items()}


def enabled(made: WindowActions) -> set[str]:
    return {name for name, action in all_of(made).items() if action.isEnabled()}


ALWAYS = {
    "quit",
    "support_view",
    "details",
    "zoom_in",
    "zoom_out",
    "zoom_reset",
    "what_is_sent",
    "log_folder",
    "licenses",
    "about",
}
WITH_REPORT = {
    "save_for_support",
    "compare",
    "save",
    "print",
    "copy_summary",
    "copy_markdown",
    "find",
    "export_html",
    "export_json",
    "export_md",
}

WITH_TABS = {"close_all", "next_tab", "previous_tab"}


def test_shortcuts(actions: WindowActions) -> None:
    shortcuts = {name: action.shortcut().toString() for name, action in all_of(actions).items()}
    assert {name: keys for name, keys in shortcuts.items() if keys} == {
        "new": "Ctrl+N",
        "open": "Ctrl+O",
        "compare": "Ctrl+D",
        "close_report": "Ctrl+W",
        "close_all": "Ctrl+Shift+W",
        "next_tab": "Ctrl+Tab",
        "previous_tab": "Ctrl+Shift+Tab",
        "save": "Ctrl+S",
        "save_for_support": "Ctrl+Shift+S",
        "print": "Ctrl+P",
        "quit": "Ctrl+Q",
        "copy_summary": "Ctrl+Shift+C",
        "copy_markdown": "Ctrl+Shift+M",
        "copy_request": "Ctrl+Shift+R",
        "find": "Ctrl+F",
        "run": "F5",
        "stop": "Esc",
        "details": "F8",
        "zoom_in": "Ctrl++",
        "zoom_out": "Ctrl+-",
        "zoom_reset": "Ctrl+0",
        "what_is_sent": "F1",
    }


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (State(), {"new", "open", "run"}),
        (State(running=True), {"open", "stop"}),
        (State(running=True, opened=True, others=True), {"open", "close_report"} | WITH_TABS),
        (State(others=True), {"new", "open", "run"} | WITH_TABS),
        (State(report=samples.healthy()), {"new", "open", "run"} | WITH_REPORT),
        (State(report=samples.port_blocked()), {"new", "open", "run", "copy_request"} | WITH_REPORT),
        (State(report=samples.healthy(), opened=True), {"new", "open", "close_report"} | WITH_REPORT),
        (State(opened=True, raw=True), {"new", "open", "save", "close_report"}),
    ],
)
def test_enabled_where_they_do_something(actions: WindowActions, state: State, expected: set[str]) -> None:
    actions.set_state(state)
    assert enabled(actions) == expected | ALWAYS


def test_every_menu_has_its_own_letters(actions: WindowActions) -> None:
    menus = [action.menu() for action in actions.bar.actions()]  # type: ignore[attr-defined]
    above = [[menu.title() for menu in menus]]
    for texts in above + [[action.text() for action in menu.actions()] for menu in menus]:
        letters = [text[text.index("&") + 1].lower() for text in texts if "&" in text]
        assert len(letters) == len([text for text in texts if text]) == len(set(letters)), texts


def test_packets_are_offered_after_a_run_and_a_report_from_a_file_says_why_not(
    actions: WindowActions,
) -> None:
    packets = actions.export_packets
    actions.set_state(State(report=samples.healthy(), packets=True))
    assert packets.isEnabled()
    assert packets.text() == "&Packets (pcapng)…"
    actions.set_state(State(report=samples.healthy(), opened=True))
    assert not packets.isEnabled()
    assert packets.text() == "&Packets (pcapng): not kept in a report"
    assert "A report does not contain the traffic." in packets.toolTip()
    assert actions.export.toolTipsVisible()
    actions.set_state(State(packets=True))
    assert not packets.isEnabled()


def test_what_a_customer_saves_is_a_command_of_the_menus(actions: WindowActions) -> None:
    assert actions.save_for_support in all_of(actions).values()
