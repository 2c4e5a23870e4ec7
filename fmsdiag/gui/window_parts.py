"""What the window is made of: builds the parts, lays them out and connects them; each part knows only itself.

Apart from main_window.py because of what it imports: the bare window is on the screen before this is paid for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QSplitter, QVBoxLayout, QWidget

from fmsdiag.gui import help_dialogs
from fmsdiag.gui.actions import WindowActions
from fmsdiag.gui.details.details import Details
from fmsdiag.gui.form.recents import Recents
from fmsdiag.gui.form.target_form import TargetForm
from fmsdiag.gui.message_bar import MessageBar
from fmsdiag.gui.prober_thread import ProberThread
from fmsdiag.gui.report_file.commands import ReportCommands
from fmsdiag.gui.report_file.file_drop import FileDrop
from fmsdiag.gui.report_file.opened_banner import OpenedBanner
from fmsdiag.gui.run_session import RunSession
from fmsdiag.gui.timeline.model import TimelineModel
from fmsdiag.gui.timeline.view import Timeline
from fmsdiag.gui.verdict.card import VerdictCard

if TYPE_CHECKING:
    from fmsdiag.gui.main_window import MainWindow


def build_ui(window: MainWindow, engine: ProberThread) -> None:
    """Give the bare window its parts."""
    window.model = TimelineModel(window)
    window.session = RunSession(engine, window.model, window)
    window.recents = Recents(window)
    window.form = TargetForm(window.recents)
    window.banner = OpenedBanner()
    window.messages = MessageBar()
    window.card = VerdictCard()
    window.timeline = Timeline(window.model)
    window.details = Details()
    window.raw = QPlainTextEdit(readOnly=True)
    window.commands = ReportCommands(window, window.settings)
    window.drops = FileDrop(window)
    window.actions_ = WindowActions(window)
    _lay_out(window)
    _connect_parts(window)
    _connect_menus(window)


def _lay_out(window: MainWindow) -> None:
    window.splitter = QSplitter(Qt.Orientation.Horizontal)
    window.splitter.setHandleWidth(10)
    window.splitter.setChildrenCollapsible(False)
    window.splitter.addWidget(window.timeline)
    window.splitter.addWidget(window.details)
    window.splitter.setStretchFactor(0, 1)
    window.splitter.setSizes([720, 340])
    window.timeline.setMinimumSize(380, 130)
    window.details.setMinimumWidth(240)
    window.raw.setObjectName("raw")
    window.raw.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
    window.raw.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    window.raw.setAccessibleName("The report as data")
    content = QWidget()
    layout = QVBoxLayout(content)
    layout.setContentsMargins(16, 10, 16, 12)
    layout.setSpacing(12)
    for part in (window.messages, window.banner, window.form, window.card):
        layout.addWidget(part)
    layout.addWidget(window.splitter, 1)
    layout.addWidget(window.raw, 1)
    layout.addStretch(0)
    window.banner.hide()
    window.raw.hide()
    window.setCentralWidget(content)
    window.drops.watch(window, *window.findChildren(QLineEdit))


def _connect_parts(window: MainWindow) -> None:
    window.form.run_requested.connect(window._run)
    window.form.stop_requested.connect(window.stop)
    window.form.planned.connect(window._preview)
    window.form.folded.connect(window._make_room)
    window.session.started.connect(window._begin)
    window.session.progressed.connect(window.card.show_running)
    window.session.finished.connect(window._show_report)
    window.session.failed.connect(window._show_fault)
    window.timeline.selected.connect(window._select)
    window.timeline.current_changed.connect(window.details.refresh)
    window.card.evidence_activated.connect(window.timeline.reveal)
    window.card.copy_summary.connect(window.commands.copy_summary)
    window.card.copy_request.connect(window.commands.copy_request)
    window.card.save_report.connect(window.commands.save)
    window.commands.done.connect(window._say)
    window.model.modelReset.connect(lambda: window.details.show_node(None))
    window.banner.test_here.connect(window.test_from_here)
    window.banner.closed.connect(window.close_report)
    window.drops.dropped.connect(window.open_file)
    window.recents.changed.connect(window._list_recents)


def _connect_menus(window: MainWindow) -> None:
    actions, commands, appearance = window.actions_, window.commands, window.appearance
    for action, slot in (
        (actions.new, window.new),
        (actions.open, window._ask_what_to_open),
        (actions.save, commands.save),
        (actions.print, commands.print),
        (actions.quit, window.close),
        (actions.copy_summary, commands.copy_summary),
        (actions.copy_markdown, commands.copy_markdown),
        (actions.copy_request, commands.copy_request),
        (actions.find, window._find),
        (actions.run, window.form.run),
        (actions.stop, window.stop),
        (actions.details, window._ask_for_details),
        (actions.zoom_in, lambda: appearance.zoom_by(1)),
        (actions.zoom_out, lambda: appearance.zoom_by(-1)),
        (actions.zoom_reset, lambda: appearance.zoom_by(0)),
        (actions.what_is_sent, lambda: help_dialogs.what_is_sent(window).show()),
        (actions.licences, lambda: help_dialogs.licences(window).show()),
        (actions.about, lambda: help_dialogs.about(window).show()),
    ):
        action.triggered.connect(slot)
    for suffix, action in actions.exports.items():
        action.triggered.connect(lambda _checked=False, suffix=suffix: commands.export(suffix))
    for theme, action in actions.themes.items():
        action.setChecked(theme == appearance.theme)
        action.triggered.connect(lambda _checked=False, theme=theme: appearance.choose_theme(theme))
