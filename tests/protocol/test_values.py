from __future__ import annotations

import json
import math

import pytest

from fmsdiag.protocol.values import (
    MAX_PLAIN_DEPTH,
    MAX_PLAIN_NODES,
    MAX_PLAIN_TEXT,
    UNDEFINED,
    Date,
    EcmaArray,
    Empty,
    PlainValue,
    TypedObject,
    Value,
    Xml,
    plain_properties,
    to_plain,
)


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (None, None),
        (True, True),
        (31.0, 31),
        (0.5, 0.5),
        (math.nan, "nan"),
        (-math.inf, "-inf"),
        (1e300, 1e300),
        ("text", "text"),
        (UNDEFINED, None),
        (Empty.UNSUPPORTED, "unsupported"),
        (b"\x01\xff", "01ff"),
        (Date(1000.0), 1000),
        (Xml("<a/>"), "<a/>"),
        (TypedObject("C", {"a": 1.0}), {"a": 1}),
        (EcmaArray({"a": [None, {"b": False}]}), {"a": [None, {"b": False}]}),
    ],
)
def test_every_type_becomes_plain(value: Value, plain: PlainValue) -> None:
    assert to_plain(value) == plain
    json.dumps(to_plain(value), allow_nan=False)


def test_long_text_is_cut() -> None:
    assert to_plain("x" * 5000) == "x" * (MAX_PLAIN_TEXT - 1) + "…"


def test_many_values_are_cut() -> None:
    plain = to_plain([0.0] * 10_000)
    assert isinstance(plain, list)
    assert len(plain) <= MAX_PLAIN_NODES + 1
    assert plain[-1] == "…"


def test_many_properties_are_cut() -> None:
    assert len(plain_properties({str(index): 0.0 for index in range(10_000)})) <= MAX_PLAIN_NODES + 1


def test_deep_values_are_cut() -> None:
    value: Value = "deep"
    for _ in range(MAX_PLAIN_DEPTH + 5):
        value = [value]
    assert (
        json.dumps(to_plain(value), ensure_ascii=False)
        == "[" * MAX_PLAIN_DEPTH + '"…"' + "]" * MAX_PLAIN_DEPTH
    )
