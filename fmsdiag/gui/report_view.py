"""What the window shows: the plan before a run, the run, its report, or one of the open reports from files.

Each of them has a tab. Card, timeline and details are there once; what is in front is shown in them.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings
from PySide6.QtWidgets import QWidget

from fmsdiag.gui.actions import State
from fmsdiag.gui.announcement import announce_end
from fmsdiag.gui.compare_with import CompareWith
from fmsdiag.gui.form.form_input import Request, fields_of
from fmsdiag.gui.pane_layout import PaneLayout
from fmsdiag.gui.profile.session import ProfileSession, is_profile, read_source
from fmsdiag.gui.report_file.choosing import ChoosingTexts, ask_for_reports, remember_folder
from fmsdiag.gui.report_file.reading import (
    MOST_BYTES,
    MOST_OPEN,
    OpenReport,
    ReadingTexts,
    ReportReader,
    open_as,
)
from fmsdiag.gui.report_place import Place, go_back_to, place_of
from fmsdiag.gui.settings import texts
from fmsdiag.gui.verdict.card import CardTexts
from fmsdiag.gui.window_parts import WindowParts
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.model import Report
from fmsdiag.profile.errors import ProfileError
from fmsdiag.report.open_file import OpenedReport
from fmsdiag.report.redact import is_strict
from fmsdiag.report.words import Tone, describe_verdict

if TYPE_CHECKING:  # the log is no part of the window's start
    from fmsdiag.log import Fault

KEPT_OWN_REPORTS = 200
"""How many ids of this computer's own reports are remembered, to tell them from other people's."""
_OWN_KEY = "reports/own"


class ReportViewTexts(Table, of="gui.report-view"):
    """What keeps something from being opened or tested again, and the window's title."""

    RUNNING_PROFILE = text("Stop the test before you open a profile.")
    RUNNING_TEST = text("Stop the test before you prepare another one.")
    HIDDEN_SERVER = text("This report hides the server's address. Enter it to test the server from here.")
    # translators: the window's title while a report from a file is shown
    TITLE = text("{file:name} – fmsdiag")


