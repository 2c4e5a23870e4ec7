"""The window as a whole, mostly by keyboard: from an empty form to a saved report, stop, faults, closing."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QPushButton, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from fmsdiag.gui.form.form_input import Request
from fmsdiag.gui.main_window import MainWindow
from fmsdiag.gui.verdict.card import CardTexts
from fmsdiag.messages.reader import say
from fmsdiag.model import Event, Report
from fmsdiag.report import json
from fmsdiag.run import diagnose
from fmsdiag.server.service import Server, ServerOptions
from tests.gui.conftest import MakeWindow
from tests.gui.scripted import hanging, telling
from tests.gui.window_steps import open_file, opened_file, run_to_verdict, save_as, type_server
from tests.probe.fake_computer import FakeComputer
from tests.report import samples


def test_a_bare_window_can_be_shown_and_closed(qtbot: QtBot, settings: QSettings) -> None:
    window = MainWindow(None, settings)
    with qtbot.waitExposed(window):
        window.show()
    with qtbot.waitSignal(window.close_requested):
        window.close()
    window.close_now()


def test_from_the_empty_form_to_a_saved_report_by_keyboard(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    window = make_window(telling(samples.port_blocked()))
    assert window.parts.card.headline.text() == say(CardTexts.IDLE)
    run_to_verdict(qtbot, window)
    assert window.parts.card.headline.text() == "Port 1935 is blocked by a firewall in your network."
    assert window.parts.model.rowCount() == 5
    path = tmp_path / "saved.json"
    save_as(qtbot, window, path)
    qtbot.waitUntil(path.exists)
    assert window.parts.card.buttons.message.text() == f"Saved as {path}"
    assert json.decode(path.read_bytes()).target.host == "media.example.com"


def test_closing_asks_remembers_and_really_closes_later(
    qtbot: QtBot, make_window: MakeWindow, settings: QSettings
) -> None:
    window = make_window(hanging(samples.port_blocked(), 1.0))
    window.resize(760, 560)
    type_server(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.parts.session.running)
    with qtbot.waitSignal(window.close_requested):
        window.close()
    assert window.isHidden()
    window.parts.session.stop()
    qtbot.waitUntil(lambda: not window.parts.session.running)
    again = make_window(telling(samples.healthy()))
    assert (again.width(), again.height()) == (760, 560)
    assert again.parts.form.server.itemText(0) == "rtmp://media.example.com/live"


@pytest.mark.parametrize(
    ("application", "verdict", "cause"),
    [("live", "Connected", "none"), ("live2", "Rejected by server", "app-not-found")],
)
def test_the_real_diagnosis_of_a_real_server(
    qtbot: QtBot, make_window: MakeWindow, application: str, verdict: str, cause: str
) -> None:
    async def served(request: Request, emit: Callable[[Event], None], stop: asyncio.Event) -> Report:
        async with Server(ServerOptions(rtmp=0)) as server:
            here = msgspec.structs.replace(request.target, port=server.ports["rtmp"])
            only_it = msgspec.structs.replace(request.options, plan=None, checks=())
            return await diagnose(
                here, only_it, emit, stop, credentials=request.credentials, computer=FakeComputer()
            )

    window = make_window(served)
    window.parts.form.server.setEditText("127.0.0.1")
    window.parts.form.application.setText(application)
    with qtbot.waitSignal(window.parts.session.finished, timeout=20_000):
        window.parts.form.run()
    assert window.parts.card.word.text() == verdict
    assert window.parts.session.report is not None
    assert window.parts.session.report.verdict.cause == cause
    steps = window.parts.model.index(0, 0)
    shown = [window.parts.model.index(n, 0, steps).data() for n in range(window.parts.model.rowCount(steps))]
    assert shown == ["TCP connection", "RTMP handshake", "NetConnection"]


def test_every_button_and_field_can_be_reached_by_tab(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(telling(samples.port_blocked()))
    run_to_verdict(qtbot, window)
    reached = set()
    for _ in range(60):
        focused = QApplication.focusWidget()
        if isinstance(focused, QPushButton):
            reached.add(focused.text().replace("&", ""))
        elif focused is not None:
            reached.add(focused.accessibleName())
        qtbot.keyClick(focused or window, Qt.Key.Key_Tab)
    assert {"Copy Summary", "Copy Request", "Save Report…", "Run Test"} <= reached
    assert {"Application", "Ports", "Plan", "Timeline of attempts", "Result"} <= reached
    assert {"2 observations, 1 comparison", "Your network administrator: 1 step"} <= reached
    assert "Show only the headline" in reached


def test_letters_of_the_keyboard_are_given_once(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    window = make_window(telling(samples.port_blocked()))
    window.parts.form.advanced_toggle.setChecked(True)
    run_to_verdict(qtbot, window)
    assert_unique_letters(window)
    open_file(qtbot, window, opened_file(tmp_path, samples.port_blocked()))
    assert_unique_letters(window)


def assert_unique_letters(window: MainWindow) -> None:
    texts = [action.text() for action in window.menuBar().actions()]
    texts += [button.text() for button in window.findChildren(QAbstractButton) if button.isVisible()]
    labels = [label for label in window.findChildren(QLabel) if label.isVisible()]
    texts += [label.text() for label in labels if label.buddy() is not None]
    letters = [text[text.index("&") + 1].lower() for text in texts if "&" in text]
    assert len(letters) == len(set(letters)), sorted(text for text in texts if "&" in text)


def test_everything_that_can_be_reached_has_a_name(make_window: MakeWindow) -> None:
    window = make_window(telling(samples.healthy()))
    window.parts.form.advanced_toggle.setChecked(True)
    nameless = [
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisible()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not widget.accessibleName()
        if not (isinstance(widget, QAbstractButton) and widget.text())
        if not isinstance(widget.parent(), QComboBox | QSpinBox)
    ]
    assert nameless == []
