"""What the reader at this computer can do: one to three numbered sentences, each with its button beside it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QSizePolicy, QWidget

from fmsdiag.gui.theme.letters import ZOOMED, letter_scale
from fmsdiag.gui.theme.stylesheet import set_style_property
from fmsdiag.gui.verdict.wrapped_text import WrappedText
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.model import Action
from fmsdiag.report.view import ReaderView, StepView


class StepTexts(Table, of="gui.steps"):
    """The buttons of the steps, and why one cannot be pressed."""

    COPY_REQUEST = text("Copy Request")
    USE_ADDRESS = text("Test This Address")
    USE_ADDRESS_HINT = text("Puts this address into the form above. Your player or encoder is not changed.")
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
    SUPPORT = text("Save for Support…")
    # translators: {sender} is who asked for the test by a profile
    HAND_OVER = text("Save this report and send it to {sender:name}.")
    # translators: {button} is the name of a button, such as "Run Test"
    NAME = text("{button:name}, step {number:name}")
    OPENED = text(
        "This report is from a file. Press “Test This Server from Here” to test the server yourself."
    )


STEP_BUTTONS: Mapping[Action, Text] = {action: getattr(StepTexts, action.name) for action in Action}
PASSED_ON = (Action.COPY_REQUEST, Action.SAVE_REPORT)
"""What only tells somebody else. Every other action helps the person at this computer at once."""
DECIDED_BY_PROFILE = (
    Action.USE_ADDRESS,
    Action.EDIT_SERVER,
    Action.EDIT_APPLICATION,
    Action.EDIT_PORTS,
    Action.COMPARE,
    Action.DEEP_TESTS,
)
"""What would change a profile's test. The proxy and its sign-in stay the customer's own."""
ALWAYS = PASSED_ON
"""What makes sense for a report from a file, too; everything else acts on this computer's own test."""
MOST_ACROSS = 760
"""Pixels of width, while nothing is zoomed: a button belongs near its sentence."""


class StepButton(QPushButton):
    """The action of one step."""

    def __init__(self, step: StepView, said: Text, number: int) -> None:
        words = say(said)
        super().__init__(words)
        self.step = step
        self.setAutoDefault(False)
        self.setAccessibleName(say(StepTexts.NAME, button=words, number=str(number)))
        if step.action is Action.USE_ADDRESS:
            self.setToolTip(say(StepTexts.USE_ADDRESS_HINT))

    def forbid(self) -> None:
        """It acts on this computer's own test, and the report is another one's."""
        self.setEnabled(False)
        self.setToolTip(say(StepTexts.OPENED))


class Steps(QWidget):
    """The steps of one reader."""

    activated = Signal(object)
    """A StepView whose button was pressed."""
    handed_over = Signal()
    """The report is to be saved for whoever asked for it."""

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
        self._buttons: list[StepButton] = []
        self.helping: StepButton | None = None
        """The button of the first step, where it helps at once."""
        self.hand_over: StepButton | None = None

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in ZOOMED:
            self._bound()

    def _bound(self) -> None:
        self.setMaximumWidth(round(MOST_ACROSS * letter_scale(self.font())))

    def show_steps(self, reader: ReaderView, opened: bool = False, sender: str = "") -> None:
        """The reader's steps in their order, numbered; in their place, that there is nothing to do.

        `opened`: the report is from a file. `sender` asked for this test by a profile: sending them the report is the last
        step, in place of sending it to anybody else.
        """
        self._clear()
        steps = [step for step in reader.steps if not sender or step.action is not Action.SAVE_REPORT]
        if not steps and not sender:
            self._add_sentence(reader.nothing, 0, 0, 3)
        for number, step in enumerate(steps, 1):
            is_locked = bool(sender) and step.action in DECIDED_BY_PROFILE
            said = STEP_BUTTONS[step.action] if step.action is not None and not is_locked else None
            self._add_step(number, step, said, opened)
        if sender:
            step = StepView(say(StepTexts.HAND_OVER, sender=sender))
            self.hand_over = self._add_step(len(steps) + 1, step, StepTexts.SUPPORT, False)

    def show_primary(self, helping: bool, hand_over: bool) -> None:
        """Which of the buttons is what comes next."""
        for button, is_primary in ((self.helping, helping), (self.hand_over, hand_over)):
            if button is not None:
                set_style_property(button, "role", "primary" if is_primary else "")

    def _add_step(self, number: int, step: StepView, said: Text | None, opened: bool) -> StepButton | None:
        """Its number, its sentence, and its button where it has one."""
        label = QLabel(f"{number}.", textFormat=Qt.TextFormat.PlainText)
        middle = Qt.AlignmentFlag.AlignVCenter
        self._grid.addWidget(label, number, 0, middle if said else Qt.AlignmentFlag.AlignTop)
        self._add_sentence(step.text, number, 1, 1 if said else 2)
        if said is None:
            return None
        button = StepButton(step, said, number)
        self._buttons.append(button)
        if step.action is None:
            button.clicked.connect(self.handed_over)
        else:
            button.clicked.connect(lambda: self.activated.emit(step))
            if opened and step.action not in ALWAYS:
                button.forbid()
            elif number == 1 and step.action not in PASSED_ON:
                self.helping = button
        self._grid.addWidget(button, number, 2, middle)
        return button

    def button_of(self, action: Action) -> StepButton | None:
        """The one that does that, where it can be pressed."""
        found = (button for button in self._buttons if button.step.action is action)
        return next((button for button in found if button.isEnabled()), None)

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
        self.sentences, self._buttons = [], []
        self.helping = self.hand_over = None
        while self._grid.count():
            item = self._grid.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
