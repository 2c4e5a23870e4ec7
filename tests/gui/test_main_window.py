"""The window as a whole, mostly by keyboard: from an empty form to a saved report, stop, faults, closing."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from fmsdiag.gui.main_window import MainWindow
from fmsdiag.gui.timeline_model import WHY
from fmsdiag.gui.verdict_card import FAULT, IDLE
from fmsdiag.model import Event, Options, Report, StepName, Target
from fmsdiag.report import json
from fmsdiag.run import diagnose
from fmsdiag.server.service import Server, ServerOptions
from tests.gui.conftest import MakeWindow
from tests.gui.scripted import crashing, hanging, telling
from tests.report import samples


@pytest.fixture(autouse=True)
def _qts_own_file_dialog() -> None:
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)


def type_server(qtbot: QtBot, window: MainWindow) -> None:
    window.form.server.setFocus()
    qtbot.keyClicks(window.form.server.lineEdit(), "media.example.com")
    qtbot.keyClick(window.form.server.lineEdit(), Qt.Key.Key_Tab)
    qtbot.keyClicks(window.form.application, "live")


def run_to_verdict(qtbot: QtBot, window: MainWindow) -> None:
    type_server(qtbot, window)
    with qtbot.waitSignal(window.session.finished):
        qtbot.keyClick(window.form.application, Qt.Key.Key_Return)


def save_as(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.findChild(QFileDialog) is not None)
    dialog = window.findChild(QFileDialog)
    dialog.selectFile(str(path))
    qtbot.keyClick(dialog, Qt.Key.Key_Return)


def test_from_the_empty_form_to_a_saved_report_by_keyboard(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    window = make_window(telling(samples.port_blocked()))
    assert window.card.headline.text() == IDLE
    run_to_verdict(qtbot, window)
    assert window.card.headline.text() == "Port 1935 gives no answer, but port 80 connects"
    assert window.model.rowCount() == 5
    path = tmp_path / "saved.json"
    save_as(qtbot, window, path)
    qtbot.waitUntil(path.exists)
    assert window.card.buttons.message.text() == f"Saved as {path}"
    assert json.decode(path.read_bytes()).target.host == "media.example.com"


def test_a_report_that_cannot_be_saved_is_said_in_the_card(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    window = make_window(telling(samples.healthy()))
    run_to_verdict(qtbot, window)
    report = window.session.report
    assert report is not None
    window._save(report, str(tmp_path / "missing" / "x.json"), "")
    assert (
        window.card.buttons.message.text() == "Not saved: No such file or directory. Choose another folder."
    )


def test_what_will_be_tried_is_shown_before_the_run(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(telling(samples.healthy()))
    type_server(qtbot, window)
    qtbot.waitUntil(lambda: window.card.headline.text() == "Ready to test media.example.com")
    assert window.model.index(0, 1).data() == "RTMP, port 1935"
    window.form.server.clearEditText()
    qtbot.waitUntil(lambda: window.card.headline.text() == IDLE)
    assert window.model.rowCount() == 0


def test_editing_the_form_leaves_the_result_alone(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(telling(samples.port_blocked()))
    run_to_verdict(qtbot, window)
    with qtbot.waitSignal(window.form.planned):
        window.form.application.setText("other")
    assert window.card.headline.text() == "Port 1935 gives no answer, but port 80 connects"
    assert window.model.rowCount() == 5


def test_escape_stops_and_the_verdict_says_so(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(hanging(samples.port_blocked(), 1.0))
    type_server(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.card.headline.text().startswith("Attempt 1 of 3: waiting for port 1935"))
    assert not window.form.server.isEnabled()
    assert not window.actions_.run.isEnabled()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert window.card.headline.text() == "Stopping…"
    with qtbot.waitSignal(window.session.finished):
        pass
    assert window.card.word.text() == "Stopped"
    assert window.form.server.isEnabled()
    assert window.form.server.currentText() == "media.example.com"


def test_a_fault_of_the_program_is_no_verdict(
    qtbot: QtBot, make_window: MakeWindow, capsys: pytest.CaptureFixture[str]
) -> None:
    window = make_window(crashing("by zero"))
    type_server(qtbot, window)
    with qtbot.waitSignal(window.session.failed):
        qtbot.keyClick(window.form.application, Qt.Key.Key_Return)
    assert window.card.headline.text() == FAULT
    assert not window.actions_.save.isEnabled()
    with qtbot.waitSignal(window.form.planned):
        window.form.application.setText("other")
    assert window.card.headline.text() == FAULT


def test_summary_and_request_go_to_the_clipboard(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(telling(samples.port_blocked()))
    run_to_verdict(qtbot, window)
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window, Qt.Key.Key_C, both)
    assert QGuiApplication.clipboard().text().startswith("Connected by fallback: ")
    qtbot.keyClick(window, Qt.Key.Key_F, both)
    assert QGuiApplication.clipboard().text().startswith("Please allow outbound TCP")


def test_evidence_leads_to_its_row_and_its_details(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(telling(samples.port_blocked()))
    run_to_verdict(qtbot, window)
    assert window.details.isHidden()
    window.card.evidence_activated.emit("5.tcp")
    node = window.model.node(window.timeline.tree.currentIndex())
    assert getattr(node, "step", None) is StepName.TCP
    assert window.timeline.tree.currentIndex().parent().parent().data() == WHY
    assert not window.details.isHidden()
    assert window.details.title.text() == "Follow-up 5, TCP connection"


def test_a_narrow_window_keeps_its_waterfall(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(telling(samples.port_blocked()))
    window.resize(720, 520)
    run_to_verdict(qtbot, window)
    window.card.evidence_activated.emit("5.tcp")
    assert window.details.isHidden()


def test_f8_shows_and_hides_the_details_for_good(
    qtbot: QtBot, make_window: MakeWindow, settings: QSettings
) -> None:
    window = make_window(telling(samples.healthy()))
    qtbot.keyClick(window, Qt.Key.Key_F8)
    assert not window.details.isHidden()
    qtbot.keyClick(window, Qt.Key.Key_F8)
    run_to_verdict(qtbot, window)
    window.card.evidence_activated.emit("1.tcp")
    assert window.details.isHidden()
    again = make_window(telling(samples.healthy()))
    assert again.details.isHidden()


def test_a_new_test_begins_empty(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(telling(samples.port_blocked()))
    run_to_verdict(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert window.card.headline.text() == IDLE
    assert window.model.rowCount() == 0
    assert window.form.server.currentText() == ""
    assert window.session.report is None


def test_closing_asks_remembers_and_really_closes_later(
    qtbot: QtBot, make_window: MakeWindow, settings: QSettings
) -> None:
    window = make_window(hanging(samples.port_blocked(), 1.0))
    window.resize(760, 560)
    type_server(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.session.running)
    with qtbot.waitSignal(window.close_requested):
        window.close()
    assert window.isHidden()
    window.session.stop()
    qtbot.waitUntil(lambda: not window.session.running)
    again = make_window(telling(samples.healthy()))
    assert (again.width(), again.height()) == (760, 560)
    assert again.form.server.itemText(0) == "rtmp://media.example.com/live"


def test_a_second_run_replaces_the_first(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(telling(samples.port_blocked()))
    run_to_verdict(qtbot, window)
    with qtbot.waitSignal(window.session.finished):
        qtbot.keyClick(window, Qt.Key.Key_F5)
    assert window.model.rowCount() == 5
    assert window.form.server.count() == 1


@pytest.mark.parametrize(
    ("application", "verdict", "cause"),
    [("live", "Connected", "none"), ("live2", "Rejected by server", "app-not-found")],
)
def test_the_real_diagnosis_of_a_real_server(
    qtbot: QtBot, make_window: MakeWindow, application: str, verdict: str, cause: str
) -> None:
    async def served(
        target: Target, options: Options, emit: Callable[[Event], None], stop: asyncio.Event
    ) -> Report:
        async with Server(ServerOptions(rtmp=0)) as server:
            here = msgspec.structs.replace(target, port=server.ports["rtmp"])
            only_it = msgspec.structs.replace(options, plan=None, checks=())
            return await diagnose(here, only_it, emit, stop)

    window = make_window(served)
    window.form.server.setEditText("127.0.0.1")
    window.form.application.setText(application)
    with qtbot.waitSignal(window.session.finished, timeout=20_000):
        window.form.run()
    assert window.card.word.text() == verdict
    assert window.session.report is not None
    assert window.session.report.verdict.cause == cause
    steps = window.model.index(0, 0)
    shown = [window.model.index(n, 0, steps).data() for n in range(window.model.rowCount(steps))]
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
    assert {"Copy Summary", "Copy Firewall Request", "Save Report…", "Run Test"} <= reached
    assert {"Application", "Ports", "Plan", "Timeline of attempts", "Firewall request"} <= reached