class ReportView(QObject):
    """Moves the parts from one of these states to the next, as people and runs demand."""

    def __init__(self, window: QWidget, parts: WindowParts, panes: PaneLayout, settings: QSettings) -> None:
        super().__init__(window)
        self._window, self._parts, self._panes, self._settings = window, parts, panes, settings
        self._before_first_run = True
        self._fault: Fault | None = None
        self._shown: OpenReport | None = None
        """The open report that is in front; none: this computer's test."""
        self._places: dict[OpenReport | None, Place] = {}
        self.reader = ReportReader(lambda: not parts.session.running, self._room, self)
        self.compare = CompareWith(window, parts, settings, self._is_own)
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
        parts.drops.dropped.connect(self.open_files)
        parts.tabs.chosen.connect(self._turn)
        parts.tabs.close_wanted.connect(self._close)
        self.reader.read.connect(self._take)
        self.reader.judged.connect(self._tell_today)
        self.reader.unread.connect(lambda said: parts.messages.say(said, Tone.CAUTION))
        self._tell_commands()

    @property
    def is_idle(self) -> bool:
        """Whether nothing has been run or opened yet."""
        return self._before_first_run and not self._parts.tabs.reports

    # ---- what people do

    def new(self) -> None:
        """An empty form and card; reports from files stay open."""
        if not self._parts.session.running:
            self._show_live()
            self._close_profile()
            self._parts.session.forget()
            self._parts.form.clear()
            self._parts.messages.clear()
            self._show_idle()

    def stop(self) -> None:
        """Ask the run to end; the form says so at once."""
        if self._parts.session.running:
            self._parts.form.set_running(True, stopping=True)
            self._parts.session.stop()

    def ask_what_to_open(self) -> None:
        """Open a dialog for the files of reports."""
        ask_for_reports(self._window, self._settings, ChoosingTexts.OPEN, self.open_files, "open")

    def open_file(self, source: Path | str) -> None:
        """The same as `open_files` with one."""
        self.open_files([source])

    def open_files(self, sources: Iterable[Path | str]) -> None:
        """Give each report a tab, the first one in front, and show a profile; why one cannot be opened is said.

        Reports are read in another thread: a large one takes seconds. A text is a link that holds a profile. Nothing that
        is opened starts a test, or ends one.
        """
        sources = list(sources)
        for source in sources:
            if is_profile(source):
                self._open_profile(source)
        paths = [source for source in sources if isinstance(source, Path) and not is_profile(source)]
        if paths:
            remember_folder(self._settings, paths[0])
            self.reader.open(paths)

    def _open_profile(self, source: Path | str) -> None:
        """A profile is small, and read at once."""
        if self._parts.session.running:
            self._parts.messages.say(say(ReportViewTexts.RUNNING_PROFILE), Tone.CAUTION)
            return
        try:
            opened = read_source(source)
            self._show_live()
            self._parts.messages.clear()
            self._parts.session.forget()
            self._show_idle()
            self._profiles.open(opened.profile)
            self._panes.faces.enter_profile()
        except ProfileError as error:
            problem, messages = str(error), self._parts.messages
            if isinstance(source, Path):
                problem = say(ReadingTexts.NOT_OPENED, file=source.name, problem=problem)
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

    def show_opened(self, opened: OpenedReport, name: str, safe: Report | None) -> None:
        """A tab for a report that is no file, under `name`; `safe` is what it is without secrets."""
        report = open_as(opened, name, safe)
        if report.size > self._room():
            said = ReadingTexts.TOO_LARGE if self._room() else ReadingTexts.TOO_MANY
            self._parts.messages.say(say(said, **_counted(said)), Tone.CAUTION)
            return
        self._take(report, True)

    def open_recent(self, url: str) -> None:
        """A server of the list in the form; it is not tested yet."""
        self._show_live()
        self._close_profile()
        self._parts.form.use_address(url)

    def test_from_here(self) -> None:
        """The opened report's test in the form; it is not started."""
        report = self._shown.report if self._shown is not None else None
        if report is None:
            return
        if self._parts.session.running:
            self._parts.messages.say(say(ReportViewTexts.RUNNING_TEST), Tone.CAUTION)
            return
        fields = fields_of(report)
        self._show_live()
        self._close_profile()
        self._parts.messages.clear()
        self._parts.session.forget()
        self._show_idle()
        self._parts.form.fill(fields)
        if not fields.server:
            self._parts.messages.say(say(ReportViewTexts.HIDDEN_SERVER), Tone.CAUTION)
        self._parts.form.server.setFocus()

    def close_report(self) -> None:
        """The report in front; this computer's test stays, whatever has become of it."""
        if self._shown is not None:
            self._close(self._shown)

    def close_all(self) -> None:
        """Only this computer's test is left."""
        self._show_live()
        for report in self._parts.tabs.reports:
            self._close(report)

    def _close(self, report: OpenReport) -> None:
        if report is self._shown:
            self._parts.messages.clear()
        self._parts.tabs.remove(report)
        self._places.pop(report, None)
        self._panes.make_room()
        self._tell_commands()

    # ---- a run

    def _preview(self, typed: Request | None) -> None:
        request = self._profiles.planned(typed)
        if self._before_first_run and self._shown is None:
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
        self._show_live()
        self._before_first_run, self._fault = False, None
        self._parts.messages.clear()
        self._parts.recents.add(request.target)
        self._parts.session.start(request)

    def _begin(self) -> None:
        self._parts.details.show_report(None)
        self._parts.profile.set_folded(True)
        self._set_running(True)

    def _end(self, report: Report) -> None:
        """The run is over; a report that somebody reads meanwhile stays in front."""
        self._remember_own(report)
        self._set_running(False)
        if self._shown is None:
            self._show_result(report)
        else:
            self._places.pop(None, None)  # of what was there before the result
        announce_end(self._window, describe_verdict(report.verdict))
        self.reader.go_on()

    def _show_result(self, report: Report) -> None:
        self._parts.card.show_report(report)
        self._parts.details.show_report(report)

    def show_fault(self, fault: Fault) -> None:
        """A fault of this program on the card, until something else is begun: a preview does not replace it."""
        self._show_live()
        self._before_first_run, self._fault = False, fault
        self._set_running(self._parts.session.running)
        self._parts.card.show_fault(fault)
        announce_end(self._window, say(CardTexts.FAULT))

    def _show_idle(self) -> None:
        self._before_first_run, self._fault = True, None
        self._parts.model.clear()
        self._parts.details.show_report(None)
        self._parts.card.show_idle()
        self._set_running(False)

    def _set_running(self, running: bool) -> None:
        self._parts.form.set_running(running)
        self._parts.profile.set_running(running)
        self._parts.tabs.show_live(self._parts.session.report, running)
        self._tell_commands()

    def _tell_commands(self) -> None:
        """Let menus and commands be about what is in front."""
        parts, shown = self._parts, self._shown
        session = parts.session
        report = shown.report if shown is not None else session.report
        if shown is not None:
            parts.commands.show(report, shown.opened)
        else:
            parts.commands.show(report, recorder=session.recorder)
        kept = shown is None and session.recorder is not None
        state = State(
            session.running,
            report,
            opened=shown is not None,
            others=bool(parts.tabs.reports),
            raw=shown is not None and report is None,
            packets=kept and not (report is not None and is_strict(report)),
        )
        parts.actions.set_state(state)

    # ---- which of them is in front

    def _room(self) -> int:
        """Bytes of JSON for which there is room; 0 where no further report may be open."""
        reports = self._parts.tabs.reports
        return MOST_BYTES - sum(one.size for one in reports) if len(reports) < MOST_OPEN else 0

    def _take(self, report: OpenReport, in_front: bool) -> None:
        """A tab for a report that was read; one that is open already, unchanged, has its tab."""
        parts = self._parts
        known = next((one for one in parts.tabs.reports if one.is_same(report)), None)
        if known is None:
            self.reader.judge(report)
            parts.tabs.add(report)
            self._panes.make_room()
        if in_front:
            parts.messages.clear()
            parts.tabs.bring_to_front(known or report)
            parts.banner.close_button.setFocus()
        self._tell_commands()

    def _tell_today(self, one: OpenReport) -> None:
        if one is self._shown:
            self._show_banner(one)

    def _show_live(self) -> None:
        self._parts.tabs.bring_to_front(None)

    def _turn(self, report: OpenReport | None) -> None:
        """Another tab is in front; what was said was about the one before."""
        self._parts.messages.clear()
        self._places[self._shown] = place_of(self._parts)
        was_live, self._shown = self._shown is None, report
        if report is None:
            self._enter_live()
        else:
            if was_live:
                self._parts.session.look_away()
            self._enter_opened(report)
        self._tell_commands()
        place = self._places.get(report)
        if place is not None:
            go_back_to(self._parts, place)
        elif report is not None:
            self._parts.card.set_folded(False)

    def _enter_opened(self, one: OpenReport) -> None:
        parts, report = self._parts, one.report
        self._show_banner(one)
        parts.banner.show()
        parts.profile.hide()
        parts.form.hide()
        self._window.setWindowTitle(say(ReportViewTexts.TITLE, file=one.name))
        parts.raw.setVisible(report is None)
        self._panes.make_room()
        self._panes.show_details()
        parts.raw.setPlainText("" if report is not None else one.opened.encode().decode("utf-8", "replace"))
        parts.model.clear()
        if report is not None:
            parts.model.show_report(report)
            parts.card.show_report(report, opened=True)
            parts.details.show_report(report, one.safe, opened=True)

    def _show_banner(self, one: OpenReport) -> None:
        is_own = one.report is not None and self._is_own(one.report)
        self._parts.banner.show_opened(one.opened, one.name, is_own, one.today)

    def _enter_live(self) -> None:
        """This computer's test, as far as it has come."""
        parts, report = self._parts, self._parts.session.report
        parts.banner.hide()
        parts.raw.hide()
        parts.raw.clear()
        parts.form.show()
        parts.profile.setVisible(self._profiles.is_open)
        self._panes.make_room()
        self._window.setWindowTitle("fmsdiag")
        if report is None:
            parts.details.show_report(None)
        parts.session.look_again()
        if parts.session.running:
            return
        if self._fault is not None:
            parts.card.show_fault(self._fault)
        elif report is not None:
            parts.model.show_report(report)
            self._show_result(report)
        else:
            self._show_idle()
            parts.form.announce()

    def _is_own(self, report: Report) -> bool:
        return report.report_id in (texts(self._settings, _OWN_KEY) or ())

    def _remember_own(self, report: Report) -> None:
        kept = dict.fromkeys((report.report_id, *(texts(self._settings, _OWN_KEY) or ())))
        self._settings.setValue(_OWN_KEY, list(kept)[:KEPT_OWN_REPORTS])


def _counted(said: Text) -> dict[str, int]:
    """The values of what is said of a report that finds no room."""
    return {"most": MOST_OPEN, "count": 1} if said is ReadingTexts.TOO_MANY else {"count": 1}
