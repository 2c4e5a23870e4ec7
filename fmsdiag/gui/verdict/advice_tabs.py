"""Who does what: three tabs of numbered steps, the tab of the one who can fix it in front."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from fmsdiag.gui.text_direction import run_with_the_language
from fmsdiag.gui.theme.letters import letter_scale, use_fixed_font
from fmsdiag.gui.verdict.wrapped_text import WrappedText, lay_out, wrap_mode
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.model import Action, Actor
from fmsdiag.report.view import READERS, ReaderView, StepView, ViewTexts


class StepTexts(Table, of="gui.steps"):
    """The buttons beside the steps, and why one cannot be pressed."""

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


_BUTTONS: Mapping[Action, Text] = {action: getattr(StepTexts, action.name) for action in Action}
ALWAYS = (Action.COPY_REQUEST, Action.SAVE_REPORT)
"""What makes sense for a report from a file, too; everything else acts on this computer's own test."""
MOST_OF_REQUEST = 220
"""Pixels."""


class AdviceTabs(QTabWidget):
    """The advice of a finding for each of three readers."""

    activated = Signal(object)
    """A StepView whose button was pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(say(ViewTexts.WHO_DOES_WHAT))
        self.tabBar().setExpanding(False)
        self.tabBar().setUsesScrollButtons(True)
        self._pages: list[QVBoxLayout] = []
        self._rows: list[QWidget] = []
        self.request = self._request_box()
        for actor, (name, _) in READERS.items():
            self.addTab(self._page(actor), say(name))

    def show_advice(
        self, readers: Sequence[ReaderView], request: Sequence[str], opened: bool = False
    ) -> None:
        """Put the one who must act in front; who has nothing to do cannot be chosen. `opened`: it is from a file."""
        for row in self._rows:
            row.hide()
            row.deleteLater()
        self._rows = [_rows(reader, self._press, opened) for reader in readers]
        for number, reader in enumerate(readers):
            self._pages[number].insertWidget(0, self._rows[number])
            self.setTabEnabled(number, bool(reader.steps))
            self.setTabToolTip(number, "" if reader.steps else reader.nothing)
        words = "\n".join(request)
        self.request.setWordWrapMode(wrap_mode(words))
        self.request.setPlainText(words)
        self.request.setVisible(bool(request))
        self._fit_request()
        told = [number for number, reader in enumerate(readers) if reader.steps]
        acting = [number for number in told if readers[number].acts]
        self.setCurrentIndex((acting or told or [0])[0])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_request()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and self._rows:
            self._fit_request()

    def _press(self, step: StepView) -> None:
        self.activated.emit(step)

    def _fit_request(self) -> None:
        """As high as its lines are at this width, within bounds: a box that scrolls in a card that scrolls is a
        nuisance."""
        room = max(200, self.width() - 16)
        lines = lay_out(self.request.toPlainText(), self.request.font(), room)
        most = round(MOST_OF_REQUEST * letter_scale(self.request.font()))
        height = min(most, int(lines.boundingRect().height()) + 14)
        if height != self.request.height():
            self.request.setFixedHeight(height)

    def _page(self, actor: Actor) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 10, 0, 0)
        layout.setSpacing(8)
        if actor is Actor.ADMINISTRATOR:
            layout.addWidget(self.request)
        layout.addStretch(1)
        self._pages.append(layout)
        return page

    @staticmethod
    def _request_box() -> QPlainTextEdit:
        box = QPlainTextEdit(readOnly=True)
        box.setProperty("role", "request")
        use_fixed_font(box)
        box.setAccessibleName(say(ViewTexts.REQUEST))
        box.setTabChangesFocus(True)
        run_with_the_language(box)
        return box


class StepButton(QPushButton):
    """The action of one step."""

    def __init__(self, step: StepView, action: Action, number: int, opened: bool) -> None:
        words = say(_BUTTONS[action])
        super().__init__(words)
        self.step = step
        self.setAutoDefault(False)
        self.setAccessibleName(say(StepTexts.NAME, button=words, number=str(number)))
        if opened and action not in ALWAYS:
            self.setEnabled(False)
            self.setToolTip(say(StepTexts.OPENED))


def _rows(reader: ReaderView, press: Callable[[StepView], None], opened: bool) -> QWidget:
    """The reader's steps in their order, numbered; in their place, that there is nothing to do."""
    rows = QWidget()
    grid = QGridLayout(rows)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(8)
    grid.setVerticalSpacing(8)
    grid.setColumnStretch(1, 1)
    if not reader.steps:
        grid.addWidget(_sentence(reader.nothing), 0, 0, 1, 2)
    for number, step in enumerate(reader.steps, 1):
        label = QLabel(f"{number}.", textFormat=Qt.TextFormat.PlainText)
        grid.addWidget(label, 2 * number, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(_sentence(step.text), 2 * number, 1)
        if step.action is not None:
            button = StepButton(step, step.action, number, opened)
            button.clicked.connect(lambda _checked=False, step=step: press(step))
            grid.addWidget(button, 2 * number + 1, 1, Qt.AlignmentFlag.AlignLeading)
    return rows


def _sentence(words: str) -> WrappedText:
    sentence = WrappedText()
    sentence.setText(words)
    return sentence
