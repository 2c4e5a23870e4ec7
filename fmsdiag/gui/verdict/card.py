"""The card above the timeline: before a run, during it, its verdict, or a fault of fmsdiag itself.

It never scrolls. Of a verdict it has the headline, one sentence, and what the reader at this computer can do; everything
else is a click away, on the details' page of the verdict. Where even that has no room, texts end in an ellipsis.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QIcon
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from fmsdiag.gui.theme.icons import icon
from fmsdiag.gui.theme.letters import ZOOMED
from fmsdiag.gui.theme.stylesheet import set_style_property
from fmsdiag.gui.timeline.marks import verdict_icon
from fmsdiag.gui.timeline.progress import Progress
from fmsdiag.gui.timeline.progress_line import ProgressLine
from fmsdiag.gui.verdict.fault_buttons import FaultButtons
from fmsdiag.gui.verdict.first_sentence import first_sentence
from fmsdiag.gui.verdict.more_line import MoreLine
from fmsdiag.gui.verdict.report_buttons import ReportButtons
from fmsdiag.gui.verdict.steps import StepButton, Steps
from fmsdiag.gui.verdict.wrapped_text import WrappedText
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Action, Actor, Report, Target
from fmsdiag.report.view import ReportView, ViewTexts
from fmsdiag.report.visible import one_line
from fmsdiag.report.words import Tone

if TYPE_CHECKING:  # the log is no part of the window's start
    from fmsdiag.log import Fault


class CardTexts(Table, of="gui.card"):
    """What the card says where there is no report."""

    IDLE = text("Enter a server to test, or drop a report here")
    IDLE_TEXT = text(
        "fmsdiag tries every port and protocol that a player would try, in the same order. You see each attempt, what "
        "blocks it, and who can fix it."
    )
    READY = text("Ready to test {host}")
    READY_TEXT = text(
        "Press Enter. The attempts in the timeline are made in this order; nothing is published or played."
    )
    # for a customer, who sees no timeline
    READY_PLAIN = text("Press Run Test. Nothing is published or played.")
    STREAM_TEXT = text(
        "Press Enter. The attempts in the timeline are made in this order; then your stream is tested, as you agreed."
    )
    FAULT_WORD = text("Internal error")
    FAULT = text("fmsdiag itself failed")
    FAULT_TEXT = text(
        "This says nothing about your network. Run the test again. If it fails again, report this error: {error:quote}"
    )
    FAULT_LOG = text("The log has the details: {log:name}")
    PROGRESS = text("Finished attempts")
    COPY_TEXT = text("Copy as &Text")
    FOLD = text("Show only the headline")
    UNFOLD = text("Show the whole result")


_TONES = {Tone.GOOD: "good", Tone.CAUTION: "warn", Tone.BAD: "bad", Tone.NEUTRAL: "neutral"}
_LEFT, _RIGHT, _ABOVE, _GAP = 18, 12, 12, 10
_PICTURE, _SMALL_PICTURE = 40, 22
_INDENT = _PICTURE + 14
"""Pixels by which everything stands under the headline instead of under its picture."""
_MOST_LINES = (0, 6, 4, 3, 2, 1)
"""Of each text, in less and less room; 0 is as many as it has."""


class VerdictCard(QFrame):
    """As high as its words need; `fit` says how high that is, and shortens them where there is less room."""

    copy_summary = Signal()
    copy_request = Signal(int)
    """The request of the finding of that number."""
    save_report = Signal()
    save_for_support = Signal()
    copy_fault = Signal(object)
    save_fault = Signal(object)
    """The Fault that the card shows."""
    finding_shown = Signal(int)
    """Another finding was chosen, by its number in the report; 0 is the verdict's own."""
    step_activated = Signal(object)
    """A StepView whose button was pressed."""
    evidence_wanted = Signal()
    reader_wanted = Signal(object)
    """The steps of this Actor are to be shown."""
    rearranged = Signal()
    """It shows something else, which may need more or less room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setProperty("mirrored", self.isRightToLeft())
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(policy)
        self.is_idle = True
        """Whether it only invites to run a test."""
        self.is_folded = self._is_plain = self._is_running = False
        self._view: ReportView | None = None
        self._opened = self._is_handed_over = False
        self._fault: Fault | None = None
        self._headline_height = 0
        self.finding_number = 0
        """The finding that is shown; 0 is the verdict's own."""
        self._make_head()
        self._make_parts()
        self._lay_out()
        copy = QAction(say(CardTexts.COPY_TEXT), self)
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText("\n".join(self.shown_words())))
        self.addAction(copy)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.show_idle()

    # ---- states

    def show_idle(self, host: str = "", streams: bool = False) -> None:
        """Before the first run; `host` when the form is ready to test it, `streams` if it would publish or play."""
        if host:
            next_step = CardTexts.STREAM_TEXT if streams else CardTexts.READY_TEXT
            if self._is_plain and not streams:
                next_step = CardTexts.READY_PLAIN
            words = say(CardTexts.READY, host=one_line(host)), say(next_step)
        else:
            words = say(CardTexts.IDLE), say(CardTexts.IDLE_TEXT)
        self._show(icon("app"), "", *words, "plain", is_idle=True)

    def show_running(self, progress: Progress) -> None:
        """In words and determinate; the words change often, so nothing else of the card moves."""
        plain = self._is_plain and progress.plain
        sentence, below = (progress.plain, progress.ended) if plain else (progress.sentence, "")
        if not self._is_running:
            self._is_running = True
            self._show(icon("running"), "", sentence, below, "plain", is_running=True)
        appeared = bool(below) is not bool(self.paragraph.text())
        self.headline.setText(sentence)
        self.paragraph.setText(below)
        self.bar.show_progress(progress.done, progress.total)
        if appeared:
            self._apply()
        elif self.headline.heightForWidth(self.headline.width()) != self._headline_height:
            self._rearrange()

    def show_report(self, report: Report, opened: bool = False) -> None:
        """The verdict and the first finding, which is what it rests on. `opened`: the report is from a file."""
        self._view, self._opened = ReportView(report, has_buttons=True), opened
        self._show_finding(self._view, 0)

    def show_finding(self, number: int) -> None:
        """Another finding of the same report."""
        if self._view is not None:
            self._show_finding(self._view, number)
            self.finding_shown.emit(number)

    def _show_finding(self, view: ReportView, number: int) -> None:
        self.finding_number = number
        finding = view.findings[number] if number < len(view.findings) else None
        is_other = finding is not None and number > 0
        word = say(ViewTexts.ALSO_FOUND) if is_other else view.mark.word
        headline = finding.headline if finding is not None and is_other else view.headline
        paragraph = finding.explanation if finding is not None else view.paragraph
        verdict = view.report.verdict
        readers = finding.readers if finding is not None else view.readers
        mine = next(reader for reader in readers if reader.actor is Actor.USER)
        prepared = view.report.prepared
        sender = one_line(prepared.sender, 100) if prepared is not None and not self._opened else ""
        self.steps.show_steps(mine, self._opened, sender)
        self.more.show_view(view, number)
        self.buttons.offer_request(finding is not None and bool(finding.request))
        self._show(
            verdict_icon(verdict.status, verdict.impaired),
            word,
            headline,
            first_sentence(paragraph),
            _TONES[view.mark.tone],
            has_steps=bool(sender) or any(reader.steps for reader in readers),
            has_report=True,
        )

    def note_form(self, would_test: Target | None) -> None:
        """What the form would test now, or none while something is wrong in it: a result must not be taken for that."""
        view = self._view
        is_ours = self._has_report and not self._opened
        if view is not None and is_ours and self.more.note_form(view.report, would_test):
            self._rearrange()

    def show_fault(self, fault: Fault) -> None:
        lines = [say(CardTexts.FAULT_TEXT, error=one_line(fault.summary, 400))]
        if fault.log is not None:
            lines.append(say(CardTexts.FAULT_LOG, log=str(fault.log)))
        fault_word = say(CardTexts.FAULT_WORD)
        self._fault = fault
        self._show(icon("fault"), fault_word, say(CardTexts.FAULT), "\n".join(lines), "warn", has_fault=True)

    def show_message(self, message: str, tone: Tone) -> None:
        """A line about the last button that was pressed, in the card instead of a box over it."""
        self.buttons.say(message, tone)
        self._rearrange()

    def set_plain(self, plain: bool) -> None:
        """For a customer: progress without technical words, and one button for what comes next."""
        if plain != self._is_plain:
            self._is_plain = plain
            self._offer()
            self._rearrange()

    def set_handed_over(self, handed_over: bool) -> None:
        """It is saved for whoever wants it: what comes next is elsewhere."""
        self._is_handed_over = handed_over
        self._offer()

    def set_folded(self, folded: bool) -> None:
        """Only the headline, or everything."""
        if folded != self.is_folded:
            self.is_folded = folded
            self._apply()

    def set_foldable(self, foldable: bool) -> None:
        """Where there is nothing that could have the room, it stays unfolded."""
        self.fold_button.setVisible(foldable)
        if not foldable:
            self.set_folded(False)

    # ---- size

    def fit(self, room: int) -> int:
        """Show all that `room` pixels of height can hold; how many of them it takes.

        It may take more, where one line of each text is too much already.
        """
        high = 0
        for lines in _MOST_LINES if room > 0 else _MOST_LINES[-1:]:
            self._set_most_lines(lines)
            high = self._needed_height()
            if high <= room:
                break
        self._headline_height = self.headline.heightForWidth(self.headline.width())
        return high

    @property
    def has_report(self) -> bool:
        """Whether it shows a verdict."""
        return self._has_report

    @property
    def run_button(self) -> StepButton | None:
        """The button of the step that runs the test again, where it can be pressed."""
        return self.steps.button_of(Action.RUN_AGAIN) if self._has_report and not self.is_folded else None

    @property
    def texts(self) -> list[WrappedText]:
        """Everything that may have to be shortened."""
        return [self.headline, self.paragraph, *self.steps.sentences]

    def shown_words(self) -> list[str]:
        """What stands on it, whole, a line for each text."""
        steps = [f"{number}. {step.text()}" for number, step in enumerate(self.steps.sentences, 1)]
        lines = [self.word.text(), self.headline.text(), self.paragraph.text()]
        return [line for line in lines if line] + (steps if self._has_steps else [])

    def sizeHint(self) -> QSize:
        return QSize(600, self._needed_height())

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self._needed_height())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in ZOOMED and hasattr(self, "more"):
            self.rearranged.emit()

    def _set_most_lines(self, lines: int) -> None:
        folded = 1 if self.is_folded else lines
        for words in (self.headline, self.paragraph):
            words.set_most_lines(folded)
        self.steps.set_most_lines(lines)

    def _needed_height(self) -> int:
        for widget in (self.headline, self.paragraph, self.more, self.buttons):
            widget.updateGeometry()
        self.steps.forget_sizes()
        _forget_sizes(self._outer)
        return self._outer.totalHeightForWidth(max(300, self.width()))

    # ---- parts

    def _make_head(self) -> None:
        self.picture = QLabel()
        self.word = QLabel(textFormat=Qt.TextFormat.PlainText)
        self.word.setObjectName("word")
        self.headline = WrappedText(pixels=17, bold=True)
        self.paragraph = WrappedText()
        self.bar = ProgressLine()
        self.bar.setAccessibleName(say(CardTexts.PROGRESS))
        self.fold_button = QToolButton()
        self.fold_button.setObjectName("fold")
        self.fold_button.clicked.connect(lambda: self.set_folded(not self.is_folded))
        self.fold_button.hide()
        words = QVBoxLayout()
        words.setSpacing(5)
        for widget in (self.word, self.headline, self.paragraph, self.bar):
            words.addWidget(widget)
        self._head = QHBoxLayout()
        self._head.setSpacing(14)
        self._head.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        self._head.addLayout(words, 1)
        self._head.addWidget(self.fold_button, 0, Qt.AlignmentFlag.AlignTop)

    def _make_parts(self) -> None:
        self.steps = Steps()
        self.steps.activated.connect(self.step_activated)
        self.steps.handed_over.connect(self.save_for_support)
        self.more = MoreLine()
        self.more.evidence_wanted.connect(self.evidence_wanted)
        self.more.reader_wanted.connect(self.reader_wanted)
        self.buttons = ReportButtons()
        self.buttons.copy_summary.connect(self.copy_summary)
        self.buttons.copy_request.connect(lambda: self.copy_request.emit(self.finding_number))
        self.buttons.save_report.connect(self.save_report)
        self.buttons.save_for_support.connect(self.save_for_support)
        self.fault_buttons = FaultButtons()
        self.fault_buttons.copy_error.connect(lambda: self.copy_fault.emit(self._fault))
        self.fault_buttons.save_error.connect(lambda: self.save_fault.emit(self._fault))

    def _lay_out(self) -> None:
        self._outer = QVBoxLayout(self)
        left, right = (_RIGHT, _LEFT) if self.isRightToLeft() else (_LEFT, _RIGHT)
        self._outer.setContentsMargins(left, _ABOVE, right, _ABOVE)
        self._outer.setSpacing(_GAP)
        self._outer.addLayout(self._head)
        for part in (self.steps, self.more, self.buttons, self.fault_buttons):
            before, behind = (0, _INDENT) if self.isRightToLeft() else (_INDENT, 0)
            indented = QHBoxLayout()
            indented.setContentsMargins(before, 0, behind, 0)
            indented.addWidget(part, 1)
            indented.addStretch(0)  # what a part does not want to have
            self._outer.addLayout(indented)

    def _show(
        self,
        picture: QIcon,
        word: str,
        headline: str,
        sentence: str,
        tone: str,
        *,
        is_idle: bool = False,
        is_running: bool = False,
        has_steps: bool = False,
        has_report: bool = False,
        has_fault: bool = False,
    ) -> None:
        self.is_idle, self._is_running, self._has_steps = is_idle, is_running, has_steps
        self._has_report, self._has_fault = has_report, has_fault
        self._icon = picture
        self.word.setText(word)
        self.headline.setText(headline)
        self.paragraph.setText(sentence)
        self.buttons.say("", Tone.NEUTRAL)
        for widget in (self, self.word):
            set_style_property(widget, "tone", tone)
        self._apply()

    def _apply(self) -> None:
        """Show what there is of the present state, and of it only the headline where the card is folded."""
        whole = not self.is_folded
        side = _PICTURE if whole else _SMALL_PICTURE
        self.picture.setFixedSize(_PICTURE, side)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setPixmap(self._icon.pixmap(QSize(side, side), self.devicePixelRatioF()))
        self.word.setVisible(whole and bool(self.word.text()))
        self.paragraph.setVisible(whole and bool(self.paragraph.text()))
        self.bar.setVisible(self._is_running)
        self.steps.setVisible(whole and self._has_steps)
        self.more.setVisible(whole and self._has_report)
        self.buttons.setVisible(whole and self._has_report)
        self.fault_buttons.setVisible(whole and self._has_fault)
        self.fold_button.setIcon(icon("chevron-up" if whole else "chevron-down"))
        said = say(CardTexts.FOLD if whole else CardTexts.UNFOLD)
        self.fold_button.setToolTip(said)
        self.fold_button.setAccessibleName(said)
        self._offer()
        self._rearrange()

    def _offer(self) -> None:
        """The button that helps first is what a customer sees first. A report from a file is support's business, also in the
        customer's view."""
        plain, steps = self._is_plain and not self._opened, self.steps
        helps, is_step = steps.helping is not None, steps.hand_over is not None
        saves_first = plain and not helps and not self._is_handed_over
        steps.show_primary(plain and helps, saves_first)
        self.buttons.offer_one(plain, saves_first, is_step or self._opened)

    def _rearrange(self) -> None:
        self.updateGeometry()
        self.rearranged.emit()


def _forget_sizes(layout: QLayout) -> None:
    """Qt asks again only the layout of the widget, not those inside it, until it lays all of them out."""
    layout.invalidate()
    for number in range(layout.count()):
        item = layout.itemAt(number)
        inner = item.layout() if item is not None else None
        if inner is not None:
            _forget_sizes(inner)
