"""File ▸ History: the kept tests, a filter, and what can be done with one: open it, delete it, delete all, keep no more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from fmsdiag.gui.background import in_background
from fmsdiag.gui.history.runs import HistoryProblem, Listing, delete, listing, run_of, switch
from fmsdiag.gui.history.table import HistoryTable
from fmsdiag.gui.notice import Notice
from fmsdiag.history.texts import HistoryFileTexts
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.report.words import Tone

T = TypeVar("T")


class HistoryDialogTexts(Table, of="gui.history"):
    """The dialog. "&" marks the access key."""

    TITLE = text("History")
    FILTER = text("&Filter")
    FILTER_EXAMPLE = text("Server, cause, or date")
    KEEP = text("&Keep tests in this history")
    OPEN = text("&Open")
    DELETE = text("&Delete…")
    DELETE_ALL = text("Delete &All…")
    CLOSE = text("&Close")
    EMPTY = text("No test is on record.")
    NOT_KEPT = text("No further test is added to this history.")
    # translators: {test} is a date and time
    ASK_ONE = text("Delete the test of {test:name} from the history?")
    ASK_ALL = text("Delete all tests from the history?")
    CANNOT_BE_UNDONE = text("This cannot be undone. Reports that were saved stay.")
    DELETE_NOW = text("Delete")


class HistoryDialog(QDialog):
    """Open it with `open()`; the disk is asked in other threads."""

    opened = Signal(object)
    """The Report of the test that is to be shown."""

    def __init__(self, environment: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._environment = environment
        self._task: asyncio.Task[None] | None = None
        self._closed = False
        said = HistoryDialogTexts
        self.setWindowTitle(say(said.TITLE))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.filter = QLineEdit(placeholderText=say(said.FILTER_EXAMPLE))
        self.filter.setClearButtonEnabled(True)
        self.table = HistoryTable()
        self.notice = Notice()
        self.keep = QCheckBox(say(said.KEEP))
        self.buttons = QDialogButtonBox()
        role = QDialogButtonBox.ButtonRole
        self.open_button = self.buttons.addButton(say(said.OPEN), role.ActionRole)
        self.delete_button = self.buttons.addButton(say(said.DELETE), role.ActionRole)
        self.delete_all_button = self.buttons.addButton(say(said.DELETE_ALL), role.ActionRole)
        self.buttons.addButton(say(said.CLOSE), role.RejectRole)
        self.open_button.setDefault(True)
        self._lay_out()
        self._connect()
        self._update()

    def sizeHint(self) -> QSize:
        return QSize(760, 480)

    def load(self) -> None:
        """Read the list, and show it when it has come."""
        self._do(partial(listing, self._environment), self.show_listing)

    def show_listing(self, found: Listing) -> None:
        """The tests; what is to be known of the file stands under them."""
        self.table.show_entries(found.entries)
        with QSignalBlocker(self.keep):
            self.keep.setChecked(found.is_kept)
        self.keep.setEnabled(True)
        if found.set_aside:
            said = say(HistoryFileTexts.SET_ASIDE, path=str(found.set_aside[-1]))
            self.notice.say(said, Tone.CAUTION)
        elif not found.is_kept:
            self.notice.say(say(HistoryDialogTexts.NOT_KEPT), Tone.NEUTRAL)
        elif not found.entries:
            self.notice.say(say(HistoryDialogTexts.EMPTY), Tone.NEUTRAL)
        else:
            self.notice.clear()
        self._update()

    def _lay_out(self) -> None:
        label = QLabel(say(HistoryDialogTexts.FILTER))
        label.setBuddy(self.filter)
        self.filter.setAccessibleName(label.text().replace("&", ""))
        self.keep.setEnabled(False)
        row = QHBoxLayout()
        row.addWidget(label)
        row.addWidget(self.filter, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 12)
        layout.setSpacing(10)
        layout.addLayout(row)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.notice)
        layout.addWidget(self.keep)
        layout.addWidget(self.buttons)

    def _connect(self) -> None:
        self.filter.textChanged.connect(self.table.filter)
        self.table.selection_changed.connect(self._update)
        self.table.chosen.connect(self._open)
        self.open_button.clicked.connect(self._open)
        self.delete_button.clicked.connect(self._ask_to_delete)
        self.delete_all_button.clicked.connect(self._ask_to_delete_all)
        self.keep.toggled.connect(self._switch)
        self.buttons.rejected.connect(self.reject)

    def _update(self) -> None:
        chosen = self.table.number() is not None
        self.open_button.setEnabled(chosen)
        self.delete_button.setEnabled(chosen)
        self.delete_all_button.setEnabled(self.table.count() > 0)

    # ---- what people do
    def _open(self) -> None:
        number = self.table.number()
        if number is not None:
            self._do(partial(run_of, self._environment, number), self._show)

    def _show(self, report: object) -> None:
        self.opened.emit(report)
        self.accept()

    def _ask_to_delete(self) -> None:
        number = self.table.number()
        if number is not None:
            said = say(HistoryDialogTexts.ASK_ONE, test=self.table.description())
            self._ask(said, lambda: self._delete(number))

    def _ask_to_delete_all(self) -> None:
        self._ask(say(HistoryDialogTexts.ASK_ALL), lambda: self._delete(None))

    def _ask(self, question: str, act: Callable[[], None]) -> None:
        said, box = HistoryDialogTexts, QMessageBox(self)
        box.setObjectName("delete")
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(say(said.TITLE))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(question)
        box.setInformativeText(say(said.CANNOT_BE_UNDONE))
        box.setStandardButtons(QMessageBox.StandardButton.Cancel)
        box.addButton(say(said.DELETE_NOW), QMessageBox.ButtonRole.AcceptRole).setObjectName("accept")
        box.setDefaultButton(QMessageBox.StandardButton.Cancel)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.accepted.connect(act)
        QDialog.open(box)  # QMessageBox's own open wants a slot by name

    def _delete(self, number: int | None) -> None:
        self._do(partial(_deleted, self._environment, number), self.show_listing)

    def _switch(self, wanted: bool) -> None:
        self._do(partial(_switched, self._environment, wanted), self.show_listing)

    def _do(self, work: Callable[[], T], then: Callable[[T], None]) -> None:
        """Do `work` in another thread, and `then` with what it gives; one thing after the other."""
        before = self._task

        async def act() -> None:
            if before is not None:
                await asyncio.wait([before])
            try:
                found = await in_background(work)
            except HistoryProblem as problem:
                if not self._closed:
                    self.notice.say(str(problem), Tone.BAD)
            else:
                if not self._closed:
                    then(found)

        self._task = asyncio.get_running_loop().create_task(act())

    def done(self, result: int) -> None:
        """Closed: what is still read is shown to nobody; what is deleted is deleted.

        The task goes on to its end, since its thread would otherwise answer to a loop that may be gone.
        """
        self._closed = True
        super().done(result)


def _deleted(environment: Mapping[str, str], number: int | None) -> Listing:
    """What is left without that test, or without all."""
    delete(environment, number)
    return listing(environment)


def _switched(environment: Mapping[str, str], wanted: bool) -> Listing:
    switch(environment, wanted)
    return listing(environment)
