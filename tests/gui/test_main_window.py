"""The window as a whole, mostly by keyboard: from an empty form to a saved report, stop, faults, closing."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSettings, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QFileDialog,
    QLabel,
    QPushButton,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from fmsdiag.gui.help_dialogs import TextDialog
from fmsdiag.gui.main_window import HIDDEN_SERVER, MainWindow
from fmsdiag.gui.theme.palette import theme_of
from fmsdiag.gui.theme.theme import DARK, LIGHT
from fmsdiag.gui.verdict.card import FAULT, IDLE
from fmsdiag.model import Credentials, Event, Options, Report, StepName, Target
from fmsdiag.report import json
from fmsdiag.report.sections import FOLLOW_UPS
from fmsdiag.run import diagnose
from fmsdiag.server.service import Server, ServerOptions
from tests.gui.children import child
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
    dialog = child(window, QFileDialog)
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
    window.commands.write(report, None, str(tmp_path / "missing" / "x.json"), "")
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
    assert window.timeline.tree.currentIndex().parent().parent().data() == FOLLOW_UPS
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
        target: Target,
        options: Options,
        emit: Callable[[Event], None],
        stop: asyncio.Event,
        credentials: Credentials,
    ) -> Report:
        async with Server(ServerOptions(rtmp=0)) as server:
            here = msgspec.structs.replace(target, port=server.ports["rtmp"])
            only_it = msgspec.structs.replace(options, plan=None, checks=())
            return await diagnose(here, only_it, emit, stop, credentials=credentials)

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


def opened_file(tmp_path: Path, report: Report, name: str = "report.json") -> Path:
    path = tmp_path / name
    path.write_bytes(json.encode(report))
    return path


def test_a_report_is_opened_looked_at_and_closed(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    window = make_window(telling(samples.port_blocked()))
    window.open_file(opened_file(tmp_path, samples.rejected()))
    assert window.banner.isVisible()
    assert window.banner.title.text().startswith("Report from another computer, 12 May 2026, 14:02 (+02:00)")
    assert window.form.isHidden()
    assert window.card.word.text() == "Rejected by server"
    assert window.model.rowCount() > 0
    assert not window.actions_.run.isEnabled()
    assert window.actions_.save.isEnabled()
    qtbot.keyClick(window.banner.close_button, Qt.Key.Key_Space)
    assert window.form.isVisible()
    assert window.banner.isHidden()
    assert window.card.headline.text() == IDLE
    assert window.model.rowCount() == 0
    assert not window.actions_.save.isEnabled()


def test_closing_a_report_brings_the_own_result_back(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    window = make_window(telling(samples.port_blocked()))
    run_to_verdict(qtbot, window)
    rows = window.model.rowCount()
    window.open_file(opened_file(tmp_path, samples.rejected()))
    assert window.commands.report == samples.rejected()
    window.close_report()
    assert window.card.headline.text() == "Port 1935 gives no answer, but port 80 connects"
    assert window.model.rowCount() == rows
    assert window.commands.report is window.session.report


def test_a_report_of_ones_own_is_known_again(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path) -> None:
    window = make_window(telling(samples.port_blocked()))
    run_to_verdict(qtbot, window)
    window.open_file(opened_file(tmp_path, samples.port_blocked()))
    assert window.banner.title.text().startswith("Report from this computer")


def test_an_opened_report_is_tested_from_here(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path) -> None:
    window = make_window(telling(samples.healthy()))
    window.open_file(opened_file(tmp_path, samples.rejected()))
    window.banner.test_button.click()
    assert window.form.fields().server == samples.HOST
    assert window.form.application.text() == "live2"
    assert not window.session.running
    qtbot.waitUntil(lambda: window.card.headline.text() == f"Ready to test {samples.HOST}")


def test_a_hidden_server_has_to_be_entered(make_window: MakeWindow, tmp_path: Path) -> None:
    window = make_window(telling(samples.healthy()))
    report = msgspec.structs.replace(samples.healthy(), target=Target("lan-1", "live"))
    window.open_file(opened_file(tmp_path, report))
    window.test_from_here()
    assert window.form.fields().server == ""
    assert window.messages.text.text() == HIDDEN_SERVER


def test_a_file_that_is_no_report_changes_nothing(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    window = make_window(telling(samples.port_blocked()))
    run_to_verdict(qtbot, window)
    wrong = tmp_path / "wrong.json"
    wrong.write_text("{}")
    for path in (wrong, tmp_path / "missing.json"):
        window.open_file(path)
        assert window.messages.isVisible()
        assert window.messages.text.text().startswith(f"{path.name}: This file")
        assert window.card.headline.text() == "Port 1935 gives no answer, but port 80 connects"
        assert window.form.isVisible()
    window.open_file(opened_file(tmp_path, samples.rejected()))
    assert window.messages.isHidden()


def test_a_newer_report_is_shown_as_data(make_window: MakeWindow, tmp_path: Path) -> None:
    window = make_window(telling(samples.healthy()))
    path = tmp_path / "new.json"
    path.write_text('{"schema_version": "fmsdiag-report/9.0", "novelty": 1}')
    window.open_file(path)
    assert window.banner.notice.text().startswith("This report has the format")
    assert "novelty" in window.raw.toPlainText()
    assert window.raw.isVisible()
    assert window.card.isHidden()
    assert window.actions_.save.isEnabled()
    assert not window.actions_.copy_summary.isEnabled()
    window.new()
    assert window.raw.isHidden()
    assert window.card.isVisible()


def test_a_dropped_file_is_opened_but_not_during_a_run(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    path = opened_file(tmp_path, samples.rejected())
    window = make_window(hanging(samples.port_blocked(), 1.0))
    type_server(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.session.running)
    assert not drop(window, path)
    assert not window.actions_.open.isEnabled()
    window.open_file(path)
    assert window.messages.text.text() == "Stop the test before you open a report."
    with qtbot.waitSignal(window.session.finished):
        qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert drop(window, path)
    assert window.banner.isVisible()


def drop(window: MainWindow, path: Path) -> bool:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    way, button, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entered = QDragEnterEvent(QPoint(9, 9), way, data, button, keys)
    QApplication.sendEvent(window, entered)
    QApplication.sendEvent(window, QDropEvent(QPointF(9, 9), way, data, button, keys))
    return entered.isAccepted()


def test_find_opens_the_details_and_their_find_bar(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(telling(samples.port_blocked()))
    run_to_verdict(qtbot, window)
    window.timeline.reveal("2.connect")
    window.details.hide()
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert window.details.isVisible()
    assert window.details.bar.isVisible()


def test_opening_asks_for_a_file_by_keyboard(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path) -> None:
    path = opened_file(tmp_path, samples.rejected())
    window = make_window(telling(samples.healthy()))
    qtbot.keyClick(window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.findChild(QFileDialog) is not None)
    dialog = child(window, QFileDialog)
    dialog.selectFile(str(path))
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(window.banner.isVisible)


def test_recent_servers_are_in_the_menu(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(telling(samples.healthy()))
    assert not window.actions_.recent.isEnabled()
    run_to_verdict(qtbot, window)
    window.form.clear()
    entries = window.actions_.recent.actions()
    assert entries[0].text() == "&1 rtmp://media.example.com/live"
    entries[0].trigger()
    assert window.form.fields().server == "media.example.com"
    entries[-1].trigger()
    assert not window.actions_.recent.isEnabled()


def test_the_theme_and_the_size_of_letters_are_chosen_in_the_menu(make_window: MakeWindow) -> None:
    window = make_window(telling(samples.healthy()))
    window.actions_.themes["dark"].trigger()
    assert theme_of(window.palette()) is DARK
    window.actions_.themes["light"].trigger()
    assert theme_of(window.palette()) is LIGHT
    usual = window.font().pointSizeF()
    window.actions_.zoom_in.trigger()
    assert window.font().pointSizeF() > usual
    window.actions_.zoom_reset.trigger()
    assert window.font().pointSizeF() == usual


@pytest.mark.parametrize("command", ["what_is_sent", "licences", "about"])
def test_help_opens_beside_the_window(make_window: MakeWindow, command: str) -> None:
    window = make_window(telling(samples.healthy()))
    getattr(window.actions_, command).trigger()
    dialog = child(window, TextDialog)
    assert dialog.isVisible()
    dialog.close()


def test_letters_of_the_keyboard_are_given_once(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    window = make_window(telling(samples.port_blocked()))
    window.form.advanced_toggle.setChecked(True)
    run_to_verdict(qtbot, window)
    assert_unique_letters(window)
    window.open_file(opened_file(tmp_path, samples.port_blocked()))
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
    window.form.advanced_toggle.setChecked(True)
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


def test_the_smallest_window_holds_the_unfolded_form(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(telling(samples.port_blocked()))
    window.form.advanced_toggle.setChecked(True)
    window.resize(720, 520)
    qtbot.waitUntil(lambda: window.splitter.isHidden())
    run_to_verdict(qtbot, window)
    assert (window.width(), window.height()) == (720, 520)
    for field in window.form.advanced.fields():
        assert field.height() >= 15
    interval, timeout = window.form.advanced.pace.interval, window.form.advanced.pace.timeout
    assert timeout.y() >= interval.y() + interval.height()
    window.form.advanced_toggle.setChecked(False)
    assert window.splitter.isVisible()
