"""Before a report is saved for support: where it goes, the level, the text as it is saved, and what is left out of it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from fmsdiag.gui.handover.prepared_report import PreparedReport
from fmsdiag.gui.text_direction import run_with_the_language
from fmsdiag.gui.theme.letters import use_fixed_font
from fmsdiag.gui.theme.stylesheet import set_style_property
from fmsdiag.gui.verdict.wrapped_text import WrappedText
from fmsdiag.messages.levels import LEVEL_MEANS
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.messages.visible import visible
from fmsdiag.model import Redaction


class PreviewTexts(Table, of="gui.handover.preview"):
    """The dialog. "&" marks the access key."""

    TITLE = text("Save for Support")
    INTRO = text("This only saves a file on this computer. Then you send it to the people who asked for it.")
    # translators: {destination} is an email address or a web page
    INTRO_FOR = text("This only saves a file on this computer. Then you send it to {destination:name}.")
    STANDARD = text("Stan&dard")
    STRICT = text("St&rict")
    FIXED = text("This test was prepared with a strict profile, so its report is strict.")
    SAVED = text("What Is Saved")
    DATA = text("All Data")
    # translators: {size} is a number of bytes
    MORE_DATA = text("… and {left:size} more, which are in the file.")
    HIDDEN = text("What Is Left Out")
    NOTHING = text("Nothing had to be left out.")
    PREPARING = text("Preparing the report…")
    # translators: {folder} is a folder's path
    PLACE = text("To be saved in {folder:name}: {name:name} (web page, PDF, text, and data in one file)")
    SAVE = text("&Save")
    SAVE_AS = text("Save &As…")
    CANCEL = text("Cancel")
    ITEM = text("• {words:name}")


MOST_SHOWN = 300_000
"""Bytes of the data that are shown: a text box takes long for more."""
_USUAL_SIZE = QSize(720, 600)
_INDENT = 24
"""Pixels from a level's button to its words."""


