"""Each button beside a step does what it says."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from fmsdiag.gui.handover.preview_dialog import PreviewDialog
from fmsdiag.gui.main_window import MainWindow
from fmsdiag.model import Action
from fmsdiag.profile.profile_file import encode
from fmsdiag.report.view import StepView
from tests.gui.children import child
from tests.gui.conftest import MakeWindow
from tests.gui.scripted import telling
from tests.gui.window_steps import run_to_verdict
from tests.profile.samples import profile
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


@pytest.fixture
def with_profile(make_window: MakeWindow, qtbot: QtBot, tmp_path: Path) -> MainWindow:
    """The customer's window after the run of a profile."""
    window = make_window(telling(samples.rejected()))
    (tmp_path / "help.fmsdiag").write_bytes(encode(profile()))
    window.view.open_file(tmp_path / "help.fmsdiag")
    with qtbot.waitSignal(window.parts.session.finished):
        window.parts.form.run()
    return window


def test_an_address_is_copied_while_a_profile_decides_what_is_tested(with_profile: MainWindow) -> None:
    """The form is not shown then, and would not change the test."""
    before = with_profile.parts.form.fields()
    press(with_profile, Action.USE_ADDRESS, "rtmps://media.example.com/live")
    assert QGuiApplication.clipboard().text() == "rtmps://media.example.com/live"
    assert with_profile.parts.form.fields() == before


def test_fields_that_a_profile_decides_are_not_edited(with_profile: MainWindow) -> None:
    """It is said who decides, for nothing else would be seen to happen."""
    press(with_profile, Action.EDIT_APPLICATION)
    assert "Close Profile" in with_profile.parts.messages.text.text()
    assert not with_profile.parts.form.application.hasFocus()


def test_the_report_of_a_profile_is_saved_for_support(with_profile: MainWindow, qtbot: QtBot) -> None:
    """A customer has one way to save."""
    press(with_profile, Action.SAVE_REPORT)
    assert child(with_profile, PreviewDialog).isVisible()
    qtbot.waitUntil(lambda: not with_profile.parts.handover.busy)


@pytest.mark.parametrize("action", [Action.SIGN_IN, Action.PROXY_SETTINGS])
def test_the_proxy_is_the_customers_while_a_profile_is_open(with_profile: MainWindow, action: Action) -> None:
    """Whoever has to sign in to a proxy finds the fields, which the customer's view does not show by itself."""
    form = with_profile.parts.form
    assert not form.advanced.proxies.isVisible()
    press(with_profile, action)
    assert form.advanced.proxies.isVisible()
    assert form.advanced.proxies.isEnabled()
    assert not with_profile.parts.profile.isHidden()
    assert not form.server.isEnabled()
