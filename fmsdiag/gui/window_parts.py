"""What the window is made of: builds the parts, lays them out, and connects what one part tells another.

The parts know Qt's main window as the place of menus and dialogs, and nothing of ours that is around them. Which of them
shows what is decided by report_view.py, how much room they get by pane_layout.py.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from fmsdiag.gui.actions import WindowActions
from fmsdiag.gui.card_box import CardBox
from fmsdiag.gui.details.details import Details
from fmsdiag.gui.details.verdict_page import CauseLink, FindingLink, Link, RowLink, StepLink
from fmsdiag.gui.form.recents import Recents
from fmsdiag.gui.form.target_form import TargetForm
from fmsdiag.gui.handover.save_for_support import SaveForSupport
from fmsdiag.gui.message_bar import MessageBar
from fmsdiag.gui.prober_thread import ProberThread
from fmsdiag.gui.profile.bar import ProfileBar
from fmsdiag.gui.report_file.commands import ReportCommands
from fmsdiag.gui.report_file.file_drop import FileDrop
from fmsdiag.gui.report_file.opened_banner import OpenedBanner
from fmsdiag.gui.report_file.report_tabs import ReportTabs
from fmsdiag.gui.run_session import RunSession
from fmsdiag.gui.settings import raw_bytes
from fmsdiag.gui.theme.letters import use_fixed_font
from fmsdiag.gui.timeline.model import TimelineModel
from fmsdiag.gui.timeline.view import LEAST_HEIGHT, Timeline
from fmsdiag.gui.verdict.card import VerdictCard
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Cause
from fmsdiag.report.words import Tone


class PartTexts(Table, of="gui.parts"):
    RAW = text("The report as data")


@dataclass(frozen=True)
class WindowParts:
    """Tabs, messages, form or banner, card over timeline beside details; what feeds them, and the commands of the menus."""

    model: TimelineModel
    session: RunSession
    recents: Recents
    tabs: ReportTabs
    messages: MessageBar
    banner: OpenedBanner
    profile: ProfileBar
    """Above the form while a customer profile is open."""
    form: TargetForm
    card: VerdictCard
    box: CardBox
    """Holds the card."""
    timeline: Timeline
    details: Details
    splitter: QSplitter
    """Holds timeline and details."""
    column: QSplitter
    """Holds the box over the splitter."""
    raw: QPlainTextEdit
    """A report of a newer version, as data; in the place of the column."""
    commands: ReportCommands
    handover: SaveForSupport
    drops: FileDrop
    actions: WindowActions

    def say_done(self, message: str) -> None:
        """What was done: beside the card's buttons, or in a line of its own where the card has none."""
        self._say(message, Tone.GOOD)

    def say_failed(self, message: str) -> None:
        """Why something could not be done, in the same place."""
        self._say(message, Tone.BAD)

    def _say(self, message: str, tone: Tone) -> None:
        if self.card.buttons.isVisible():
            self.card.show_message(message, tone)
        else:
            self.messages.say(message, tone)

    def restore(self, settings: QSettings) -> None:
        """As `save` left them."""
        state = raw_bytes(settings, "window/splitter")
        if state is not None:
            self.splitter.restoreState(state)
        self.recents.restore(settings)
        self.form.restore(settings)

    def save(self, settings: QSettings) -> None:
        settings.setValue("window/splitter", self.splitter.saveState())
        self.recents.save(settings)
        self.form.save(settings)


