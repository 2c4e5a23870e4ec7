"""Copy, save, export, print: about the report that is shown, and said in one line."""

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from fmsdiag.gui.report_file.commands import ReportCommands
from fmsdiag.gui.report_file.fault_text import fault_text
from fmsdiag.gui.report_file.saving import filter_of
from fmsdiag.log import Fault
from fmsdiag.report import json
from fmsdiag.report.open_file import OpenedReport, open_report
from tests.gui.children import child
from tests.report import samples


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def commands(window: QWidget, settings: QSettings) -> ReportCommands:
    made = ReportCommands(window, settings)
    made.show(samples.port_blocked())
    return made


@pytest.mark.parametrize(
    ("command", "start"),
    [
        ("copy_summary", "Connected using a fallback: "),
        ("copy_markdown", "## fmsdiag: "),
        ("copy_request", "Please allow this outgoing connection."),
        ("copy_rows", "Attempt 1\t"),
    ],
)
def test_texts_go_to_the_clipboard(qtbot: QtBot, commands: ReportCommands, command: str, start: str) -> None:
    with qtbot.waitSignal(commands.done) as told:
        getattr(commands, command)()
    assert QGuiApplication.clipboard().text().startswith(start)
    assert told.args[0].endswith((" copied.", " copied as Markdown."))


@pytest.mark.parametrize("suffix", ["html", "fmsdiag-report", "json", "md"])
def test_an_export_asks_for_its_own_format(
    qtbot: QtBot, window: QWidget, commands: ReportCommands, tmp_path: Path, suffix: str
) -> None:
    commands.export(suffix)
    dialog = child(window, QFileDialog)
    assert dialog.selectedNameFilter() == filter_of(suffix)
    path = tmp_path / f"report.{suffix}"
    with qtbot.waitSignal(commands.done) as told:
        dialog.selectFile(str(path))
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert told.args == [f"Saved as {path}"]
    assert path.stat().st_size > 500


def test_saving_offers_the_own_ending_before_the_one_of_everybody(
    window: QWidget, commands: ReportCommands
) -> None:
    commands.save()
    filters = child(window, QFileDialog).nameFilters()
    assert filters == [filter_of(suffix) for suffix in ("html", "fmsdiag-report", "json", "md")]


def test_a_newer_report_is_saved_as_data_only(
    qtbot: QtBot, window: QWidget, commands: ReportCommands, tmp_path: Path
) -> None:
    opened = OpenedReport(None, {"schema_version": "fmsdiag-report/9.0", "new": 1}, "newer")
    commands.show(None, opened)
    commands.save()
    dialog = child(window, QFileDialog)
    assert dialog.nameFilters() == [filter_of("fmsdiag-report"), filter_of("json")]
    assert [Path(name).name for name in dialog.selectedFiles()] == ["report.fmsdiag-report"]
    dialog.selectNameFilter(filter_of("json"))
    dialog.selectFile(str(tmp_path / "report.fmsdiag-report"))
    with qtbot.waitSignal(commands.done) as told:
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert told.args == [f"Saved as {tmp_path / 'report.json'}"]
    assert open_report(tmp_path / "report.json").raw == opened.raw


@pytest.mark.parametrize("answer", ["replace", "cancel"])
def test_a_file_that_only_the_suffix_leads_to_is_asked_about(
    qtbot: QtBot, window: QWidget, commands: ReportCommands, tmp_path: Path, answer: str
) -> None:
    path = tmp_path / "report.md"
    path.write_text("old", encoding="utf-8")
    commands.ask_and_write(commands.report, None, str(tmp_path / "report"), filter_of("md"))
    box = child(window, QMessageBox)
    assert box.text() == "report.md is there already. Replace it?"
    assert path.read_text(encoding="utf-8") == "old"
    role = QMessageBox.ButtonRole.AcceptRole if answer == "replace" else QMessageBox.ButtonRole.RejectRole
    button = next(b for b in box.buttons() if box.buttonRole(b) is role)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert (path.read_text(encoding="utf-8") == "old") is (answer == "cancel")


def test_what_the_dialog_has_asked_about_is_not_asked_again(
    window: QWidget, commands: ReportCommands, tmp_path: Path
) -> None:
    path = tmp_path / "report.md"
    path.write_text("old", encoding="utf-8")
    commands.ask_and_write(commands.report, None, str(path), filter_of("md"))
    assert path.read_text(encoding="utf-8") != "old"
    assert window.findChild(QMessageBox) is None


def test_without_a_report_nothing_happens(qtbot: QtBot, window: QWidget, commands: ReportCommands) -> None:
    commands.show(None)
    with qtbot.assertNotEmitted(commands.done):
        for name in ("copy_summary", "copy_markdown", "copy_request", "save", "print"):
            getattr(commands, name)()
    assert window.findChild(QFileDialog) is None


def test_a_newer_report_is_saved_as_it_is(commands: ReportCommands, tmp_path: Path) -> None:
    opened = OpenedReport(None, {"schema_version": "fmsdiag-report/9.0", "new": 1}, "newer")
    path = tmp_path / "report.json"
    commands.write(None, opened, path)
    assert open_report(path).raw == opened.raw


def test_an_opened_report_keeps_what_this_version_does_not_know(
    commands: ReportCommands, tmp_path: Path
) -> None:
    data = (
        json.encode(samples.healthy()).replace(b"report/1.0", b"report/1.9").replace(b"{", b'{"later": 1,', 1)
    )
    opened = open_report(data)
    path = tmp_path / "report.json"
    commands.write(opened.report, opened, path)
    assert open_report(path).raw["later"] == 1


def test_a_folder_that_cannot_be_written_is_said(
    qtbot: QtBot, commands: ReportCommands, tmp_path: Path
) -> None:
    with qtbot.waitSignal(commands.failed) as told:
        commands.write(samples.healthy(), None, tmp_path / "missing" / "x.json")
    assert told.args == ["Not saved: No such file or directory. Choose another folder."]


def test_a_fault_is_copied_and_saved(
    qtbot: QtBot, window: QWidget, commands: ReportCommands, tmp_path: Path
) -> None:
    fault = Fault("KeyError: 'x'", "Traceback (most recent call last):", None)
    commands.show(None)
    with qtbot.waitSignal(commands.done):
        commands.copy_fault(fault)
    assert QGuiApplication.clipboard().text() == fault_text(fault)
    commands.save_fault(fault)
    dialog = child(window, QFileDialog)
    path = tmp_path / "error.txt"
    with qtbot.waitSignal(commands.done) as told:
        dialog.selectFile(str(path))
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert told.args == [f"Saved as {path}"]
    assert path.read_text(encoding="utf-8") == fault_text(fault)


def test_printing_asks_without_blocking(qtbot: QtBot, window: QWidget, commands: ReportCommands) -> None:
    commands.print()
    dialog = window.findChild(QPrintDialog)
    assert dialog is not None
    dialog.reject()
