"""The window: puts the parts together and connects them; each part knows only itself."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSettings, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMainWindow, QSplitter, QVBoxLayout, QWidget

from fmsdiag.gui.actions import WindowActions
from fmsdiag.gui.details import Details
from fmsdiag.gui.engine import Engine
from fmsdiag.gui.form_input import Request
from fmsdiag.gui.icons import icon
from fmsdiag.gui.run_session import RunSession
from fmsdiag.gui.saving import (
    FILTERS,
    firewall_request,
    path_with_suffix,
    suggested_name,
    summary,
    write_report,
)
from fmsdiag.gui.target_form import TargetForm
from fmsdiag.gui.timeline_model import TimelineModel
from fmsdiag.gui.timeline_nodes import Node
from fmsdiag.gui.timeline_view import Timeline
from fmsdiag.gui.verdict_card import VerdictCard
from fmsdiag.model import Report

ROOM_FOR_DETAILS = 960
"""Pixels of width below which the details would leave the waterfall none."""


class MainWindow(QMainWindow):
    """Form, card, timeline, details. Closing only asks: whoever owns the event loop ends the run first."""

    close_requested = Signal()

    def __init__(self, engine: Engine, settings: QSettings) -> None:
        super().__init__()
        self.setWindowTitle("fmsdiag")
        self.setWindowIcon(icon("app"))
        self.setMinimumSize(720, 520)
        self._settings = settings
        self._may_close = False
        self._before_first_run = True
        self.model = TimelineModel(self)
        self.session = RunSession(engine, self.model, self)
        self.form = TargetForm()
        self.card = VerdictCard()
        self.timeline = Timeline(self.model)
        self.details = Details()
        self.actions_ = WindowActions(self)
        self._lay_out()
        self._connect()
        self._restore()

    # ---- building

    def _lay_out(self) -> None:
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(10)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.timeline)
        self.splitter.addWidget(self.details)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setSizes([720, 340])
        self.timeline.setMinimumSize(380, 130)
        self.details.setMinimumWidth(240)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(16, 10, 16, 12)
        layout.setSpacing(12)
        layout.addWidget(self.form)
        layout.addWidget(self.card)
        layout.addWidget(self.splitter, 1)
        self.setCentralWidget(content)

    def _connect(self) -> None:
        self.form.run_requested.connect(self._run)
        self.form.stop_requested.connect(self.stop)
        self.session.started.connect(lambda: self._set_running(True))
        self.session.progressed.connect(self.card.show_running)
        self.session.finished.connect(self._show_report)
        self.session.failed.connect(self._show_fault)
        self.timeline.selected.connect(self._select)
        self.form.planned.connect(self._preview)
        self.card.evidence_activated.connect(self._show_evidence)
        self.card.copy_summary.connect(self.copy_summary)
        self.card.copy_request.connect(self.copy_request)
        self.card.save_report.connect(self.save_report)
        self.model.modelReset.connect(lambda: self.details.show_node(None))
        self.actions_.new.triggered.connect(self.new)
        self.actions_.save.triggered.connect(self.save_report)
        self.actions_.quit.triggered.connect(self.close)
        self.actions_.copy_summary.triggered.connect(self.copy_summary)
        self.actions_.copy_request.triggered.connect(self.copy_request)
        self.actions_.run.triggered.connect(self.form.run)
        self.actions_.stop.triggered.connect(self.stop)
        self.actions_.details.triggered.connect(self._ask_for_details)

    # ---- what people do

    def new(self) -> None:
        """An empty form and card."""
        if not self.session.running:
            self.session.forget()
            self._before_first_run = True
            self.form.clear()
            self.card.show_idle()
            self.actions_.set_state(running=False, report=None)

    def stop(self) -> None:
        if self.session.running:
            self.form.set_running(True, stopping=True)
            self.session.stop()

    def copy_summary(self) -> None:
        if self.session.report is not None:
            QGuiApplication.clipboard().setText(summary(self.session.report))
            self.card.show_message("The summary is on the clipboard.")

    def copy_request(self) -> None:
        if self.session.report is not None:
            QGuiApplication.clipboard().setText(firewall_request(self.session.report))
            self.card.show_message("The firewall request is on the clipboard.")

    def save_report(self) -> None:
        """Ask where, without blocking: the event loop must not be entered twice."""
        report = self.session.report
        if report is None:
            return
        dialog = QFileDialog(self, "Save Report", str(self._settings.value("save/folder", "")))
        dialog.setObjectName("save")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(list(FILTERS))
        dialog.setDefaultSuffix("json")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.selectFile(suggested_name(report))
        dialog.fileSelected.connect(lambda path: self._save(report, path, dialog.selectedNameFilter()))
        dialog.open()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close:
            event.accept()
            return
        event.ignore()
        self._remember()
        self.hide()
        self.close_requested.emit()

    def close_now(self) -> None:
        """Really close; called when the run has ended."""
        self._may_close = True
        self.close()

    # ---- what runs tell

    def _run(self, request: Request) -> None:
        self._before_first_run = False
        self.form.remember(request.target)
        self.session.start(request)

    def _set_running(self, running: bool) -> None:
        self.form.set_running(running)
        self.actions_.set_state(running, self.session.report)

    def _show_report(self, report: Report) -> None:
        self._set_running(False)
        self.card.show_report(report)
        self.details.refresh()

    def _show_fault(self, error: str) -> None:
        self._set_running(False)
        self.card.show_fault(error)

    def _select(self, node: Node | None) -> None:
        self.details.show_node(node)
        if node is not None:
            self._show_details(row_chosen=True)

    def _preview(self, request: Request | None) -> None:
        if self._before_first_run:
            self.model.preview(request.plan if request is not None else None)
            self.card.show_idle(request.target.host if request is not None else "")

    def _show_evidence(self, observation: str) -> None:
        self.timeline.reveal(observation)

    def _save(self, report: Report, chosen: str, chosen_filter: str) -> None:
        path = path_with_suffix(chosen, chosen_filter)
        try:
            write_report(report, path)
        except OSError as error:
            self.card.show_message(f"Not saved: {error.strerror or error}. Choose another folder.")
            return
        self._settings.setValue("save/folder", str(path.parent))
        self.card.show_message(f"Saved as {path}")

    # ---- what is remembered

    def _ask_for_details(self, shown: bool) -> None:
        self._settings.setValue("window/details", shown)
        self.details.setVisible(shown)

    def _show_details(self, row_chosen: bool) -> None:
        """As asked for by F8; if nobody asked, as soon as a row is chosen, where both panes have room."""
        asked = self._settings.contains("window/details")
        roomy = row_chosen and self.width() >= ROOM_FOR_DETAILS
        shown = bool(self._settings.value("window/details", False, type=bool)) if asked else roomy
        self.details.setVisible(shown)
        self.actions_.details.setChecked(shown)

    def _restore(self) -> None:
        geometry = self._settings.value("window/geometry")
        if not (isinstance(geometry, QByteArray) and self.restoreGeometry(geometry)):
            self.resize(1100, 720)
        state = self._settings.value("window/splitter")
        if isinstance(state, QByteArray):
            self.splitter.restoreState(state)
        self.form.restore(self._settings)
        self.actions_.set_state(running=False, report=None)
        self._show_details(row_chosen=False)

    def _remember(self) -> None:
        self._settings.setValue("window/geometry", self.saveGeometry())
        self._settings.setValue("window/splitter", self.splitter.saveState())
        self.form.save(self._settings)
        self._settings.sync()
