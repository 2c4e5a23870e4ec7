"""The list of tests: newest first, filtered by any column, and the chosen one's number."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fmsdiag.gui.history.table import HistoryTable
from fmsdiag.history.store import Entry

ENTRIES = (
    Entry(7, "a", "2026-05-12T09:00:00Z", "rtmp://a.example/live", "connected", False, "none"),
    Entry(8, "b", "2026-05-13T09:00:00Z", "rtmp://b.example/live", "unreachable", False, "port-blocked"),
    Entry(9, "c", "2026-04-30T09:00:00Z", "rtmps://c.example/x", "a-later-word", True, "a-later-cause"),
)


@pytest.fixture
def table(qtbot: QtBot) -> HistoryTable:
    made = HistoryTable()
    qtbot.addWidget(made)
    made.show_entries(ENTRIES)
    return made


def shown(table: HistoryTable) -> list[list[str]]:
    model = table.model()
    return [[model.index(row, column).data() for column in range(4)] for row in range(model.rowCount())]


def test_the_newest_is_first_and_chosen(table: HistoryTable) -> None:
    assert [row[1] for row in shown(table)] == [ENTRIES[n].address for n in (1, 0, 2)]
    assert shown(table)[0] == ["13 May 2026 09:00 UTC", ENTRIES[1].address, "Not connected", "port blocked"]
    assert shown(table)[1][3] == ""
    assert shown(table)[2][2:] == ["a-later-word", "a-later-cause"]
    assert table.number() == 8
    assert table.description() == "13 May 2026 09:00 UTC"


def test_times_are_sorted_as_times(table: HistoryTable) -> None:
    table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    assert [row[0][:6] for row in shown(table)] == ["30 Apr", "12 May", "13 May"]


@pytest.mark.parametrize(("typed", "number"), [("B.EXAMPLE", 8), ("blocked", 8), ("apr", 9), ("zz", None)])
def test_any_column_is_filtered(table: HistoryTable, typed: str, number: int | None) -> None:
    table.filter(typed)
    assert table.number() == number
    assert table.model().rowCount() == (0 if number is None else 1)
    assert table.count() == 3


def test_the_same_one_stays_chosen_and_none_is_none(table: HistoryTable) -> None:
    table.setCurrentIndex(table.model().index(1, 0))
    table.show_entries(ENTRIES)
    assert table.number() == 7
    table.show_entries(())
    assert table.number() is None
    assert table.description() == ""
