"""The objects of one message that a later AMF reference may name, with what each costs when expanded."""

from __future__ import annotations

from dataclasses import dataclass

from fmsdiag.protocol.cursor import Cursor
from fmsdiag.protocol.values import Value


@dataclass(slots=True)
class _Entry:
    value: Value
    depth: int  # where it stands
    deepest: int  # deepest value inside it
    cost: int  # before closing: what had been spent when it opened


class ObjectTable:
    """Index -> object, in order of appearance. Open an object before reading its members, close it after."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor
        self._entries: list[_Entry] = []
        self._open: list[_Entry] = []

    def open(self, value: Value, depth: int) -> None:
        """Give the object its index. Members found until close() count as its inside."""
        self._cursor.check_depth(depth)
        entry = _Entry(value, depth, depth, self._cursor.spent)
        self._entries.append(entry)
        self._open.append(entry)

    def close(self) -> None:
        """All members of the object opened last have been read."""
        entry = self._open.pop()
        entry.cost = self._cursor.spent - entry.cost
        self._deepen(entry.deepest)

    def resolve(self, index: int, depth: int) -> Value:
        """The object a reference at `depth` names, charged as if it stood there itself."""
        if index >= len(self._entries):
            raise self._cursor.fault(f"reference to object {index} of {len(self._entries)}")
        entry = self._entries[index]
        if any(entry is unfinished for unfinished in self._open):
            raise self._cursor.fault(f"object {index} contains itself")
        self._cursor.spend(entry.cost)
        deepest = depth + entry.deepest - entry.depth
        self._cursor.check_depth(deepest)
        self._deepen(deepest)
        return entry.value

    def _deepen(self, depth: int) -> None:
        if self._open:
            self._open[-1].deepest = max(self._open[-1].deepest, depth)