def build_parts(
    window: QMainWindow,
    prober: ProberThread,
    settings: QSettings,
    server: tuple[QComboBox, QLineEdit] | None = None,
) -> WindowParts:
    """Fill `window` with its parts: its central widget, its menus, and what is dropped on it.

    `server` is the Server field, where the window has one already.
    """
    model = TimelineModel(window)
    card = VerdictCard()
    recents = Recents(window)
    commands = ReportCommands(window, settings)
    parts = WindowParts(
        model=model,
        session=RunSession(prober, model, window),
        recents=recents,
        tabs=ReportTabs(),
        messages=MessageBar(),
        banner=OpenedBanner(),
        profile=ProfileBar(),
        form=TargetForm(recents, server),
        card=card,
        box=CardBox(card),
        timeline=Timeline(model),
        details=Details(),
        splitter=QSplitter(Qt.Orientation.Horizontal),
        column=QSplitter(Qt.Orientation.Vertical),
        raw=QPlainTextEdit(readOnly=True),
        commands=commands,
        handover=SaveForSupport(window, commands, settings),
        drops=FileDrop(window),
        actions=WindowActions(window),
    )
    _lay_out_panes(parts)
    window.setCentralWidget(_laid_out(parts))
    parts.drops.watch(window, *window.findChildren(QLineEdit))
    prober.proxies_read.connect(parts.form.set_proxies)
    _connect(parts)
    return parts


def _lay_out_panes(parts: WindowParts) -> None:
    parts.splitter.setHandleWidth(10)
    parts.splitter.setChildrenCollapsible(False)
    parts.splitter.addWidget(parts.timeline)
    parts.splitter.addWidget(parts.details)
    parts.splitter.setStretchFactor(0, 1)
    parts.splitter.setSizes([720, 340])
    parts.column.setHandleWidth(12)
    parts.column.setChildrenCollapsible(False)
    parts.column.addWidget(parts.box)
    parts.column.addWidget(parts.splitter)
    parts.column.setStretchFactor(1, 1)
    parts.timeline.setMinimumSize(380, LEAST_HEIGHT)
    parts.details.setMinimumWidth(240)
    parts.raw.setObjectName("raw")
    use_fixed_font(parts.raw)
    parts.raw.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    parts.raw.setAccessibleName(say(PartTexts.RAW))


def _laid_out(parts: WindowParts) -> QWidget:
    content = QWidget()
    page = QVBoxLayout(content)
    page.setContentsMargins(16, 10, 16, 12)
    page.setSpacing(3)
    page.addWidget(parts.tabs)
    layout = QVBoxLayout()
    layout.setSpacing(12)
    page.addLayout(layout, 1)
    for part in (parts.messages, parts.handover.bar, parts.banner, parts.profile, parts.form):
        layout.addWidget(part)
    layout.addWidget(parts.column, 1)
    layout.addWidget(parts.raw, 1)
    layout.addStretch(0)
    parts.banner.hide()
    parts.profile.hide()
    parts.raw.hide()
    return content


def _connect(parts: WindowParts) -> None:
    parts.session.progressed.connect(parts.card.show_running)
    parts.timeline.selected.connect(parts.details.show_node)
    parts.timeline.current_changed.connect(parts.details.refresh)
    parts.timeline.copy_wanted.connect(parts.commands.copy_row)
    parts.timeline.copy_all_wanted.connect(parts.commands.copy_rows)
    parts.model.modelReset.connect(lambda: parts.details.show_node(None))
    parts.details.link_followed.connect(lambda link: _follow(parts, link))
    parts.card.finding_shown.connect(parts.details.show_finding)
    parts.card.copy_summary.connect(parts.commands.copy_summary)
    parts.card.copy_request.connect(parts.commands.copy_request)
    parts.card.save_report.connect(parts.commands.save)
    parts.card.save_for_support.connect(parts.handover.start)
    parts.handover.bar.appeared.connect(parts.card.set_handed_over)
    parts.card.copy_fault.connect(parts.commands.copy_fault)
    parts.card.save_fault.connect(parts.commands.save_fault)
    parts.commands.done.connect(parts.say_done)
    parts.commands.failed.connect(parts.say_failed)


def _follow(parts: WindowParts, link: Link) -> None:
    match link:
        case RowLink(observation):
            parts.timeline.reveal(observation)
        case FindingLink(number):
            parts.card.show_finding(number)
        case CauseLink(cause):
            _show_cause(cause, parts.details)
        case StepLink(step):
            parts.card.step_activated.emit(step)


def _show_cause(cause: Cause, parent: QWidget) -> None:
    from fmsdiag.gui.cause_dialog import about_cause  # the descriptions would delay the window's start

    about_cause(cause, parent).show()
