"""What the reader at this computer can do: one to three numbered sentences, each with its button beside it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QSizePolicy, QWidget

from fmsdiag.gui.theme.letters import ZOOMED, letter_scale
from fmsdiag.gui.verdict.wrapped_text import WrappedText
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.model import Action
from fmsdiag.report.view import ReaderView, StepView


class StepTexts(Table, of="gui.steps"):
    """The buttons of the steps, and why one cannot be pressed."""

    COPY_REQUEST = text("Copy Request")
    USE_ADDRESS = text("Use This Address")
    EDIT_SERVER = text("Edit Server")
    EDIT_APPLICATION = text("Edit Application")
    EDIT_PORTS = text("Edit Ports")
    SIGN_IN = text("Enter Name and Password")
    PROXY_SETTINGS = text("Open Proxy Settings")
    COMPARE = text("Open Comparison")
    DEEP_TESTS = text("Open Deep Tests")
    OPEN_PAGE = text("Open in Browser")
    RUN_AGAIN = text("Run Test")
    SAVE_REPORT = text("Save Report…")
    # translators: {button} is the name of a button, such as "Run Test"
    NAME = text("{button:name}, step {number:name}")
    OPENED = text(
        "This report is from a file. Press “Test This Server from Here” to test the server yourself."
    )


STEP_BUTTONS: Mapping[Action, Text] = {action: getattr(StepTexts, action.name) for action in Action}
ALWAYS = (Action.COPY_REQUEST, Action.SAVE_REPORT)
"""What makes sense for a report from a file, too; everything else acts on this computer's own test."""
MOST_ACROSS = 760
"""Pixels of width, while nothing is zoomed: a button belongs near its sentence."""


class StepButton(QPushButton):
    """The action of one step."""

    def __init__(self, step: StepView, action: Action, number: int, opened: bool) -> None:
        words = say(STEP_BUTTONS[action])
        super().__init__(words)
        self.step = step
        self.setAutoDefault(False)
        self.setAccessibleName(say(StepTexts.NAME, button=words, number=str(number)))
        if opened and action not in ALWAYS:
            self.setEnabled(False)
            self.setToolTip(say(StepTexts.OPENED))


class Steps(QWidget):
    """The steps of one reader."""

    activated = Signal(object)
    """A StepView whose button was pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        self._bound()
        self.sentences: list[WrappedText] = []

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in ZOOMED:
            self._bound()

    def _bound(self) -> None:
        self.setMaximumWidth(round(MOST_ACROSS * letter_scale(self.font())))

    def show_steps(self, reader: ReaderView, opened: bool = False) -> None:
        """The reader's steps in their order, numbered; in their place, that there is nothing to do.

        `opened`: the report is from a file.
        """
        self._clear()
        if not reader.steps:
            self._add_sentence(reader.nothing, 0, 0, 3)
        for number, step in enumerate(reader.steps, 1):
            label = QLabel(f"{number}.", textFormat=Qt.TextFormat.PlainText)
            has_button = step.action is not None
            middle = Qt.AlignmentFlag.AlignVCenter
            self._grid.addWidget(label, number, 0, middle if has_button else Qt.AlignmentFlag.AlignTop)
            self._add_sentence(step.text, number, 1, 1 if has_button else 2)
            if step.action is not None:
                button = StepButton(step, step.action, number, opened)
                button.clicked.connect(lambda _checked=False, step=step: self.activated.emit(step))
                self._grid.addWidget(button, number, 2, middle)

    def set_most_lines(self, lines: int) -> None:
        """Of each sentence; 0 for all of them."""
        for sentence in self.sentences:
            sentence.set_most_lines(lines)

    def forget_sizes(self) -> None:
        """Measure again, at once: the next question for a height must not be answered with what was before."""
        for sentence in self.sentences:
            sentence.updateGeometry()
        self._grid.invalidate()
        self.updateGeometry()

    def _add_sentence(self, words: str, row: int, column: int, span: int) -> None:
        sentence = WrappedText()
        sentence.setText(words)
        self.sentences.append(sentence)
        self._grid.addWidget(sentence, row, column, 1, span, Qt.AlignmentFlag.AlignVCenter)

    def _clear(self) -> None:
        self.sentences = []
        while self._grid.count():
            item = self._grid.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
