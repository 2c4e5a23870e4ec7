"""What the window shows: the plan before a run, the run, its report, or a report from a file."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from fmsdiag.gui.actions import State
from fmsdiag.gui.announcement import announce_end
from fmsdiag.gui.details.details import without_secrets
from fmsdiag.gui.form.form_input import Request, fields_of
from fmsdiag.gui.pane_layout import PaneLayout
from fmsdiag.gui.profile.session import ProfileSession, is_profile, read_source
from fmsdiag.gui.settings import string, texts
from fmsdiag.gui.verdict.card import CardTexts
from fmsdiag.gui.window_parts import WindowParts
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Report
from fmsdiag.profile.errors import ProfileError
from fmsdiag.profile.profile_file import EXTENSION
from fmsdiag.report.json import ReportError
from fmsdiag.report.open_file import EXTENSIONS, OpenedReport, open_report
from fmsdiag.report.redact import is_strict
from fmsdiag.report.words import Tone, describe_verdict

if TYPE_CHECKING:  # the log is no part of the window's start
    from fmsdiag.log import Fault

KEPT_OWN_REPORTS = 200
"""How many ids of this computer's own reports are remembered, to tell them from other people's."""
_OWN_KEY = "reports/own"
_PATTERNS = " ".join(f"*{extension}" for extension in (*EXTENSIONS, EXTENSION))


class ReportViewTexts(Table, of="gui.report-view"):
    """Opening a report, and what keeps it from being opened or tested again."""

    OPEN = text("Open Report")
    COMPARE = text("Compare With Report")
    # translators: {patterns} is such as "*.html *.json"
    FILTER = text("Reports and profiles ({patterns:name})")
    RUNNING = text("Stop the test before you open a report.")
    # translators: {file} is a file's name, {problem} what is wrong with it
    NOT_OPENED = text("{file:name}: {problem:name}")
    HIDDEN_SERVER = text("This report hides the server's address. Enter it to test the server from here.")
    # translators: the window's title while a report from a file is shown
    TITLE = text("{file:name} – fmsdiag")


class ReportView(QObject):
    """Moves the parts from one of these states to the next, as people and runs demand."""

    def __init__(self, window: QWidget, parts: WindowParts, panes: PaneLayout, settings: QSettings) -> None:
        super().__init__(window)
        self._window, self._parts, self._panes, self._settings = window, parts, panes, settings
        self._before_first_run = True
        self._opened: OpenedReport | None = None
        self._reading: asyncio.Task[None] | None = None
        parts.form.run_requested.connect(self._run)
        parts.form.stop_requested.connect(self.stop)
        parts.form.planned.connect(self._preview)
        parts.session.started.connect(self._begin)
        parts.session.finished.connect(self._end)
        parts.session.failed.connect(self.show_fault)
        self._profiles = ProfileSession(parts.profile, parts.form, self)
        parts.handover.destination = lambda: self._profiles.send_to
        parts.profile.closed.connect(self.close_profile)
        parts.profile.run_wanted.connect(parts.form.run)
        parts.banner.test_here.connect(self.test_from_here)
        parts.banner.closed.connect(self.close_report)
        parts.drops.dropped.connect(self.open_file)
        self._set_state(False, None)

    @property
    def is_idle(self) -> bool:
        """Whether nothing has been run or opened yet."""
        return self._before_first_run and self._opened is None

    # ---- what people do

    def new(self) -> None:
        """An empty form and card."""
        if not self._parts.session.running:
            self._leave_opened()
            self._close_profile()
            self._parts.session.forget()
            self._parts.form.clear()
            self._show_idle()

    def stop(self) -> None:
        """Ask the run to end; the form says so at once."""
        if self._parts.session.running:
            self._parts.form.set_running(True, stopping=True)
            self._parts.session.stop()

    def ask_what_to_open(self) -> None:
        """Open a dialog for a report's file."""
        dialog = QFileDialog(self._window, say(ReportViewTexts.OPEN), string(self._settings, "open/folder"))
        dialog.setObjectName("open")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(say(ReportViewTexts.FILTER, patterns=_PATTERNS))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.open_file(Path(path)))
        dialog.open()

    def ask_what_to_compare(self) -> None:
        """Open a dialog for the file of the report with which the shown one is compared."""
        dialog = QFileDialog(
            self._window, say(ReportViewTexts.COMPARE), string(self._settings, "open/folder")
        )
        dialog.setObjectName("compare")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(say(ReportViewTexts.FILTER, patterns=_PATTERNS))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.compare_with(Path(path)))
        dialog.open()

    def compare_with(self, path: Path) -> None:
        """Show the comparison of the shown report with the one in that file, once it is read."""
        shown = self._parts.commands.report
        if shown is None:
            return
        if self._reading is not None:
            self._reading.cancel()
        self._reading = asyncio.get_running_loop().create_task(self._read_and_compare(shown, path))

    async def _read_and_compare(self, shown: Report, path: Path) -> None:
        from fmsdiag.gui.compare_dialog import CompareDialog  # no part of the window's start

        try:
            other = await asyncio.get_running_loop().run_in_executor(None, open_report, path)
        except ReportError as error:
            said = say(ReportViewTexts.NOT_OPENED, file=path.name, problem=str(error))
            self._parts.messages.say(said)
            return
        if other.report is None:
            self._parts.messages.say(say(ReportViewTexts.NOT_OPENED, file=path.name, problem=other.notice))
            return
        # a report from a file is the customer's, and a run of this window support's own
        is_own = self._opened is None or self._is_own(shown)
        pair = (other.report, shown) if is_own else (shown, other.report)
        CompareDialog(*pair, self._window).show()

    def open_file(self, path: Path | str) -> None:
        """Show the report or profile in that file, once it is read; why it cannot be shown is said, and nothing else changes.

        It is read in another thread: a large one takes seconds. Of several files the last one is shown. A text is a link
        that holds a profile. Nothing that is opened starts a test.
        """
        if self._reading is not None:
            self._reading.cancel()
        if not self._may_open():
            return
        if is_profile(path):
            self._open_profile(path)
        elif isinstance(path, Path):
            self._reading = asyncio.get_running_loop().create_task(self._read_and_show(path))

    def _open_profile(self, source: Path | str) -> None:
        """A profile is small, and read at once."""
        try:
            opened = read_source(source)
            self._leave_opened()
            self._parts.session.forget()
            self._show_idle()
            self._profiles.open(opened.profile)
            self._panes.faces.enter_profile()
        except ProfileError as error:
            problem, messages = str(error), self._parts.messages
            if isinstance(source, Path):
                problem = say(ReportViewTexts.NOT_OPENED, file=source.name, problem=problem)
            messages.say(problem)
            return
        if opened.notice:
            self._parts.messages.say(opened.notice, Tone.CAUTION)
        if not self._parts.profile.focus_missing():
            self._parts.form.button.setFocus()

    def close_profile(self) -> None:
        """The form is the user's again."""
        self._close_profile()
        self._parts.form.announce()

    def _close_profile(self) -> None:
        self._profiles.close()
        self._panes.faces.leave_profile()
        self._panes.make_room()

    def _may_open(self) -> bool:
        if self._parts.session.running:
            self._parts.messages.say(say(ReportViewTexts.RUNNING), Tone.CAUTION)
        return not self._parts.session.running

    async def _read_and_show(self, path: Path) -> None:
        try:
            opened, safe = await asyncio.get_running_loop().run_in_executor(None, _read, path)
        except ReportError as error:
            said = say(ReportViewTexts.NOT_OPENED, file=path.name, problem=str(error))
            self._parts.messages.say(said)
            return
        if not self._may_open():  # a run was started meanwhile
            return
        self._settings.setValue("open/folder", str(path.parent))
        self.show_opened(opened, path.name, safe)

    def show_opened(self, opened: OpenedReport, name: str, safe: Report | None) -> None:
        """Show a report that is no run of this window, under `name`; `safe` is what it is without secrets."""
        self._parts.messages.clear()
        self._opened = opened
        self._enter_opened(opened, name, safe)

    def open_recent(self, url: str) -> None:
        """A server of the list in the form; it is not tested yet."""
        if self._opened is not None:
            self.close_report()
        self._close_profile()
        self._parts.form.use_address(url)

    def test_from_here(self) -> None:
        """The opened report's test in the form; it is not started."""
        opened = self._opened
        if opened is None or opened.report is None:
            return
        fields = fields_of(opened.report)
        self._leave_opened()
        self._close_profile()
        self._parts.session.forget()
        self._show_idle()
        self._parts.form.fill(fields)
        if not fields.server:
            self._parts.messages.say(say(ReportViewTexts.HIDDEN_SERVER), Tone.CAUTION)
        self._parts.form.server.setFocus()

    def close_report(self) -> None:
        """Back to what was shown before."""
        self._leave_opened()
        report = self._parts.session.report
        if report is not None:
            self._parts.model.show_report(report)
            self._show_report(report)
        else:
            self._show_idle()
            self._parts.form.announce()

    # ---- a run

    def _preview(self, typed: Request | None) -> None:
        request = self._profiles.planned(typed)
        if self._before_first_run and self._opened is None:
            self._parts.model.preview(request.plan if request is not None else None)
            self._parts.card.show_idle(
                request.target.host if request is not None else "",
                streams=request is not None and (request.options.publish or request.options.play),
            )
        else:
            self._parts.card.note_form(request.target if request is not None else None)

    def _run(self, typed: Request) -> None:
        try:
            request = self._profiles.request(typed)
        except ProfileError as error:
            self._parts.messages.say(str(error), Tone.CAUTION)
            return
        self._before_first_run = False
        self._parts.messages.clear()
        self._parts.recents.add(request.target)
        self._parts.session.start(request)

    def _begin(self) -> None:
        self._parts.details.show_report(None)
        self._parts.profile.set_folded(True)
        self._set_running(True)

    def _end(self, report: Report) -> None:
        self._show_report(report)
        announce_end(self._window, describe_verdict(report.verdict))

    def _show_report(self, report: Report) -> None:
        self._remember_own(report)
        self._set_running(False)
        self._parts.card.show_report(report)
        self._parts.details.show_report(report)

    def show_fault(self, fault: Fault) -> None:
        """A fault of this program on the card, until something else is begun: a preview does not replace it."""
        self._before_first_run = False
        self._set_running(False)
        self._parts.card.show_fault(fault)
        announce_end(self._window, say(CardTexts.FAULT))

    def _show_idle(self) -> None:
        self._before_first_run = True
        self._parts.model.clear()
        self._parts.details.show_report(None)
        self._parts.card.show_idle()
        self._set_running(False)

    def _set_running(self, running: bool) -> None:
        report = self._parts.session.report
        self._parts.form.set_running(running)
        self._parts.profile.set_running(running)
        self._parts.drops.accepting = not running
        self._parts.commands.show(report, recorder=self._parts.session.recorder)
        self._set_state(running, report)

    def _set_state(self, running: bool, report: Report | None, opened: bool = False) -> None:
        kept = not opened and self._parts.session.recorder is not None
        packets = kept and not (report is not None and is_strict(report))
        state = State(running, report, opened=opened, raw=opened and report is None, packets=packets)
        self._parts.actions.set_state(state)

    # ---- a report from a file

    def _enter_opened(self, opened: OpenedReport, name: str, safe: Report | None) -> None:
        parts, report = self._parts, opened.report
        parts.banner.show_opened(opened, name, report is not None and self._is_own(report))
        parts.banner.show()
        parts.profile.hide()
        parts.form.hide()
        self._window.setWindowTitle(say(ReportViewTexts.TITLE, file=name))
        parts.raw.setVisible(report is None)
        self._panes.make_room()
        self._panes.show_details()
        parts.raw.setPlainText("" if report is not None else opened.encode().decode("utf-8", "replace"))
        parts.model.clear()
        if report is not None:
            parts.model.show_report(report)
            parts.card.show_report(report, opened=True)
            parts.details.show_report(report, safe, opened=True)
        parts.commands.show(report, opened)
        self._set_state(False, report, opened=True)
        parts.banner.close_button.setFocus()

    def _leave_opened(self) -> None:
        parts = self._parts
        self._opened = None
        parts.messages.clear()
        parts.banner.hide()
        parts.raw.hide()
        parts.raw.clear()
        parts.form.show()
        parts.profile.setVisible(self._profiles.is_open)
        self._panes.make_room()
        parts.model.clear()
        self._window.setWindowTitle("fmsdiag")

    def _is_own(self, report: Report) -> bool:
        return report.report_id in (texts(self._settings, _OWN_KEY) or ())

    def _remember_own(self, report: Report) -> None:
        kept = dict.fromkeys((report.report_id, *(texts(self._settings, _OWN_KEY) or ())))
        self._settings.setValue(_OWN_KEY, list(kept)[:KEPT_OWN_REPORTS])


def _read(path: Path) -> tuple[OpenedReport, Report | None]:
    """The report in a file, and what it is without secrets. Raises ReportError."""
    opened = open_report(path)
    return opened, without_secrets(opened.report) if opened.report is not None else None
