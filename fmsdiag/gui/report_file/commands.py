"""What can be done with the report that the window shows: copy, save, export, print. Nothing blocks the event loop."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSettings, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from fmsdiag.gui.report_file.printing import print_report
from fmsdiag.gui.report_file.saving import (
    FILTERS,
    filter_of,
    firewall_request,
    path_with_suffix,
    suggested_name,
    summary,
    ticket,
    write_report,
)
from fmsdiag.gui.settings import string
from fmsdiag.model import Report
from fmsdiag.report.open_file import OpenedReport


class ReportCommands(QObject):
    """Works on `report`, which the window sets whenever it shows another one."""

    done = Signal(str)
    """What was done, or why it could not be: one line."""

    def __init__(self, window: QWidget, settings: QSettings) -> None:
        super().__init__(window)
        self._window, self._settings = window, settings
        self.report: Report | None = None
        self.opened: OpenedReport | None = None

    def show(self, report: Report | None, opened: OpenedReport | None = None) -> None:
        """From now on the commands are about `report`, which came from a file if `opened`."""
        self.report, self.opened = report, opened

    def copy_summary(self) -> None:
        if self.report is not None:
            self._copy(summary(self.report), "The summary")

    def copy_markdown(self) -> None:
        if self.report is not None:
            self._copy(ticket(self.report), "The report as Markdown")

    def copy_request(self) -> None:
        if self.report is not None:
            self._copy(firewall_request(self.report), "The firewall request")

    def save(self) -> None:
        self.export("html" if self.report is not None else "json")

    def export(self, suffix: str) -> None:
        """Ask where, in any format but first in that of `suffix`."""
        report = self.report
        if report is None and self.opened is None:
            return
        filters = list(FILTERS) if report is not None else [filter_of("json")]
        dialog = QFileDialog(self._window, "Save Report", string(self._settings, "save/folder"))
        dialog.setObjectName("save")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(filters)
        dialog.selectNameFilter(filter_of(suffix))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.selectFile(suggested_name(report, suffix) if report is not None else "report.json")
        opened = self.opened
        dialog.fileSelected.connect(
            lambda path: self.write(report, opened, path, dialog.selectedNameFilter())
        )
        dialog.open()

    def write(
        self, report: Report | None, opened: OpenedReport | None, chosen: str, chosen_filter: str
    ) -> None:
        """Write what was shown when somebody asked for it; what goes wrong is said."""
        path = path_with_suffix(chosen, chosen_filter)
        try:
            if report is not None:
                write_report(report, path, opened)
            elif opened is not None:
                path.write_bytes(opened.encode())
        except OSError as error:
            self.done.emit(f"Not saved: {error.strerror or error}. Choose another folder.")
            return
        self._settings.setValue("save/folder", str(path.parent))
        self.done.emit(f"Saved as {path}")

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
        failed = printer.printerState() is QPrinter.PrinterState.Error
        self.done.emit(
            "The printer did not take the report." if failed else "The report was sent to the printer."
        )

    def _copy(self, words: str, what: str) -> None:
        QGuiApplication.clipboard().setText(words)
        self.done.emit(f"{what} is on the clipboard.")
