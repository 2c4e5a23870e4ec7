"""The list of kept tests: time, server, result and cause, sorted and filtered by what stands in any of them."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView, QWidget

from fmsdiag.gui.theme.icons import icon
from fmsdiag.history.store import Entry
from fmsdiag.messages.causes import CAUSE_NAMES
from fmsdiag.messages.host_names import as_typed
from fmsdiag.messages.reader import current_language, say
from fmsdiag.messages.text import Table, text
from fmsdiag.model import NO_CAUSE, Cause, VerdictStatus
from fmsdiag.report.mark_icons import verdict_icon_name
from fmsdiag.report.words import mark_of_verdict

_NUMBER = Qt.ItemDataRole.UserRole
_ORDER = Qt.ItemDataRole.UserRole + 1


class HistoryTableTexts(Table, of="gui.history-table"):
    """The columns."""

    TIME = text("Time")
    SERVER = text("Server")
    RESULT = text("Result")
    CAUSE = text("Cause")
    TESTS = text("Tests")


class HistoryTable(QTreeView):
    """One row for each test."""

    chosen = Signal()
    """Enter or a double click on a row."""
    selection_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        said = HistoryTableTexts
        self._rows = QStandardItemModel(0, 4, self)
        self._rows.setHorizontalHeaderLabels(
            [say(t) for t in (said.TIME, said.SERVER, said.RESULT, said.CAUSE)]
        )
        self._filtered = QSortFilterProxyModel(self)
        self._filtered.setSourceModel(self._rows)
        self._filtered.setFilterKeyColumn(-1)
        self._filtered.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._filtered.setSortRole(_ORDER)
        self.setModel(self._filtered)
        self.setAccessibleName(say(said.TESTS))
        self.setObjectName("history")
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setSortingEnabled(True)
        self.sortByColumn(0, Qt.SortOrder.DescendingOrder)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        header = self.header()
        header.setStretchLastSection(False)
        for column in range(4):
            mode = QHeaderView.ResizeMode.Stretch if column == 1 else QHeaderView.ResizeMode.ResizeToContents
            header.setSectionResizeMode(column, mode)
        # methods and no lambdas: Qt cuts their connections before it takes the models of a table apart, which tell of it
        self.activated.connect(self._activate)
        self.selectionModel().selectionChanged.connect(self._tell_selection)

    def _activate(self) -> None:
        self.chosen.emit()

    def _tell_selection(self) -> None:
        self.selection_changed.emit()

    def show_entries(self, entries: Iterable[Entry]) -> None:
        """In place of those that are shown; the same one stays chosen, if it is still there."""
        before = self.number()
        self._rows.removeRows(0, self._rows.rowCount())
        for entry in entries:
            self._rows.appendRow(_items(entry))
        for row in range(self._filtered.rowCount()):
            index = self._filtered.index(row, 0)
            if index.data(_NUMBER) == before or (before is None and row == 0):
                self.setCurrentIndex(index)
        self.selection_changed.emit()

    def filter(self, typed: str) -> None:
        """Show only tests that have this somewhere."""
        self._filtered.setFilterFixedString(typed.strip())
        if not self.currentIndex().isValid() and self._filtered.rowCount():
            self.setCurrentIndex(self._filtered.index(0, 0))
        self.selection_changed.emit()

    def number(self) -> int | None:
        """Of the chosen test."""
        index: QModelIndex = self.currentIndex()
        found = index.siblingAtColumn(0).data(_NUMBER) if index.isValid() else None
        return found if isinstance(found, int) else None

    def description(self) -> str:
        """The chosen test's time, for a question about it."""
        index = self.currentIndex()
        return str(index.siblingAtColumn(0).data()) if index.isValid() else ""

    def count(self) -> int:
        """How many there are, shown or not."""
        return self._rows.rowCount()


def _items(entry: Entry) -> list[QStandardItem]:
    known = entry.status in set(VerdictStatus)
    mark = mark_of_verdict(VerdictStatus(entry.status), entry.impaired) if known else None
    time = current_language().moment(entry.started_at) or entry.started_at
    cause = say(CAUSE_NAMES[Cause(entry.cause)]) if entry.cause in set(Cause) else entry.cause
    cause = "" if entry.cause == NO_CAUSE else cause
    words = (time, as_typed(entry.address), mark.word if mark is not None else entry.status, cause)
    items = [QStandardItem(word) for word in words]
    for item, order in zip(items, (entry.started_at, *words[1:]), strict=True):
        item.setData(order, _ORDER)
        item.setToolTip(item.text())
    items[0].setData(entry.number, _NUMBER)
    if known:
        items[2].setIcon(icon(verdict_icon_name(VerdictStatus(entry.status), entry.impaired)))
    return items