class PreviewDialog(QDialog):
    """Shows what it is given; the one who opened it prepares a report for each level that is chosen."""

    level_chosen = Signal(object)
    """A Redaction: its report is wanted."""
    save_wanted = Signal()
    save_as_wanted = Signal()

    def __init__(
        self, path: Path, level: Redaction, fixed: bool, send_to: str = "", parent: QWidget | None = None
    ) -> None:
        """`path` is where it will be saved; `fixed`: the level is the profile's; `send_to`: so is where it is wanted."""
        super().__init__(parent)
        self.setObjectName("support-preview")
        self.setWindowTitle(say(PreviewTexts.TITLE))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.prepared: PreparedReport | None = None
        self.level = Redaction.STRICT if fixed else level
        self.levels = self._level_buttons(fixed)
        self.tabs = QTabWidget()
        self.text = self._page(say(PreviewTexts.SAVED))
        self.hidden = self._page(say(PreviewTexts.HIDDEN))
        self.data = self._page(say(PreviewTexts.DATA))
        for page in (self.text, self.data):
            use_fixed_font(page)
        self.place, self.problem = WrappedText(muted=True), WrappedText()
        self.place.setText(say(PreviewTexts.PLACE, name=path.name, folder=str(path.parent)))
        self.buttons = QDialogButtonBox()
        self.save = self._button(say(PreviewTexts.SAVE), QDialogButtonBox.ButtonRole.AcceptRole)
        self.save_as = self._button(say(PreviewTexts.SAVE_AS), QDialogButtonBox.ButtonRole.ActionRole)
        self.buttons.addButton(say(PreviewTexts.CANCEL), QDialogButtonBox.ButtonRole.RejectRole)
        self.save.setDefault(True)
        set_style_property(self.save, "role", "primary")
        self.save.clicked.connect(self.save_wanted)
        self.save_as.clicked.connect(self.save_as_wanted)
        self.buttons.rejected.connect(self.reject)
        self._lay_out(fixed, send_to)
        self.resize(_USUAL_SIZE if parent is None else _USUAL_SIZE.boundedTo(parent.window().size()))
        self.show_preparing()

    def show_preparing(self) -> None:
        """Until the report of the level is there."""
        self.prepared = None
        self._let_save(False)
        for page in (self.text, self.hidden, self.data):
            page.setPlainText(say(PreviewTexts.PREPARING))
        self.problem.hide()

    def show_prepared(self, prepared: PreparedReport) -> None:
        """What will be saved."""
        self.prepared = prepared
        self.text.setPlainText(prepared.text)
        lines = [say(PreviewTexts.ITEM, words=line) for line in prepared.hidden]
        self.hidden.setPlainText("\n".join(lines or [say(PreviewTexts.NOTHING)]))
        self.data.setPlainText(_shown_data(prepared.data))
        self.problem.setText(prepared.problem)
        self.problem.setVisible(bool(prepared.problem))
        self._let_save(True)
        self.save.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_saving(self) -> None:
        """Nothing is to be pressed twice."""
        self._let_save(False)

    def show_failed(self, why: str) -> None:
        """It could not be saved; another folder may do."""
        self.problem.setText(why)
        self.problem.show()
        self._let_save(True)
        self.save_as.setFocus(Qt.FocusReason.OtherFocusReason)

    def _let_save(self, ready: bool) -> None:
        for button in (self.save, self.save_as):
            button.setEnabled(ready)

    def _choose(self, level: Redaction) -> None:
        if level is not self.level:
            self.level = level
            self.show_preparing()
            self.level_chosen.emit(level)

    def _level_buttons(self, fixed: bool) -> dict[Redaction, QRadioButton]:
        group = QButtonGroup(self)
        said = {Redaction.STANDARD: PreviewTexts.STANDARD, Redaction.STRICT: PreviewTexts.STRICT}
        buttons = {}
        for level, words in said.items():
            button = QRadioButton(say(words))
            button.setChecked(level is self.level)
            button.setEnabled(not fixed or level is Redaction.STRICT)
            button.setAccessibleDescription(say(LEVEL_MEANS[level]))
            button.clicked.connect(lambda _checked=False, level=level: self._choose(level))
            group.addButton(button)
            buttons[level] = button
        return buttons

    def _button(self, words: str, role: QDialogButtonBox.ButtonRole) -> QPushButton:
        return self.buttons.addButton(words, role)

    def _page(self, name: str) -> QPlainTextEdit:
        """In a tab of that name."""
        page = QPlainTextEdit(readOnly=True)
        page.setObjectName("reading")
        page.setTabChangesFocus(True)
        page.setAccessibleName(name)
        page.document().setDocumentMargin(10)
        run_with_the_language(page)
        self.tabs.addTab(page, name)
        return page

    def _lay_out(self, fixed: bool, send_to: str) -> None:
        self.intro, note = WrappedText(bold=True), WrappedText(muted=True)
        if send_to:
            self.intro.setText(say(PreviewTexts.INTRO_FOR, destination=send_to))
        else:
            self.intro.setText(say(PreviewTexts.INTRO))
        note.setText(say(PreviewTexts.FIXED))
        note.setVisible(fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 12)
        column.setSpacing(8)
        column.addWidget(self.intro)
        for level, means in LEVEL_MEANS.items():
            meaning = WrappedText(muted=True, indent=_INDENT)
            meaning.setText(say(means))
            column.addWidget(self.levels[level])
            column.addWidget(meaning)
        column.addWidget(note)
        column.addWidget(self.tabs, 1)
        for below in (self.place, self.problem, self.buttons):
            column.addWidget(below)


def _shown_data(data: bytes) -> str:
    shown = visible(data[:MOST_SHOWN].decode("utf-8", "ignore"), keep_newlines=True)
    left = len(data) - MOST_SHOWN
    return "\n".join((shown, say(PreviewTexts.MORE_DATA, left=left))) if left > 0 else shown
