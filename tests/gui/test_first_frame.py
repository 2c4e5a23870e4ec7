from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import pytest
from PySide6.QtCore import QPoint, QSettings, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from fmsdiag.gui.first_frame import FirstFrame
from fmsdiag.gui.form.target_form import FormTexts
from fmsdiag.gui.main_window import MainWindow
from fmsdiag.gui.prober_thread import Diagnose, ProberThread
from fmsdiag.messages.reader import say
from tests.gui.scripted import telling
from tests.report import samples


class Fill(Protocol):
    def __call__(self, window: MainWindow, wait: bool = True) -> None: ...


def opened(qtbot: QtBot, settings: QSettings) -> tuple[MainWindow, FirstFrame]:
    """A window that shows its first frame."""
    window = MainWindow(None, settings)
    qtbot.addWidget(window, before_close_func=lambda w: w.close_now())
    window.show()
    qtbot.waitExposed(window)
    first = window._first
    assert first is not None
    return window, first


def place(widget: QWidget, window: MainWindow) -> tuple[QPoint, QSize]:
    return widget.mapTo(window, QPoint(0, 0)), widget.size()


@pytest.fixture
def fill(qtbot: QtBot, make_engine: Callable[[Diagnose], ProberThread]) -> Fill:
    """Fills a window and waits until it is laid out."""

    def fill(window: MainWindow, wait: bool = True) -> None:
        window.fill(make_engine(telling(samples.healthy())))
        if wait:
            qtbot.wait(0)

    return fill


def test_what_is_typed_first_is_in_the_form_s_server_field(
    qtbot: QtBot, settings: QSettings, fill: Fill
) -> None:
    window, first = opened(qtbot, settings)
    assert window.focusWidget() is first.server
    qtbot.keyClicks(first.line, "media.example.com")
    fill(window)
    form = window.parts.form
    assert form.server is first.server
    assert form.fields().server == "media.example.com"
    assert window.focusWidget() is form.server
    qtbot.keyClicks(form.server_line, ".net")
    assert form.fields().server == "media.example.com.net"


def test_what_is_pasted_first_is_spread_over_the_form(qtbot: QtBot, settings: QSettings, fill: Fill) -> None:
    window, first = opened(qtbot, settings)
    QGuiApplication.clipboard().setText("rtmp://media.example.com:1936/live")
    first.line.paste()
    fill(window)
    fields = window.parts.form.fields()
    assert (fields.server, fields.application) == ("media.example.com", "live")
    assert "1936" in fields.ports


def test_an_address_that_is_being_typed_is_left_alone(qtbot: QtBot, settings: QSettings, fill: Fill) -> None:
    window, first = opened(qtbot, settings)
    qtbot.keyClicks(first.line, "rtmps://med")
    fill(window)
    qtbot.keyClicks(window.parts.form.server_line, "ia.example.com/live")
    assert window.parts.form.server.currentText() == "rtmps://media.example.com/live"


@pytest.mark.parametrize("pressed", [True, False])
def test_enter_runs_the_test_once_there_is_a_form(
    qtbot: QtBot, settings: QSettings, pressed: bool, fill: Fill
) -> None:
    window, first = opened(qtbot, settings)
    qtbot.keyClicks(first.line, "media.example.com")
    if pressed:
        qtbot.keyClick(first.line, Qt.Key.Key_Return)
    assert first.run_wanted is pressed
    fill(window, wait=False)
    asked: list[object] = []
    window.parts.form.run_requested.disconnect()
    window.parts.form.run_requested.connect(asked.append)
    qtbot.waitUntil(lambda: len(asked) == pressed)


@pytest.mark.parametrize("width", [720, 750, 790])
def test_field_and_label_stand_where_they_stood(
    qtbot: QtBot, settings: QSettings, width: int, fill: Fill
) -> None:
    window, _ = opened(qtbot, settings)
    fill(window)
    window.resize(width, 700)
    qtbot.wait(0)
    before = place(window.parts.form.server, window)
    window.close()
    again, first = opened(qtbot, settings)
    assert place(first.server, again) == before
    assert first.label.text() == say(FormTexts.SERVER)
    label = place(first.label, again)
    fill(again)
    assert place(again.parts.form.server, again) == before
    assert place(again.parts.form.server_label, again) == label


def test_the_field_is_as_much_wider_as_the_window(qtbot: QtBot, settings: QSettings) -> None:
    window, first = opened(qtbot, settings)
    before = first.server.width()
    window.resize(window.width() + 80, window.height())
    qtbot.wait(0)
    assert first.server.width() == before + 50


@pytest.mark.parametrize(
    "kept", ["", "1 2 3", "1 2 3 4 5 6 7 8 x", "-1 2 3 4 5 6 7 8 9", "9" * 60, "² 2 3 4 5 6 7 8 9"]
)
def test_places_that_cannot_be_are_the_usual_ones(qtbot: QtBot, settings: QSettings, kept: str) -> None:
    settings.setValue("window/serverPlaces", kept)
    window, first = opened(qtbot, settings)
    assert place(first.server, window)[0] == QPoint(66, 36)
