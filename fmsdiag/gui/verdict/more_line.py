"""What the card has no room for, each a link that leads there: the evidence, and the steps of the other readers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QWidget

from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, plural, text
from fmsdiag.messages.visible import one_line
from fmsdiag.model import Actor, Report, Target
from fmsdiag.report.view import FindingView, Line, ReportView

_ACROSS, _DOWN = 18, 2
"""Pixels between links, and between their lines."""


class MoreTexts(Table, of="gui.more"):
    """The links, and what they lead to."""

    OBSERVATIONS = plural("{count} observation", "{count} observations")
    COMPARISONS = plural("{count} comparison", "{count} comparisons")
    # translators: such as "4 observations, 2 comparisons"
    BOTH = text("{observations:name}, {comparisons:name}")
    EVIDENCE = text("Details of the result")
    EVIDENCE_HINT = text("Show what this result rests on")
    # translators: {reader} is such as "Your network administrator"
    READER = plural("{reader:name}: {count} step", "{reader:name}: {count} steps", by="count")
    READER_HINT = text("Show these steps")
    # translators: {address} is a server's address, such as rtmp://media.example.com/live
    TESTED = text("This is the result for {address:name}. The form has changed since.")
    ALSO_FOUND = plural("{count} more finding", "{count} more findings")


class MoreLine(QWidget):
    """Links side by side, on as many lines as their words need."""

    evidence_wanted = Signal()
    reader_wanted = Signal(object)
    """An Actor, whose steps are to be shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.evidence = self._link(say(MoreTexts.EVIDENCE_HINT))
        self.evidence.clicked.connect(self.evidence_wanted)
        self.others = self._link(say(MoreTexts.EVIDENCE_HINT))
        self.others.clicked.connect(self.evidence_wanted)
        self.readers: dict[Actor, QPushButton] = {}
        for actor in (Actor.ADMINISTRATOR, Actor.OPERATOR):
            link = self.readers[actor] = self._link(say(MoreTexts.READER_HINT))
            link.clicked.connect(lambda _=False, actor=actor: self.reader_wanted.emit(actor))
        self.tested = QLabel(self, textFormat=Qt.TextFormat.PlainText)
        self.tested.setProperty("role", "caution")
        self.tested.hide()
        self.code = QLabel(self, textFormat=Qt.TextFormat.PlainText)
        self.code.setProperty("role", "muted")
        self.code.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def show_view(self, view: ReportView, number: int) -> None:
        """What there is beside the card of the finding of that number."""
        finding = view.findings[number] if number < len(view.findings) else None
        self.evidence.setText(evidence_words(view, finding))
        others = len(view.findings) - 1
        self.others.setVisible(others > 0)
        if others > 0:
            self.others.setText(say(MoreTexts.ALSO_FOUND, count=others))
        for reader in finding.readers if finding is not None else view.readers:
            link = self.readers.get(reader.actor)
            if link is not None:
                link.setText(say(MoreTexts.READER, reader=reader.name, count=len(reader.steps)))
                link.setVisible(bool(reader.steps))
        self.code.setText(view.code_line)
        self.tested.hide()
        self._place(self.width())
        self.updateGeometry()

    def note_form(self, report: Report, would_test: Target | None) -> bool:
        """Say what was tested where the form would test something else now; whether that has changed."""
        was_shown = not self.tested.isHidden()
        tested = report.target
        is_same = would_test is not None and _told(would_test) == _told(tested)
        self.tested.setText(say(MoreTexts.TESTED, address=one_line(_address(tested), 160)))
        self.tested.setVisible(not is_same)
        self._place(self.width())
        self.updateGeometry()
        return was_shown is is_same

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(width)[1]

    def sizeHint(self) -> QSize:
        return QSize(300, self.heightForWidth(max(300, self.width())))

    def minimumSizeHint(self) -> QSize:
        widest = max((part.sizeHint().width() for part in self._parts()), default=0)
        return QSize(min(widest, 300), self._line_height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place(event.size().width())

    def _parts(self) -> list[QWidget]:
        parts = (self.tested, self.evidence, self.others, *self.readers.values(), self.code)
        return [part for part in parts if not part.isHidden()]

    def _line_height(self) -> int:
        return max((part.sizeHint().height() for part in self._parts()), default=0)

    def _arrange(self, width: int) -> tuple[list[QRect], int]:
        """Where each part goes, and how high all of them are."""
        places, left, top, high = [], 0, 0, self._line_height()
        for part in self._parts():
            wide = min(part.sizeHint().width(), width)
            if left and left + wide > width:
                left, top = 0, top + high + _DOWN
            places.append(QRect(left, top, wide, high))
            left += wide + _ACROSS
        return places, top + high

    def _place(self, width: int) -> None:
        for part, place in zip(self._parts(), self._arrange(width)[0], strict=True):
            if self.isRightToLeft():
                place.moveLeft(width - place.x() - place.width())
            part.setGeometry(place)

    def _link(self, hint: str) -> QPushButton:
        link = QPushButton(self)
        link.setProperty("role", "link")
        link.setAutoDefault(False)
        link.setToolTip(hint)
        link.setCursor(Qt.CursorShape.PointingHandCursor)
        return link


def _told(target: Target) -> tuple[str, str]:
    """What the card tells one test from another by: the name or number, and the application."""
    return target.host, target.application


def _address(target: Target) -> str:
    from fmsdiag.history.store import shown_target  # the history is no part of the window's start

    return shown_target(target)


def evidence_words(view: ReportView, finding: FindingView | None) -> str:
    """ "4 observations, 2 comparisons": how much of each there is."""
    seen = (finding.seen if finding is not None else ()) or view.seen
    observations, comparisons = counted(view.report, seen)
    if not observations + comparisons:
        return say(MoreTexts.EVIDENCE)
    if not comparisons:
        return say(MoreTexts.OBSERVATIONS, count=observations)
    if not observations:
        return say(MoreTexts.COMPARISONS, count=comparisons)
    both = {
        "observations": say(MoreTexts.OBSERVATIONS, count=observations),
        "comparisons": say(MoreTexts.COMPARISONS, count=comparisons),
    }
    return say(MoreTexts.BOTH, **both)


def counted(report: Report, lines: Sequence[Line]) -> tuple[int, int]:
    """How many of these lines tell of the tested server, and how many of another one, which it is compared with."""
    elsewhere = {
        str(attempt.id) for attempt in report.attempts if attempt.endpoint.host != report.target.host
    }
    comparisons = sum(line.observation.partition(".")[0] in elsewhere for line in lines)
    return len(lines) - comparisons, comparisons
