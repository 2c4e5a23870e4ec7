"""What can be done with the report that the window shows: copy, save, export, print. Nothing blocks the event loop."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QFileDialog, QMessageBox, QWidget

from fmsdiag.gui.report_file.fault_text import fault_text
from fmsdiag.gui.report_file.leaving import as_it_leaves
from fmsdiag.gui.report_file.packet_export import PacketExport
from fmsdiag.gui.report_file.printing import print_report
from fmsdiag.gui.report_file.saving import (
    DATA,
    FILTERS,
    filter_of,
    path_with_suffix,
    request_of,
    suggested_name,
    summary,
    ticket,
    write_report,
)
from fmsdiag.gui.settings import string
from fmsdiag.gui.timeline.nodes import Node
from fmsdiag.gui.timeline.same_row import all_rows_text, row_text
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.model import Report
from fmsdiag.report.open_file import OWN_EXTENSION, OpenedReport
from fmsdiag.whole_file import write_whole

if TYPE_CHECKING:  # the log is no part of the window's start
    from fmsdiag.log import Fault
    from fmsdiag.probe.sockets.recording import TrafficRecorder


class CommandTexts(Table, of="gui.commands"):
    """What was done, or why it could not be."""

    SAVE = text("Save Report")
    EXISTS = text("{path:name} is there already. Replace it?")
    REPLACE = text("Replace")
    SUMMARY_COPIED = text("The summary was copied.")
    MARKDOWN_COPIED = text("The report was copied as Markdown.")
    REQUEST_COPIED = text("The request was copied.")
    ROW_COPIED = text("The row was copied.")
    ROWS_COPIED = text("All rows were copied.")
    NOT_SAVED = text("Not saved: {reason:name}. Choose another folder.")
    SAVED = text("Saved as {path:name}")
    PRINTED = text("The report was sent to the printer.")
    NOT_PRINTED = text("Printing failed.")
    FAULT_COPIED = text("The error was copied.")
    SAVE_FAULT = text("Save Error")
    # translators: the part in parentheses is a file name pattern
    TEXT_FILE = text("Text (*.txt)")


class ReportCommands(QObject):
    """Works on `report`, which the window sets whenever it shows another one."""

    done = Signal(str)
    """What was done: one line."""
    failed = Signal(str)
    """Why it could not be."""
    changed = Signal()
    """Another report is shown, or none."""

    def __init__(self, window: QWidget, settings: QSettings) -> None:
        super().__init__(window)
        self._window, self._settings = window, settings
        self.report: Report | None = None
        self.opened: OpenedReport | None = None
        self.packets = PacketExport(window, settings, self.done.emit, self.failed.emit)

    def show(
        self,
        report: Report | None,
        opened: OpenedReport | None = None,
        recorder: TrafficRecorder | None = None,
    ) -> None:
        """From now on the commands are about `report`, which came from a file if `opened`.

        `recorder` kept the traffic of its run.
        """
        self.report, self.opened = report, opened
        self.packets.show(report, recorder)
        self.changed.emit()

    def copy_summary(self) -> None:
        if self.report is not None:
            self._copy(summary(self.report), CommandTexts.SUMMARY_COPIED)

    def copy_markdown(self) -> None:
        if self.report is not None:
            self._copy(ticket(self.report), CommandTexts.MARKDOWN_COPIED)

    def copy_request(self, number: int = 0) -> None:
        """The request of the finding of that number."""
        if self.report is not None:
            self._copy(request_of(self.report, number), CommandTexts.REQUEST_COPIED)

    def copy_row(self, node: Node) -> None:
        """One row of the timeline, its cells apart by tabs; from the redacted report, as all that leaves the window."""
        if self.report is not None:
            self._copy(row_text(node, as_it_leaves(self.report)), CommandTexts.ROW_COPIED)

    def copy_rows(self) -> None:
        """All rows of the timeline as text, a line for each."""
        if self.report is not None:
            self._copy(all_rows_text(as_it_leaves(self.report)), CommandTexts.ROWS_COPIED)

    def save(self) -> None:
        self.export("html" if self.report is not None else OWN_EXTENSION.removeprefix("."))

    def export(self, suffix: str) -> None:
        """Ask where, in any format but first in that of `suffix`."""
        report = self.report
        if report is None and self.opened is None:
            return
        offered = FILTERS if report is not None else DATA
        dialog = QFileDialog(self._window, say(CommandTexts.SAVE), string(self._settings, "save/folder"))
        dialog.setObjectName("save")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([say(FILTERS[one]) for one in offered])
        dialog.selectNameFilter(filter_of(suffix))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.selectFile(suggested_name(report, suffix) if report is not None else f"report.{suffix}")
        opened = self.opened
        dialog.fileSelected.connect(
            lambda path: self.ask_and_write(
                report, opened, path, dialog.selectedNameFilter(), suggested=f".{suffix}"
            )
        )
        dialog.open()

    def ask_and_write(
        self,
        report: Report | None,
        opened: OpenedReport | None,
        chosen: str,
        chosen_filter: str,
        *,
        suggested: str = ".html",
    ) -> None:
        """Write, but ask first where the suffix that was left out leads to another file than the dialog asked about."""
        path = path_with_suffix(chosen, chosen_filter, suggested)
        if path == Path(chosen) or not path.exists():
            self.write(report, opened, path)
            return
        box = QMessageBox(self._window)
        box.setObjectName("replace")
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(say(CommandTexts.SAVE))
        box.setText(say(CommandTexts.EXISTS, path=path.name))
        box.setStandardButtons(QMessageBox.StandardButton.Cancel)
        box.addButton(say(CommandTexts.REPLACE), QMessageBox.ButtonRole.AcceptRole).setObjectName("accept")
        box.setDefaultButton(QMessageBox.StandardButton.Cancel)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.accepted.connect(lambda: self.write(report, opened, path))
        QDialog.open(box)  # QMessageBox's own open wants a slot by name

    def write(self, report: Report | None, opened: OpenedReport | None, path: Path) -> None:
        """Write what was shown when the user asked for it, in the format of the suffix; errors are shown."""
        try:
            if report is not None:
                write_report(report, path, opened)
            elif opened is not None:
                write_whole(path, opened.encode())
        except OSError as error:
            self.failed.emit(say(CommandTexts.NOT_SAVED, reason=str(error.strerror or error)))
            return
        self._settings.setValue("save/folder", str(path.parent))
        self.done.emit(say(CommandTexts.SAVED, path=str(path)))

    def export_packets(self) -> None:
        self.packets.ask()

    def print(self) -> None:
        report = self.report
        if report is None:
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._print(report, printer))
        QDialog.open(dialog)  # QPrintDialog's own open wants a slot by name

    def _print(self, report: Report, printer: QPrinter) -> None:
        print_report(report, printer)
        if printer.printerState() is QPrinter.PrinterState.Error:
            self.failed.emit(say(CommandTexts.NOT_PRINTED))
        else:
            self.done.emit(say(CommandTexts.PRINTED))

    # ---- a fault of this program

    def copy_fault(self, fault: Fault) -> None:
        self._copy(fault_text(fault), CommandTexts.FAULT_COPIED)

    def save_fault(self, fault: Fault) -> None:
        """Ask where; the text is the same as for the clipboard."""
        dialog = QFileDialog(
            self._window, say(CommandTexts.SAVE_FAULT), string(self._settings, "save/folder")
        )
        dialog.setObjectName("save-fault")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(say(CommandTexts.TEXT_FILE))
        dialog.setDefaultSuffix("txt")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.selectFile("fmsdiag-error.txt")
        dialog.fileSelected.connect(lambda path: self._write_data(Path(path), fault_text(fault).encode()))
        dialog.open()

    def _write_data(self, path: Path, data: bytes) -> None:
        try:
            write_whole(path, data)
        except OSError as error:
            self.failed.emit(say(CommandTexts.NOT_SAVED, reason=str(error.strerror or error)))
            return
        self.done.emit(say(CommandTexts.SAVED, path=str(path)))

    def _copy(self, words: str, done: Text) -> None:
        QGuiApplication.clipboard().setText(words)
        self.done.emit(say(done))
