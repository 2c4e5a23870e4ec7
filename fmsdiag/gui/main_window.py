"""The window: puts the parts together and connects them; each part knows only itself."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings, Qt, Signal
from PySide6.QtGui import QCloseEvent, QFontDatabase, QResizeEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from fmsdiag.gui import help_dialogs
from fmsdiag.gui.actions import State, WindowActions
from fmsdiag.gui.appearance import Appearance
from fmsdiag.gui.details import Details
from fmsdiag.gui.engine import Engine
from fmsdiag.gui.file_drop import FileDrop
from fmsdiag.gui.form_input import Request, fields_of
from fmsdiag.gui.icons import icon
from fmsdiag.gui.message_bar import MessageBar
from fmsdiag.gui.opened_banner import OpenedBanner
from fmsdiag.gui.recents import Recents
from fmsdiag.gui.report_commands import ReportCommands
from fmsdiag.gui.run_session import RunSession
from fmsdiag.gui.settings import flag, raw_bytes, text, texts
from fmsdiag.gui.target_form import TargetForm
from fmsdiag.gui.timeline_model import TimelineModel
from fmsdiag.gui.timeline_nodes import Node
from fmsdiag.gui.timeline_view import Timeline
from fmsdiag.gui.verdict_card import VerdictCard
from fmsdiag.model import Report
from fmsdiag.report.json import ReportError
from fmsdiag.report.open_file import EXTENSIONS, OpenedReport, open_report

ROOM_FOR_DETAILS = 960
"""Pixels of width below which the details would leave the waterfall none."""
ROOM_FOR_UNFOLDED = 640
"""Pixels of height below which the unfolded form and the timeline do not both have room."""
KEPT_OWN_REPORTS = 200
"""How many ids of this computer's own reports are remembered, to tell them from other people's."""
HIDDEN_SERVER = "This report hides the server's address: enter it to test it from here."


class MainWindow(QMainWindow):
    """Form or banner, card, timeline, details. Closing only asks: whoever owns the event loop ends the run first."""

    close_requested = Signal()

    def __init__(self, engine: Engine, settings: QSettings) -> None:
        super().__init__()
        self.setWindowTitle("fmsdiag")
        self.setWindowIcon(icon("app"))
        self.setMinimumSize(720, 520)
        self._settings = settings
        self.appearance = Appearance(settings, self)
        self._may_close = False
        self._before_first_run = True
        self._opened: OpenedReport | None = None
        self.model = TimelineModel(self)
        self.session = RunSession(engine, self.model, self)
        self.recents = Recents(self)
        self.form = TargetForm(self.recents)
        self.banner = OpenedBanner()
        self.messages = MessageBar()
        self.card = VerdictCard()
        self.timeline = Timeline(self.model)
        self.details = Details()
        self.raw = QPlainTextEdit(readOnly=True)
        self.commands = ReportCommands(self, settings)
        self.drops = FileDrop(self)
        self.actions_ = WindowActions(self)
        self._lay_out()
        self._connect_parts()
        self._connect_menus()
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
        self.raw.setObjectName("raw")
        self.raw.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.raw.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.raw.setAccessibleName("The report as data")
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(16, 10, 16, 12)
        layout.setSpacing(12)
        for part in (self.messages, self.banner, self.form, self.card):
            layout.addWidget(part)
        layout.addWidget(self.splitter, 1)
        layout.addWidget(self.raw, 1)
        layout.addStretch(0)
        self.banner.hide()
        self.raw.hide()
        self.setCentralWidget(content)
        self.drops.watch(self, *self.findChildren(QLineEdit))

    def _connect_parts(self) -> None:
        self.form.run_requested.connect(self._run)
        self.form.stop_requested.connect(self.stop)
        self.form.planned.connect(self._preview)
        self.form.folded.connect(self._make_room)
        self.session.started.connect(self._begin)
        self.session.progressed.connect(self.card.show_running)
        self.session.finished.connect(self._show_report)
        self.session.failed.connect(self._show_fault)
        self.timeline.selected.connect(self._select)
        self.card.evidence_activated.connect(self.timeline.reveal)
        self.card.copy_summary.connect(self.commands.copy_summary)
        self.card.copy_request.connect(self.commands.copy_request)
        self.card.save_report.connect(self.commands.save)
        self.commands.done.connect(self._say)
        self.model.modelReset.connect(lambda: self.details.show_node(None))
        self.banner.test_here.connect(self.test_from_here)
        self.banner.closed.connect(self.close_report)
        self.drops.dropped.connect(self.open_file)
        self.recents.changed.connect(self._list_recents)

    def _connect_menus(self) -> None:
        actions, commands, appearance = self.actions_, self.commands, self.appearance
        for action, slot in (
            (actions.new, self.new),
            (actions.open, self._ask_what_to_open),
            (actions.save, commands.save),
            (actions.print, commands.print),
            (actions.quit, self.close),
            (actions.copy_summary, commands.copy_summary),
            (actions.copy_markdown, commands.copy_markdown),
            (actions.copy_request, commands.copy_request),
            (actions.find, self._find),
            (actions.run, self.form.run),
            (actions.stop, self.stop),
            (actions.details, self._ask_for_details),
            (actions.zoom_in, lambda: appearance.zoom_by(1)),
            (actions.zoom_out, lambda: appearance.zoom_by(-1)),
            (actions.zoom_reset, lambda: appearance.zoom_by(0)),
            (actions.what_is_sent, lambda: help_dialogs.what_is_sent(self).show()),
            (actions.licences, lambda: help_dialogs.licences(self).show()),
            (actions.about, lambda: help_dialogs.about(self).show()),
        ):
            action.triggered.connect(slot)
        for suffix, action in actions.exports.items():
            action.triggered.connect(lambda _checked=False, suffix=suffix: commands.export(suffix))
        for theme, action in actions.themes.items():
            action.setChecked(theme == appearance.theme)
            action.triggered.connect(lambda _checked=False, theme=theme: appearance.choose_theme(theme))

    # ---- what people do

    def new(self) -> None:
        """An empty form and card."""
        if not self.session.running:
            self._leave_opened()
            self.session.forget()
            self._before_first_run = True
            self.form.clear()
            self._show_idle()

    def stop(self) -> None:
        if self.session.running:
            self.form.set_running(True, stopping=True)
            self.session.stop()

    def open_file(self, path: Path) -> None:
        """Show the report in that file; why it cannot be shown is said, and nothing else changes."""
        if self.session.running:
            self.messages.say("Stop the test before you open a report.")
            return
        try:
            opened = open_report(path)
        except ReportError as error:
            self.messages.say(f"{path.name}: {error}")
            return
        self._settings.setValue("open/folder", str(path.parent))
        self.messages.clear()
        self._opened = opened
        self._enter_opened(opened, path.name)

    def test_from_here(self) -> None:
        """The opened report's test in the form; it is not started."""
        opened = self._opened
        if opened is None or opened.report is None:
            return
        fields = fields_of(opened.report)
        self._leave_opened()
        self.session.forget()
        self._before_first_run = True
        self._show_idle()
        self.form.fill(fields)
        if not fields.server:
            self.messages.say(HIDDEN_SERVER)
        self.form.server.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_report(self) -> None:
        """Back to what was shown before."""
        self._leave_opened()
        report = self.session.report
        if report is not None:
            self.model.show_report(report)
            self._show_report(report)
        else:
            self._before_first_run = True
            self._show_idle()
            self.form.announce()

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

    def _ask_what_to_open(self) -> None:
        dialog = QFileDialog(self, "Open Report", text(self._settings, "open/folder"))
        dialog.setObjectName("open")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(f"Reports ({' '.join('*' + extension for extension in EXTENSIONS)})")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.open_file(Path(path)))
        dialog.open()

    # ---- what runs tell

    def _run(self, request: Request) -> None:
        self._before_first_run = False
        self.messages.clear()
        self.recents.add(request.target)
        self.session.start(request)

    def _begin(self) -> None:
        self.details.show_report(None)
        self._set_running(True)

    def _set_running(self, running: bool) -> None:
        self.form.set_running(running)
        self.drops.accepting = not running
        self.commands.show(self.session.report)
        self.actions_.set_state(State(running, self.session.report))

    def _show_report(self, report: Report) -> None:
        self._remember_own(report)
        self._set_running(False)
        self.card.show_report(report)
        self.details.show_report(report)

    def _show_fault(self, error: str) -> None:
        self._set_running(False)
        self.card.show_fault(error)

    def _show_idle(self) -> None:
        self.model.clear()
        self.details.show_report(None)
        self.card.show_idle()
        self._set_running(False)

    def _select(self, node: Node | None) -> None:
        self.details.show_node(node)
        if node is not None:
            self._show_details(row_chosen=True)

    def _preview(self, request: Request | None) -> None:
        if self._before_first_run and self._opened is None:
            self.model.preview(request.plan if request is not None else None)
            self.card.show_idle(request.target.host if request is not None else "")

    def _say(self, message: str) -> None:
        """Beside the buttons, or in a line of its own where the card has none."""
        if self.card.buttons.isVisible():
            self.card.show_message(message)
        else:
            self.messages.say(message)

    # ---- a report from a file

    def _enter_opened(self, opened: OpenedReport, name: str) -> None:
        report = opened.report
        own = report is not None and report.report_id in (texts(self._settings, "reports/own") or ())
        self.banner.show_opened(opened, name, own)
        self.banner.show()
        self.form.hide()
        self.setWindowTitle(f"{name} – fmsdiag")
        self.card.setVisible(report is not None)
        self.raw.setVisible(report is None)
        self._make_room()
        self.raw.setPlainText("" if report is not None else opened.encode().decode("utf-8", "replace"))
        self.model.clear()
        if report is not None:
            self.model.show_report(report)
            self.card.show_report(report)
            self.details.show_report(report)
        self.commands.show(report, opened)
        self.actions_.set_state(State(False, report, opened=True, raw=report is None))
        self.banner.close_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _leave_opened(self) -> None:
        self._opened = None
        self.messages.clear()
        self.banner.hide()
        self.raw.hide()
        self.raw.clear()
        self.form.show()
        self.card.show()
        self._make_room()
        self.model.clear()
        self.setWindowTitle("fmsdiag")

    def _remember_own(self, report: Report) -> None:
        kept = dict.fromkeys((report.report_id, *(texts(self._settings, "reports/own") or ())))
        self._settings.setValue("reports/own", list(kept)[:KEPT_OWN_REPORTS])

    # ---- what is remembered

    def _list_recents(self) -> None:
        menu = self.actions_.recent
        menu.clear()
        for number, url in enumerate(self.recents.urls, start=1):
            action = menu.addAction(f"&{number % 10} {url.replace('&', '&&')}")
            action.triggered.connect(lambda _checked=False, url=url: self._open_recent(url))
        if self.recents.urls:
            menu.addSeparator()
            menu.addAction("&Clear List").triggered.connect(self.recents.clear)
        menu.setEnabled(bool(self.recents.urls) and not self.session.running)

    def _open_recent(self, url: str) -> None:
        if self._opened is not None:
            self.close_report()
        self.form.open_recent(url)

    def _find(self) -> None:
        if self.details.isHidden():
            self.actions_.details.setChecked(True)
            self._ask_for_details(True)
        self.details.find()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """In a low window the unfolded form needs the timeline's place: squeezed fields could not be read."""
        low = self.height() < ROOM_FOR_UNFOLDED and not self.form.advanced.isHidden()
        self.splitter.setVisible(self.raw.isHidden() and (not low or self._opened is not None))

    def _ask_for_details(self, shown: bool) -> None:
        self._settings.setValue("window/details", shown)
        self.details.setVisible(shown)

    def _show_details(self, row_chosen: bool) -> None:
        """As asked for by F8; if nobody asked, as soon as a row is chosen, where both panes have room."""
        asked = self._settings.contains("window/details")
        roomy = row_chosen and self.width() >= ROOM_FOR_DETAILS
        shown = flag(self._settings, "window/details") if asked else roomy
        self.details.setVisible(shown)
        self.actions_.details.setChecked(shown)

    def _restore(self) -> None:
        geometry = raw_bytes(self._settings, "window/geometry")
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(1100, 720)
        state = raw_bytes(self._settings, "window/splitter")
        if state is not None:
            self.splitter.restoreState(state)
        self.recents.restore(self._settings)
        self.form.restore(self._settings)
        self.actions_.set_state(State())
        self._show_details(row_chosen=False)

    def _remember(self) -> None:
        self._settings.setValue("window/geometry", self.saveGeometry())
        self._settings.setValue("window/splitter", self.splitter.saveState())
        self.recents.save(self._settings)
        self.form.save(self._settings)
        self._settings.sync()
