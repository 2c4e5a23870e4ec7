from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.protocol.amf3 import decode_value
from fmsdiag.protocol.cursor import MAX_DEPTH, Cursor
from fmsdiag.protocol.errors import RemoteProtocolError
from fmsdiag.protocol.values import UNDEFINED, Date, EcmaArray, TypedObject, Value, Xml, to_plain
from tests.protocol.conftest import fault_of

CASES: list[tuple[str, Value]] = [
    ("00", UNDEFINED),
    ("01", None),
    ("02", False),
    ("03", True),
    ("04 00", 0.0),
    ("04 7f", 127.0),
    ("04 8100", 128.0),
    ("04 ffff7f", 2.0**21 - 1),
    ("04 80c08000", 2.0**21),
    ("04 ffffffff", -1.0),
    ("04 c0808000", -(2.0**28)),
    ("05 3ff0000000000000", 1.0),
    ("06 01", ""),
    ("06 05 6869", "hi"),
    ("07 09 3c612f3e", Xml("<a/>")),
    ("08 01 0000000000000000", Date(0.0)),
    ("09 05 01 03 02", [True, False]),
    ("09 03 03 61 03 01 02", EcmaArray({"a": True, "0": False})),
    ("0a 0b 01 03 61 03 01", {"a": True}),
    ("0a 13 03 43 03 61 03", TypedObject("C", {"a": True})),
    ("0b 09 3c612f3e", Xml("<a/>")),
    ("0c 05 0102", b"\x01\x02"),
    # the second string, object and class by reference
    ("09 05 01 06 05 6869 06 00", ["hi", "hi"]),
    (
        "09 05 01 0a 13 03 43 03 61 03 0a 01 02",
        [TypedObject("C", {"a": True}), TypedObject("C", {"a": False})],
    ),
]


def _decode(wire: str) -> tuple[Value, int]:
    cursor = Cursor(bytes.fromhex(wire))
    return decode_value(cursor, 0), cursor.remaining


@pytest.mark.parametrize(("wire", "value"), CASES)
def test_each_type(wire: str, value: Value) -> None:
    assert _decode(wire) == (value, 0)
    assert _decode(wire + "ff") == (value, 1)


def test_an_object_by_reference_is_the_same_object() -> None:
    value, _ = _decode("09 05 01 0a 0b 01 01 0a 02")
    assert isinstance(value, list)
    assert value[0] is value[1]


@pytest.mark.parametrize(
    ("wire", "what"),
    [
        ("0d 01 00", "AMF3 type 13"),
        ("06 00", "reference to string 0 of 0"),
        ("09 02", "reference to object 1 of 0"),
        ("09 03 01 09 00", "contains itself"),
        ("0a 01", "reference to class 0 of 0"),
        ("0a 07 03 43", "externalizable"),
        ("09 ffffff7f 01", "array of"),
        ("0a e3 73 01", "class of 799 members"),
        ("06 ffffff7f", "announced"),
        ("04 ff", "announced"),
    ],
)
def test_broken_values(wire: str, what: str) -> None:
    with pytest.raises(RemoteProtocolError, match=what):
        _decode(wire)


def test_depth_is_limited() -> None:
    with pytest.raises(RemoteProtocolError, match="nested deeper"):
        _decode("09 03 01" * (MAX_DEPTH + 1) + "01")


@given(st.lists(st.sampled_from(range(14)) | st.binary(max_size=5), max_size=40))
def test_arbitrary_bytes_only_ever_raise_remote_protocol_error(parts: list[int | bytes]) -> None:
    data = b"".join(bytes((part,)) if isinstance(part, int) else part for part in parts)
    fault = fault_of(lambda: to_plain(decode_value(Cursor(data), 0)))
    assert fault is None or 0 <= (fault.offset or 0) <= len(data)
