"""The values of AMF as Python sees them, and their reduction to plain JSON-able ones.

number float · boolean bool · string str · null None · object dict · ECMA array EcmaArray (a dict too, so
that it is accepted wherever an object is) · strict array list · the rest are the small types below.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias


class Empty(Enum):
    """Types that carry nothing but their marker (AMF0 6, 13, 14)."""

    UNDEFINED = "undefined"
    UNSUPPORTED = "unsupported"
    RECORDSET = "recordset"


UNDEFINED = Empty.UNDEFINED


@dataclass(frozen=True, slots=True)
class Date:
    milliseconds: float  # since 1970-01-01 UTC
    timezone_minutes: int = 0  # reserved by the format: to be ignored


@dataclass(frozen=True, slots=True)
class Xml:
    text: str


@dataclass(frozen=True, slots=True)
class TypedObject:
    class_name: str
    properties: dict[str, Value]


class EcmaArray(dict[str, "Value"]):
    """An associative array: an object with another marker."""


# Decoding makes every number a float; an int may be given for encoding (to a type checker it is a float).
Value: TypeAlias = (
    bool | float | str | bytes | list["Value"] | dict[str, "Value"] | EcmaArray | Empty | Date | Xml
    | TypedObject | None
)  # fmt: skip
PlainValue: TypeAlias = bool | int | float | str | list["PlainValue"] | dict[str, "PlainValue"] | None

MAX_PLAIN_NODES = 256
MAX_PLAIN_TEXT = 1024
MAX_PLAIN_DEPTH = 8


def to_plain(value: Value) -> PlainValue:
    """Reduce a value to what json.dumps takes, bounded in nodes, depth and text length ("…" marks a cut)."""
    return _Plainer().reduce(value, 0)


def plain_properties(properties: Mapping[str, Value]) -> dict[str, PlainValue]:
    """The same for the properties of an object."""
    return _Plainer().mapping(properties, 0)


class _Plainer:
    """Walks one value with a budget of nodes."""

    def __init__(self) -> None:
        self._left = MAX_PLAIN_NODES

    def reduce(self, value: Value, depth: int) -> PlainValue:
        self._left -= 1
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int | float):
            return _number(value)
        if isinstance(value, str):
            return _cut(value)
        if isinstance(value, Empty):
            return None if value is UNDEFINED else value.value
        if isinstance(value, bytes):
            return _cut(value[: MAX_PLAIN_TEXT // 2].hex())
        if isinstance(value, Date):
            return _number(value.milliseconds)
        if isinstance(value, Xml):
            return _cut(value.text)
        if depth >= MAX_PLAIN_DEPTH:
            return "…"
        if isinstance(value, TypedObject):
            return self.mapping(value.properties, depth)
        return self.mapping(value, depth) if isinstance(value, dict) else self._sequence(value, depth)

    def mapping(self, items: Mapping[str, Value], depth: int) -> dict[str, PlainValue]:
        plain: dict[str, PlainValue] = {}
        for key, item in items.items():
            if self._left <= 0:
                plain["…"] = "…"
                break
            plain[_cut(key)] = self.reduce(item, depth + 1)
        return plain

    def _sequence(self, items: Sequence[Value], depth: int) -> list[PlainValue]:
        plain: list[PlainValue] = []
        for item in items:
            if self._left <= 0:
                plain.append("…")
                break
            plain.append(self.reduce(item, depth + 1))
        return plain


def _number(value: float) -> int | float | str:
    """Whole numbers as int, for 31 reads better than 31.0; NaN and infinities as text: JSON has none."""
    if not math.isfinite(value):
        return str(value)
    return int(value) if value == int(value) and abs(value) <= 2**53 else value


def _cut(text: str) -> str:
    return text if len(text) <= MAX_PLAIN_TEXT else text[: MAX_PLAIN_TEXT - 1] + "…"
