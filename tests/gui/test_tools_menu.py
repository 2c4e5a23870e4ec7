"""Tools, File ▸ History and the list in the Server field: they fill the form or open a dialog, and test nothing."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from fmsdiag.gui.history.dialog import HistoryDialog
from fmsdiag.gui.main_window import MainWindow
from fmsdiag.gui.obs.import_dialog import ImportDialog
from fmsdiag.gui.profile.create_dialog import CreateProfileDialog
from fmsdiag.history.store import History
from fmsdiag.profile.draft import DraftPart
from fmsdiag.report.redact import redact
from fmsdiag.services import SERVICES
from tests.gui.children import child
from tests.gui.conftest import MakeWindow
from tests.gui.scripted import hanging, telling
from tests.gui.window_steps import run_to_verdict, type_server
from tests.obs.obs_files import KEY, make_profile
from tests.report import samples


@pytest.fixture
def window(make_window: MakeWindow) -> MainWindow:
    return make_window(telling(samples.healthy()))


def test_the_menus_have_their_places(window: MainWindow) -> None:
    titles = [action.text().replace("&", "") for action in window.menuBar().actions()]
    assert titles == ["File", "Edit", "Test", "View", "Tools", "Help"]
    file = window.menuBar().actions()[0].menu()
    texts = [action.text() for action in file.actions()]  # type: ignore[attr-defined]
    assert texts.index("&History…") == texts.index("&Recent") - 1


def test_every_service_fills_the_form_and_starts_nothing(window: MainWindow) -> None:
    actions = {action.text().partition(":")[0]: action for action in window.tools.services.actions()}
    assert set(actions) == {service.name for service in SERVICES}
    for service in SERVICES:
        action = actions[service.name]
        assert action.isEnabled() is bool(service.addresses)
        assert action.toolTip()
    actions["Twitch"].trigger()
    form = window.parts.form
    assert form.server_line.text() == "ingest.global-contribute.live-video.net"
    assert form.application.text() == "app"
    assert form.ports.text() == "rtmps:443"
    assert not window.parts.session.running


def test_the_list_in_the_field_has_the_services_and_obs(qtbot: QtBot, window: MainWindow) -> None:
    (action,) = window.parts.form.server_line.actions()
    action.trigger()
    chooser = window.tools.chooser
    assert chooser.isVisible()
    assert chooser.actions()[-1] is window.tools.import_from_obs
    assert not window.tools.import_from_obs.isEnabled()
    assert window.tools.import_from_obs.toolTip() == "OBS Studio was not found on this computer."
    chooser.hide()


def test_a_profile_of_obs_fills_the_form(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_profile(tmp_path, "Sunday", {"server": f"rtmp://h.example:1936/live/{KEY}"})
    monkeypatch.setenv("FMSDIAG_OBS", str(tmp_path))
    window.tools.update()
    assert window.tools.import_from_obs.isEnabled()
    window.tools.import_from_obs.trigger()
    qtbot.waitUntil(lambda: window.findChild(ImportDialog) is not None)
    child(window, ImportDialog).use.click()
    form = window.parts.form
    assert (form.server_line.text(), form.application.text(), form.ports.text()) == (
        "h.example",
        "live",
        "1936",
    )
    assert form.fields().stream is None
    assert not window.parts.session.running


def test_an_obs_that_is_gone_is_said(qtbot: QtBot, window: MainWindow) -> None:
    window.tools.show_import()
    qtbot.waitUntil(window.parts.messages.isVisible)
    assert window.parts.messages.text.text() == "OBS Studio was not found on this computer."


def test_nothing_fills_the_form_while_a_test_runs(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(hanging(samples.healthy(), 0.0))
    type_server(qtbot, window)
    window.parts.form.run()
    window.tools.update()
    assert not window.tools.services.isEnabled()
    window.tools.use("rtmp://other.example/live")
    assert window.parts.form.server_line.text() == "media.example.com"
    window.view.stop()
    qtbot.waitUntil(lambda: not window.parts.session.running)


def test_a_new_profile_begins_with_the_form_and_the_run(qtbot: QtBot, window: MainWindow) -> None:
    run_to_verdict(qtbot, window)
    window.tools.create_profile.trigger()
    dialog = child(window, CreateProfileDialog)
    assert dialog.fields.texts[DraftPart.SERVERS].toPlainText() == "rtmp://media.example.com/live"
    assert dialog.fields.from_window.isEnabled()
    dialog.reject()


def test_a_test_of_the_history_opens_like_a_report(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FMSDIAG_JOURNAL", str(tmp_path / "j"))
    monkeypatch.setenv("FMSDIAG_HISTORY", str(tmp_path / "h"))
    with History(tmp_path / "h") as history:
        history.add(redact(samples.port_blocked()))
    window.tools.history.trigger()
    dialog = child(window, HistoryDialog)
    qtbot.waitUntil(lambda: dialog.table.count() == 1)
    dialog.open_button.click()
    qtbot.waitUntil(window.parts.banner.isVisible)
    assert window.windowTitle().startswith("test from the history")
    assert window.parts.commands.report is not None
