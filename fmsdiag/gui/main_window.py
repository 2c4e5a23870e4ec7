"""The window: what people and runs do to it. window_parts.py builds what it is made of.

Imports here are what the bare window needs; whatever else a method needs it imports itself. Even the name `Qt` takes a
sixth of the time in which a bare window appears.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QMainWindow

from fmsdiag.gui.settings import flag, raw_bytes, text, texts

if TYPE_CHECKING:  # window_parts.py imports them, once the bare window is on the screen
    from PySide6.QtWidgets import QPlainTextEdit, QSplitter

    from fmsdiag.gui.actions import WindowActions
    from fmsdiag.gui.details.details import Details
    from fmsdiag.gui.form.form_input import Request
    from fmsdiag.gui.form.recents import Recents
    from fmsdiag.gui.form.target_form import TargetForm
    from fmsdiag.gui.message_bar import MessageBar
    from fmsdiag.gui.prober_thread import ProberThread
    from fmsdiag.gui.report_file.commands import ReportCommands
    from fmsdiag.gui.report_file.file_drop import FileDrop
    from fmsdiag.gui.report_file.opened_banner import OpenedBanner
    from fmsdiag.gui.run_session import RunSession
    from fmsdiag.gui.theme.appearance import Appearance
    from fmsdiag.gui.timeline.model import TimelineModel
    from fmsdiag.gui.timeline.nodes import Node
    from fmsdiag.gui.timeline.view import Timeline
    from fmsdiag.gui.verdict.card import VerdictCard
    from fmsdiag.model import Report
    from fmsdiag.report.open_file import OpenedReport

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

    appearance: Appearance
    model: TimelineModel
    session: RunSession
    recents: Recents
    form: TargetForm
    banner: OpenedBanner
    messages: MessageBar
    card: VerdictCard
    timeline: Timeline
    details: Details
    raw: QPlainTextEdit
    commands: ReportCommands
    drops: FileDrop
    actions_: WindowActions
    splitter: QSplitter

    def __init__(self, engine: ProberThread | None, settings: QSettings) -> None:
        """With an engine the window is whole at once; without one it is bare until `fill`."""
        super().__init__()
        self.setWindowTitle("fmsdiag")
        self.setMinimumSize(720, 520)
        self.settings = settings
        self._filled = False
        self._may_close = False
        self._before_first_run = True
        self._opened: OpenedReport | None = None
        geometry = raw_bytes(settings, "window/geometry")
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(1100, 720)
        if engine is not None:
            self.fill(engine)

    def fill(self, engine: ProberThread) -> None:
        """Put the parts into the bare window."""
        from fmsdiag.gui import window_parts
        from fmsdiag.gui.theme.appearance import Appearance
        from fmsdiag.gui.theme.icons import icon

        self.setWindowIcon(icon("app"))
        self.appearance = Appearance(self.settings, self)
        window_parts.build_ui(self, engine)
        self._filled = True
        self._restore()

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
        from fmsdiag.report.json import ReportError
        from fmsdiag.report.open_file import open_report

        try:
            opened = open_report(path)
        except ReportError as error:
            self.messages.say(f"{path.name}: {error}")
            return
        self.settings.setValue("open/folder", str(path.parent))
        self.messages.clear()
        self._opened = opened
        self._enter_opened(opened, path.name)

    def test_from_here(self) -> None:
        """The opened report's test in the form; it is not started."""
        opened = self._opened
        if opened is None or opened.report is None:
            return
        from fmsdiag.gui.form.form_input import fields_of

        fields = fields_of(opened.report)
        self._leave_opened()
        self.session.forget()
        self._before_first_run = True
        self._show_idle()
        self.form.fill(fields)
        if not fields.server:
            self.messages.say(HIDDEN_SERVER)
        self.form.server.setFocus()

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
        if self._filled:
            self._remember()
        self.hide()
        self.close_requested.emit()

    def close_now(self) -> None:
        """Really close; called when the run has ended."""
        self._may_close = True
        self.close()

    def _ask_what_to_open(self) -> None:
        from PySide6.QtCore import Qt

        from fmsdiag.report.open_file import EXTENSIONS

        dialog = QFileDialog(self, "Open Report", text(self.settings, "open/folder"))
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
        self._set_state(running, self.session.report)

    def _set_state(self, running: bool, report: Report | None, opened: bool = False) -> None:
        from fmsdiag.gui.actions import State

        self.actions_.set_state(State(running, report, opened=opened, raw=opened and report is None))

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
            self.card.show_idle(
                request.target.host if request is not None else "",
                streams=request is not None and (request.options.publish or request.options.play),
            )

    def _say(self, message: str) -> None:
        """Beside the buttons, or in a line of its own where the card has none."""
        if self.card.buttons.isVisible():
            self.card.show_message(message)
        else:
            self.messages.say(message)

    # ---- a report from a file

    def _enter_opened(self, opened: OpenedReport, name: str) -> None:
        report = opened.report
        own = report is not None and report.report_id in (texts(self.settings, "reports/own") or ())
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
        self._set_state(False, report, opened=True)
        self.banner.close_button.setFocus()

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
        kept = dict.fromkeys((report.report_id, *(texts(self.settings, "reports/own") or ())))
        self.settings.setValue("reports/own", list(kept)[:KEPT_OWN_REPORTS])

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
        if self._filled:
            self._make_room()

    def _make_room(self) -> None:
        """In a low window the unfolded form needs the timeline's place: squeezed fields could not be read."""
        low = self.height() < ROOM_FOR_UNFOLDED and not self.form.advanced.isHidden()
        self.splitter.setVisible(self.raw.isHidden() and (not low or self._opened is not None))

    def _ask_for_details(self, shown: bool) -> None:
        self.settings.setValue("window/details", shown)
        self.details.setVisible(shown)

    def _show_details(self, row_chosen: bool) -> None:
        """As asked for by F8; if nobody asked, as soon as a row is chosen, where both panes have room."""
        asked = self.settings.contains("window/details")
        roomy = row_chosen and self.width() >= ROOM_FOR_DETAILS
        shown = flag(self.settings, "window/details") if asked else roomy
        self.details.setVisible(shown)
        self.actions_.details.setChecked(shown)

    def _restore(self) -> None:
        state = raw_bytes(self.settings, "window/splitter")
        if state is not None:
            self.splitter.restoreState(state)
        self.recents.restore(self.settings)
        self.form.restore(self.settings)
        self._set_state(False, None)
        self._show_details(row_chosen=False)

    def _remember(self) -> None:
        self.settings.setValue("window/geometry", self.saveGeometry())
        self.settings.setValue("window/splitter", self.splitter.saveState())
        self.recents.save(self.settings)
        self.form.save(self.settings)
        self.settings.sync()
