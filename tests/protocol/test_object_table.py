from __future__ import annotations

import pytest

from fmsdiag.protocol.cursor import MAX_DEPTH, MAX_ELEMENTS, Cursor
from fmsdiag.protocol.errors import RemoteProtocolError
from fmsdiag.protocol.object_table import ObjectTable
from fmsdiag.protocol.values import Value


def _table() -> tuple[Cursor, ObjectTable]:
    cursor = Cursor(b"")
    return cursor, ObjectTable(cursor)


def _add(table: ObjectTable, references: list[int]) -> None:
    """An array of nothing but references."""
    table.open([], 0)
    for index in references:
        table.resolve(index, 1)
    table.close()


def test_an_object_keeps_its_index_and_identity() -> None:
    _, table = _table()
    outer: dict[str, Value] = {}
    inner: list[Value] = []
    table.open(outer, 0)
    table.open(inner, 1)
    table.close()
    table.close()
    assert table.resolve(0, 0) is outer
    assert table.resolve(1, 0) is inner


def test_an_index_nobody_has() -> None:
    _, table = _table()
    with pytest.raises(RemoteProtocolError, match="reference to object 0 of 0"):
        table.resolve(0, 0)


def test_an_object_cannot_contain_itself() -> None:
    _, table = _table()
    table.open({}, 0)
    with pytest.raises(RemoteProtocolError, match="contains itself"):
        table.resolve(0, 1)


def test_a_reference_costs_what_its_object_does() -> None:
    cursor, table = _table()
    table.open([], 0)
    cursor.spend(10)
    table.close()
    table.resolve(0, 0)
    assert cursor.spent == 20


def test_doubling_by_references_ends_at_the_budget() -> None:
    cursor, table = _table()
    table.open([], 0)
    cursor.spend(1)
    table.close()
    for index in range(MAX_ELEMENTS.bit_length() - 2):
        _add(table, [index, index])
    with pytest.raises(RemoteProtocolError, match="more than"):
        _add(table, [MAX_ELEMENTS.bit_length() - 2] * 2)
    assert cursor.spent <= 2 * MAX_ELEMENTS


def test_references_add_their_depth() -> None:
    _, table = _table()
    table.open([], 0)
    table.close()
    for index in range(MAX_DEPTH):
        _add(table, [index])
    with pytest.raises(RemoteProtocolError, match="nested deeper"):
        _add(table, [MAX_DEPTH])
