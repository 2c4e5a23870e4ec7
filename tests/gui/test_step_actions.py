"""Each button beside a step does what it says."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from fmsdiag.gui.main_window import MainWindow
from fmsdiag.model import Action
from fmsdiag.report.view import StepView
from tests.gui.conftest import MakeWindow
from tests.gui.scripted import telling
from tests.gui.window_steps import run_to_verdict
from tests.report import samples


class Browser(QWidget):
    """Stands in for the web browser."""

    SCHEMES = ("http", "https", "file")

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []
        for scheme in self.SCHEMES:
            QDesktopServices.setUrlHandler(scheme, self, "open")  # type: ignore[arg-type]  # not bytes

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url.toString())


@pytest.fixture
def browser() -> Iterator[Browser]:
    browser = Browser()
    yield browser
    for scheme in Browser.SCHEMES:
        QDesktopServices.unsetUrlHandler(scheme)


@pytest.fixture
def window(make_window: MakeWindow, qtbot: QtBot) -> MainWindow:
    window = make_window(telling(samples.port_blocked()))
    run_to_verdict(qtbot, window)
    return window


def press(window: MainWindow, action: Action, target: str = "") -> None:
    window.parts.card.step_activated.emit(StepView("Do it.", action, target))


def test_the_request_is_copied(window: MainWindow) -> None:
    press(window, Action.COPY_REQUEST)
    assert QGuiApplication.clipboard().text().startswith("Please allow this outgoing connection.")


def test_an_address_goes_into_the_form(window: MainWindow) -> None:
    press(window, Action.USE_ADDRESS, "rtmps://media.example.com/live")
    form = window.parts.form
    assert (form.server.currentText(), form.application.text()) == ("media.example.com", "live")
    assert form.ports.text() == "rtmps:443"


@pytest.mark.parametrize(
    ("action", "field"),
    [
        (Action.EDIT_SERVER, lambda form: form.server_line),
        (Action.EDIT_APPLICATION, lambda form: form.application),
        (Action.EDIT_PORTS, lambda form: form.ports),
        (Action.SIGN_IN, lambda form: form.advanced.proxies.server_name),
        (Action.PROXY_SETTINGS, lambda form: form.advanced.proxies.choice),
        (Action.COMPARE, lambda form: form.advanced.pace.control),
        (Action.DEEP_TESTS, lambda form: form.advanced.pace.deep),
    ],
)
def test_a_field_is_shown_and_gets_the_focus(
    window: MainWindow, qtbot: QtBot, action: Action, field: object
) -> None:
    assert callable(field)
    wanted: QWidget = field(window.parts.form)
    press(window, action)
    qtbot.waitUntil(wanted.hasFocus)
    assert wanted.isVisible()


def test_the_test_runs_again(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.parts.session.started):
        press(window, Action.RUN_AGAIN)
    qtbot.waitUntil(lambda: not window.parts.session.running)


def test_the_report_can_be_saved(window: MainWindow, qtbot: QtBot) -> None:
    press(window, Action.SAVE_REPORT)
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    dialog.reject()


def test_only_web_pages_are_opened(window: MainWindow, browser: Browser) -> None:
    press(window, Action.OPEN_PAGE, "http://portal.example/login?x=1")
    assert browser.opened == ["http://portal.example/login?x=1"]
    for address in ("file:///etc/passwd", "portal.example", "", "javascript:alert(1)"):
        press(window, Action.OPEN_PAGE, address)
        assert window.parts.card.buttons.message.text().startswith("The page could not be opened")
    assert len(browser.opened) == 1
