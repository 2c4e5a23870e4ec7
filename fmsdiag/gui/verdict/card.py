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
from fmsdiag.gui.theme.stylesheet import set_style_property
from fmsdiag.gui.timeline.marks import verdict_icon
from fmsdiag.gui.timeline.progress import Progress
from fmsdiag.gui.timeline.progress_line import ProgressLine
from fmsdiag.gui.verdict.body import VerdictBody
from fmsdiag.gui.verdict.card_text import card_text
from fmsdiag.gui.verdict.report_buttons import ReportButtons
from fmsdiag.gui.verdict.wrapped_text import WrappedText
from fmsdiag.model import Report
from fmsdiag.report.visible import one_line, visible
from fmsdiag.report.words import Tone, mark_of_verdict

if TYPE_CHECKING:  # the log is no part of the window's start
    from fmsdiag.log import Fault

IDLE = "Enter a server to test, or drop a report here"
IDLE_TEXT = (
    "Every port and protocol that a player would try is tried in its order. "
    "You see each attempt, what stands in the way, and who can change it."
)
READY_TEXT = "Press Enter. The attempts below are made in this order; nothing is published or played."
STREAM_TEXT = (
    "Press Enter. The attempts below are made in this order; then your stream is tested, as you agreed."
)
FAULT = "fmsdiag itself failed"
FAULT_TEXT = (
    "This says nothing about your network. Please run the test again; if it fails again, send these words:"
)
FAULT_LOG = "The log has the details: {log}"
_TONES = {Tone.GOOD: "good", Tone.CAUTION: "warn", Tone.BAD: "bad", Tone.NEUTRAL: "neutral"}
INDENT = 54
"""Pixels by which everything stands under the headline instead of under its picture."""
_SHARE = 0.47
"""Of the window's height: the rest belongs to the form and the timeline."""
_LEFT, _ABOVE, _GAP = 18, 14, 12
_SIDE_BY_SIDE = 860
"""Pixels of width from which the advice stands beside what was seen instead of below it."""


class VerdictCard(QFrame):
    """As high as its words need, up to a share of the window; beyond that the words scroll above the buttons."""

    evidence_activated = Signal(str)
    copy_summary = Signal()
    copy_request = Signal()
    save_report = Signal()
    finding_shown = Signal(int)
    """Another finding was chosen, by its number in the report; 0 is the verdict's own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._make_head()
        self.body = VerdictBody()
        self.body.evidence_activated.connect(self.evidence_activated)
        self.body.finding_chosen.connect(self._choose)
        self._report: Report | None = None
        self.buttons = ReportButtons()
        self.buttons.copy_summary.connect(self.copy_summary)
        self.buttons.copy_request.connect(self.copy_request)
        self.buttons.save_report.connect(self.save_report)
        self._words = QWidget()
        self._words.setObjectName("scrolled")
        self._words.installEventFilter(self)
        inner = QVBoxLayout(self._words)
        inner.setContentsMargins(0, 0, 12, 0)
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
        outer.setContentsMargins(_LEFT, _ABOVE, 4, _ABOVE)
        outer.setSpacing(_GAP)
        outer.addWidget(self._scroll, 1)
        self.buttons.setContentsMargins(INDENT, 0, 12, 0)
        outer.addWidget(self.buttons)

    # ---- states

    def show_idle(self, host: str = "", streams: bool = False) -> None:
        """Before the first run; `host` when the form is ready to test it, `streams` if it would publish or play."""
        if host:
            text = STREAM_TEXT if streams else READY_TEXT
            self._show(icon("app"), "", f"Ready to test {visible(host)}", text, "plain")
        else:
            self._show(icon("app"), "", IDLE, IDLE_TEXT, "plain")

    def show_running(self, progress: Progress) -> None:
        """In words and determinate; the words change often, so nothing else of the card moves."""
        if self.bar.isHidden():
            self._show(icon("running"), "", progress.sentence, "", "plain")
            self.bar.show()
        self.headline.setText(progress.sentence)
        self.bar.show_progress(progress.done, progress.total)

    def show_report(self, report: Report) -> None:
        """The verdict and the first finding, which is what it rests on."""
        self._report = report
        self._show_finding(report, 0)

    def _choose(self, finding: int) -> None:
        if self._report is not None:
            self._show_finding(self._report, finding)
            self.finding_shown.emit(finding)

    def _show_finding(self, report: Report, number: int) -> None:
        text = card_text(report, number)
        mark = mark_of_verdict(report.verdict.status)
        self._show(
            verdict_icon(report.verdict.status), text.word, text.headline, text.paragraph, _TONES[mark.tone]
        )
        self.body.show_text(text)
        self.body.show()
        # the button copies the first finding's request, so it does nothing while another one is on the card
        self.buttons.request.setEnabled(bool(text.firewall_request) and number == 0)
        self.buttons.show()
        self._scroll.verticalScrollBar().setValue(0)

    def show_fault(self, fault: Fault) -> None:
        lines = [FAULT_TEXT, one_line(fault.summary, 400)]
        if fault.log is not None:
            lines.append(FAULT_LOG.format(log=visible(str(fault.log))))
        self._show(icon("fault"), "Fault", FAULT, "\n".join(lines), "warn")

    def show_message(self, text: str) -> None:
        """A line about the last button that was pressed, in the card instead of a box over it."""
        self.buttons.message.setText(text)

    # ---- size

    def sizeHint(self) -> QSize:
        return QSize(600, min(self._needed_height(), self._most()))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, min(self._needed_height(), 110))

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
        return max(int(self.window().height() * _SHARE), 110)

    def _needed_height(self) -> int:
        words = self._inner.totalHeightForWidth(max(300, self.width() - _LEFT - 8))
        buttons = 0 if self.buttons.isHidden() else self.buttons.sizeHint().height() + _GAP
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
        self.bar.setAccessibleName("Attempts finished")
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

    def _show(self, picture: QIcon, word: str, headline: str, paragraph: str, tone: str) -> None:
        self.picture.setPixmap(picture.pixmap(QSize(40, 40), self.devicePixelRatioF()))
        self.word.setText(word)
        self.word.setVisible(bool(word))
        self.headline.setText(headline)
        self.paragraph.setText(paragraph)
        self.paragraph.setVisible(bool(paragraph))
        self.bar.hide()
        self.body.hide()
        self.buttons.hide()
        self.show_message("")
        for widget in (self, self.word):
            set_style_property(widget, "tone", tone)
        self._fit()
