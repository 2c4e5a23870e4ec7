"""The card above the timeline: before a run, during it, its verdict, or a fault of fmsdiag itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from fmsdiag.gui.theme.icons import icon
from fmsdiag.gui.theme.letters import letter_scale
from fmsdiag.gui.theme.stylesheet import set_style_property
from fmsdiag.gui.timeline.marks import verdict_icon
from fmsdiag.gui.timeline.progress import Progress
from fmsdiag.gui.timeline.progress_line import ProgressLine
from fmsdiag.gui.verdict.body import INDENT, VerdictBody
from fmsdiag.gui.verdict.fault_buttons import FaultButtons
from fmsdiag.gui.verdict.report_buttons import ReportButtons
from fmsdiag.gui.verdict.wrapped_text import WrappedText
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Report
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


_TONES = {Tone.GOOD: "good", Tone.CAUTION: "warn", Tone.BAD: "bad", Tone.NEUTRAL: "neutral"}
_SHARE = 0.47
"""Of the window's height: the rest belongs to the form and the timeline."""
_LEFT, _ABOVE, _GAP = 18, 14, 12
_SIDE_BY_SIDE = 860
"""Pixels of width from which the advice stands beside what was seen instead of below it."""


class VerdictCard(QFrame):
    """As high as its words need, up to a share of the window; beyond that the words scroll above the buttons."""

    evidence_activated = Signal(str)
    copy_summary = Signal()
    copy_request = Signal(int)
    """The request of the finding of that number."""
    save_report = Signal()
    copy_fault = Signal(object)
    save_fault = Signal(object)
    """The Fault that the card shows."""
    finding_shown = Signal(int)
    """Another finding was chosen, by its number in the report; 0 is the verdict's own."""
    step_activated = Signal(object)
    """A StepView whose button was pressed."""
    cause_activated = Signal(str)
    """What there is to know of this cause is wanted."""
    rearranged = Signal()
    """It shows something else, which may need more or less room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setProperty("mirrored", self.isRightToLeft())
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._make_head()
        self.body = VerdictBody()
        self.body.evidence_activated.connect(self.evidence_activated)
        self.body.finding_chosen.connect(self._choose)
        self.body.step_activated.connect(self.step_activated)
        self.body.cause_activated.connect(self.cause_activated)
        self.is_idle = True
        """Whether it only invites to run a test."""
        self._view: ReportView | None = None
        self._opened = False
        self.finding_number = 0
        """The finding that is shown; 0 is the verdict's own."""
        self.buttons = ReportButtons()
        self.buttons.copy_summary.connect(self.copy_summary)
        self.buttons.copy_request.connect(lambda: self.copy_request.emit(self.finding_number))
        self.buttons.save_report.connect(self.save_report)
        self.fault_buttons = FaultButtons()
        self.fault_buttons.copy_error.connect(lambda: self.copy_fault.emit(self._fault))
        self.fault_buttons.save_error.connect(lambda: self.save_fault.emit(self._fault))
        self._fault: Fault | None = None
        self._words = QWidget()
        self._words.setObjectName("scrolled")
        self._words.installEventFilter(self)
        inner = QVBoxLayout(self._words)
        inner.setContentsMargins(*(12, 0, 0, 0) if self.isRightToLeft() else (0, 0, 12, 0))
        inner.setSpacing(12)
        inner.addLayout(self._head)
        inner.addWidget(self.body)
        inner.addStretch(1)
        self._inner = inner
        self._lay_out()
        self.show_idle()

    def _lay_out(self) -> None:
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self._words)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(
            *(4, _ABOVE, _LEFT, _ABOVE) if self.isRightToLeft() else (_LEFT, _ABOVE, 4, _ABOVE)
        )
        outer.setSpacing(_GAP)
        outer.addWidget(self._scroll, 1)
        for buttons in (self.buttons, self.fault_buttons):
            buttons.setContentsMargins(*(12, 0, INDENT, 0) if self.isRightToLeft() else (INDENT, 0, 12, 0))
            outer.addWidget(buttons)

    # ---- states

    def show_idle(self, host: str = "", streams: bool = False) -> None:
        """Before the first run; `host` when the form is ready to test it, `streams` if it would publish or play."""
        if host:
            next_step = CardTexts.STREAM_TEXT if streams else CardTexts.READY_TEXT
            words = say(CardTexts.READY, host=one_line(host)), say(next_step)
        else:
            words = say(CardTexts.IDLE), say(CardTexts.IDLE_TEXT)
        self._show(icon("app"), "", *words, "plain", is_idle=True)

    def show_running(self, progress: Progress) -> None:
        """In words and determinate; the words change often, so nothing else of the card moves."""
        if self.bar.isHidden():
            self._show(icon("running"), "", progress.sentence, "", "plain")
            self.bar.show()
        self.headline.setText(progress.sentence)
        self.bar.show_progress(progress.done, progress.total)

    def show_report(self, report: Report, opened: bool = False) -> None:
        """The verdict and the first finding, which is what it rests on. `opened`: the report is from a file."""
        self._view, self._opened = ReportView(report, has_buttons=True), opened
        self._show_finding(self._view, 0)

    def _choose(self, finding: int) -> None:
        if self._view is not None:
            self._show_finding(self._view, finding)
            self.finding_shown.emit(finding)

    def _show_finding(self, view: ReportView, number: int) -> None:
        self.finding_number = number
        finding = view.findings[number] if number < len(view.findings) else None
        is_other = finding is not None and number > 0
        word = say(ViewTexts.ALSO_FOUND) if is_other else view.mark.word
        headline = finding.headline if finding is not None and is_other else view.headline
        paragraph = finding.explanation if finding is not None else view.paragraph
        verdict = view.report.verdict
        picture = verdict_icon(verdict.status, verdict.impaired)
        self._show(picture, word, headline, paragraph, _TONES[view.mark.tone])
        self.body.show_view(view, number, self._opened)
        self.body.show()
        self.buttons.request.setEnabled(finding is not None and bool(finding.request))
        self.buttons.show()
        self._scroll.verticalScrollBar().setValue(0)

    def show_fault(self, fault: Fault) -> None:
        lines = [say(CardTexts.FAULT_TEXT, error=one_line(fault.summary, 400))]
        if fault.log is not None:
            lines.append(say(CardTexts.FAULT_LOG, log=str(fault.log)))
        fault_word = say(CardTexts.FAULT_WORD)
        self._show(icon("fault"), fault_word, say(CardTexts.FAULT), "\n".join(lines), "warn")
        self._fault = fault
        self.fault_buttons.show()
        self._fit()

    def show_message(self, message: str, tone: Tone) -> None:
        """A line about the last button that was pressed, in the card instead of a box over it."""
        self.buttons.message.say(message, tone)

    # ---- size

    def sizeHint(self) -> QSize:
        return QSize(600, min(self._needed_height(), self._most()))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, min(self._needed_height(), self._least()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.body.set_side_by_side(event.size().width() >= _SIDE_BY_SIDE)
            self._fit()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if watched is self._words and event.type() is QEvent.Type.LayoutRequest:
            self._fit()
        return False

    def _fit(self) -> None:
        """Scroll only where the words cannot have the height that they need: a bar that comes and goes with a
        passing layout would take width from them and so make itself needed."""
        fits = self._needed_height() <= self._most()
        policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOff if fits else Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self._scroll.setVerticalScrollBarPolicy(policy)
        self.updateGeometry()

    def _most(self) -> int:
        return max(int(self.window().height() * _SHARE), self._least())

    def _least(self) -> int:
        """Word, headline and buttons."""
        return round(110 * letter_scale(self.font()))

    def _needed_height(self) -> int:
        words = self._inner.totalHeightForWidth(max(300, self.width() - _LEFT - 8))
        shown = [row for row in (self.buttons, self.fault_buttons) if not row.isHidden()]
        buttons = sum(row.sizeHint().height() + _GAP for row in shown)
        return words + buttons + 2 * _ABOVE + 2

    # ---- parts

    def _make_head(self) -> None:
        self.picture = QLabel()
        self.picture.setFixedSize(40, 40)
        self.word = QLabel(textFormat=Qt.TextFormat.PlainText)
        self.word.setObjectName("word")
        self.headline = WrappedText(pixels=17, bold=True)
        self.paragraph = WrappedText()
        self.bar = ProgressLine()
        self.bar.setAccessibleName(say(CardTexts.PROGRESS))
        words = QVBoxLayout()
        words.setSpacing(5)
        for widget in (self.word, self.headline, self.paragraph):
            words.addWidget(widget)
        words.addSpacing(4)
        words.addWidget(self.bar)
        self._head = QHBoxLayout()
        self._head.setSpacing(14)
        self._head.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        self._head.addLayout(words, 1)

    def _show(
        self, picture: QIcon, word: str, headline: str, paragraph: str, tone: str, *, is_idle: bool = False
    ) -> None:
        self.is_idle = is_idle
        self.picture.setPixmap(picture.pixmap(QSize(40, 40), self.devicePixelRatioF()))
        self.word.setText(word)
        self.word.setVisible(bool(word))
        self.headline.setText(headline)
        self.paragraph.setText(paragraph)
        self.paragraph.setVisible(bool(paragraph))
        self.bar.hide()
        self.body.hide()
        self.buttons.hide()
        self.fault_buttons.hide()
        self.buttons.message.clear()
        for widget in (self, self.word):
            set_style_property(widget, "tone", tone)
        self._fit()
        self.rearranged.emit()
