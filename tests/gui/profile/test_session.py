"""An open profile fills the form, locks what it decides, starts nothing, and Run Test runs exactly it."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from fmsdiag.gui.form.form_input import AdvancedInput, Request
from fmsdiag.gui.main_window import MainWindow
from fmsdiag.gui.profile.session import fields_of_run, is_profile
from fmsdiag.model import Event, FilledField, PlanName, PlannedPort, Profile, ProfileField, Report, Transport
from fmsdiag.profile.link import make_link
from fmsdiag.profile.profile_file import encode
from fmsdiag.profile.runs import runs_of
from tests.gui.conftest import MakeWindow
from tests.profile.samples import URL, profile, whole_profile
from tests.report import samples

TICKET = (ProfileField("Ticket number", True),)


class Recorded:
    """A diagnosis that keeps what it was asked."""

    def __init__(self) -> None:
        self.requests: list[Request] = []

    async def __call__(self, request: Request, emit: Callable[[Event], None], stop: asyncio.Event) -> Report:
        self.requests.append(request)
        prepared = request.assignment.prepared if request.assignment is not None else None
        return msgspec.structs.replace(samples.healthy(), prepared=prepared)


@pytest.fixture
def asked() -> Recorded:
    return Recorded()


@pytest.fixture
def window(make_window: MakeWindow, asked: Recorded) -> MainWindow:
    return make_window(asked)


def opened(window: MainWindow, tmp_path: Path, made: Profile) -> None:
    path = tmp_path / "a.fmsdiag"
    path.write_bytes(encode(made))
    window.view.open_file(path)


def test_it_is_shown_and_nothing_starts(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    opened(window, tmp_path, profile(plan=PlanName.SECURE, message="Hello."))
    parts = window.parts
    assert parts.profile.isVisible()
    assert parts.profile.title.text().startswith("Prepared by Example Streaming")
    assert f"The test connects to {samples.HOST}" in parts.profile.brief.toPlainText()
    assert f"Connects to {samples.HOST}" in parts.profile.what.toPlainText()
    assert parts.form.server.currentText() == samples.HOST
    assert parts.form.application.text() == "live"
    assert parts.form.plan.currentData() == PlanName.SECURE
    assert not any(
        field.isEnabled() for field in (parts.form.server, parts.form.application, parts.form.ports)
    )
    assert not parts.form.contacts.isVisible()
    assert not parts.session.running
    qtbot.waitUntil(lambda: parts.model.rowCount() > 0)  # the plan's preview


def test_run_test_runs_it_once_what_is_required_is_filled_in(
    qtbot: QtBot, window: MainWindow, asked: Recorded, tmp_path: Path
) -> None:
    opened(window, tmp_path, profile(fields=TICKET, checks=(PlannedPort(Transport.RTMPS, 8443),)))
    parts = window.parts
    qtbot.mouseClick(parts.form.button, Qt.MouseButton.LeftButton)
    assert parts.messages.text.text() == "Required: Ticket number"
    assert not parts.session.running
    (line,) = parts.profile.findChildren(QLineEdit)
    qtbot.keyClicks(line, "4711")
    with qtbot.waitSignal(parts.session.finished):
        qtbot.mouseClick(parts.form.button, Qt.MouseButton.LeftButton)
    (request,) = asked.requests
    assert request.target.host == samples.HOST
    assert request.options.checks == (PlannedPort(Transport.RTMPS, 8443),)
    assert request.plan.attempts[-1].endpoint.port == 8443
    assert request.assignment is not None
    assert request.assignment.prepared.fields == (FilledField("Ticket number", "4711"),)
    assert parts.session.report is not None
    assert parts.session.report.prepared == request.assignment.prepared
    assert not parts.form.server.isEnabled()  # still the profile's


def test_each_server_of_the_profile_can_be_chosen(
    qtbot: QtBot, window: MainWindow, asked: Recorded, tmp_path: Path
) -> None:
    opened(window, tmp_path, profile(targets=(URL, "rtmps://192.0.2.7/other")))
    assert "192.0.2.7" not in window.parts.profile.what.toPlainText()
    window.parts.profile.server_chosen.emit(1)
    assert window.parts.form.server.currentText() == "192.0.2.7"
    assert window.parts.form.ports.text() == "rtmps:443"
    assert "Connects to 192.0.2.7" in window.parts.profile.what.toPlainText()
    with qtbot.waitSignal(window.parts.session.finished):
        window.parts.form.run()
    assert asked.requests[0].target.application == "other"


def test_closed_it_frees_the_form_and_leaves_nothing_in_a_run(
    qtbot: QtBot, window: MainWindow, asked: Recorded, tmp_path: Path
) -> None:
    opened(window, tmp_path, profile())
    qtbot.mouseClick(window.parts.profile.close_button, Qt.MouseButton.LeftButton)
    assert not window.parts.profile.isVisible()
    assert window.parts.form.server.isEnabled()
    with qtbot.waitSignal(window.parts.session.finished):
        window.parts.form.run()
    assert asked.requests[0].assignment is None


def test_new_and_a_recent_server_close_it(window: MainWindow, tmp_path: Path) -> None:
    opened(window, tmp_path, profile())
    window.view.new()
    assert not window.parts.profile.isVisible()
    opened(window, tmp_path, profile())
    window.view.open_recent("rtmp://b.example/live")
    assert window.parts.form.server.isEnabled()
    assert window.parts.form.server.currentText() == "b.example"


def test_what_cannot_be_opened_is_said_and_the_window_stays(window: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "bad.fmsdiag").write_bytes(b"{}")
    window.view.open_file(tmp_path / "bad.fmsdiag")
    assert window.parts.messages.text.text().startswith("bad.fmsdiag: This is not an fmsdiag profile")
    window.view.open_file("fmsdiag://profile/AAAA")
    assert window.parts.messages.text.text() == "This link is not complete, or not an fmsdiag profile"
    assert not window.parts.profile.isVisible()
    window.view.open_file(make_link(profile()))
    assert window.parts.profile.isVisible()


def test_the_fields_show_what_the_run_is() -> None:
    advanced = AdvancedInput(interval_ms=100)
    first, second = (fields_of_run(run, advanced) for run in runs_of(whole_profile(), (), {}))
    assert (first.server, first.ports, first.plan) == (samples.HOST, "", PlanName.FLASH_PLAYER)
    assert first.checks == ("rtmps:443",)
    assert second.ports == "rtmps:443"
    assert second.advanced == advanced


def test_what_is_opened_as_a_profile() -> None:
    assert is_profile(Path("A.FMSDIAG"))
    assert is_profile("fmsdiag://profile/x")
    assert not is_profile(Path("a.fmsdiag-report"))
