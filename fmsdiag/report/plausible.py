"""A report from a file, bounded: numbers that a run can have, times in order, texts of a length that can be shown.

What draws and calculates later relies on it: a time of 1e308 seconds has no place on a scale. A number that no run
can have is an ImplausibleReport, for whoever changed it may have changed others. A text that is too long is cut, and a
step that ends before it starts ends as it starts.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from fmsdiag.model.vocabulary import KEPT_BYTES

LONGEST_S = 1e6
"""Seconds, eleven days: neither a run nor a wait in it lasts longer."""
LARGEST = 2.0**53
"""JSON's readers agree on whole numbers up to here (RFC 8259, section 6)."""
LONGEST_TEXT = 20_000
"""Characters; the longest that this program writes has a tenth of it."""
MOST_ITEMS = 5_000
"""Of one list, such as the attempts of a run or the steps of an attempt."""
DEEPEST = 40
"""Structs within each other, such as lists of messages in a message."""

_SECONDS = ("seconds", "_s")
_RATE = "_per_s"
_Value = TypeVar("_Value")


class ImplausibleReport(ValueError):
    """A number or a list that no run can have; the message names the field."""


def bounded(value: _Value) -> _Value:
    """`value`, a struct of the model, within bounds. Raises ImplausibleReport."""
    return _bounded(value, type(value).__name__, 0)  # type: ignore[return-value]


def _bounded(value: object, name: str, depth: int) -> object:
    if depth > DEEPEST:
        raise ImplausibleReport(f"{name} is nested too deep")
    match value:
        case bool() | None:
            return value
        case str() if type(value) is str:
            return value if len(value) <= LONGEST_TEXT else value[: LONGEST_TEXT - 1] + "…"
        case bytes():
            return value[:KEPT_BYTES]
        case int() | float():
            return _number(value, name)
        case msgspec.Struct():
            return _struct(value, depth)
        case tuple() | list():
            _count(len(value), name)
            return type(value)(_bounded(item, name, depth + 1) for item in value)
        case dict():
            _count(len(value), name)
            return {_bounded(k, name, depth): _bounded(v, name, depth + 1) for k, v in value.items()}
    return value


def _struct(struct: msgspec.Struct, depth: int) -> msgspec.Struct:
    kind, changes = type(struct).__name__, {}
    for field in struct.__struct_fields__:
        old = getattr(struct, field)
        new = _bounded(old, f"{kind}.{field}", depth + 1)
        if new is not old and new != old:
            changes[field] = new
    start, end = getattr(struct, "started_s", None), getattr(struct, "ended_s", None)
    if start is not None and end is not None and end < start:
        changes["ended_s"] = start
    return msgspec.structs.replace(struct, **changes) if changes else struct


def _number(value: float, name: str) -> float:
    largest = LONGEST_S if name.endswith(_SECONDS) and not name.endswith(_RATE) else LARGEST
    if not -largest <= value <= largest:  # NaN is within no bounds
        raise ImplausibleReport(f"{name} is {value:.3g}")
    return value


def _count(items: int, name: str) -> None:
    if items > MOST_ITEMS:
        raise ImplausibleReport(f"{name} has {items} items")
