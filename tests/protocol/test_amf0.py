from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.protocol.amf0 import decode_values, encode_values
from fmsdiag.protocol.cursor import MAX_DEPTH, MAX_ELEMENTS
from fmsdiag.protocol.errors import LocalProtocolError, RemoteProtocolError
from fmsdiag.protocol.values import Date, EcmaArray, Empty, TypedObject, Value, Xml, to_plain
from tests.protocol.conftest import fault_of

# (value, its bytes): each drives the decoder and the encoder.
CASES: list[tuple[Value, str]] = [
    (1.0, "00 3ff0000000000000"),
    (True, "01 01"),
    (False, "01 00"),
    ("live", "02 0004 6c697665"),
    ("", "02 0000"),
    ("é", "02 0002 c3a9"),
    ({"a": None}, "03 0001 61 05 0000 09"),
    ({}, "03 0000 09"),
    ({"": True}, "03 0000 01 01 0000 09"),
    (None, "05"),
    (Empty.UNDEFINED, "06"),
    (EcmaArray({"a": 0.0}), "08 00000001 0001 61 00 0000000000000000 0000 09"),
    ([1.0, None], "0a 00000002 00 3ff0000000000000 05"),
    ([], "0a 00000000"),
    (Date(0.0, -1), "0b 0000000000000000 ffff"),
    ("x" * 65_536, "0c 00010000" + "78" * 65_536),
    (Empty.UNSUPPORTED, "0d"),
    (Empty.RECORDSET, "0e"),
    (Xml("<a/>"), "0f 00000004 3c612f3e"),
    (TypedObject("C", {"a": "b"}), "10 0001 43 0001 61 02 0001 62 0000 09"),
]
IDS = [str(index) for index in range(len(CASES))]


@pytest.mark.parametrize(("value", "wire"), CASES, ids=IDS)
def test_each_type_in_both_directions(value: Value, wire: str) -> None:
    data = bytes.fromhex(wire)
    assert encode_values([value]) == data
    assert decode_values(data) == (value,)
    assert type(decode_values(data)[0]) is type(value)
    assert decode_values(data + b"\x05") == (value, None)


@pytest.mark.parametrize(("value", "wire"), CASES[:-5], ids=IDS[:-5])
def test_each_type_cut_short_is_the_peers_fault(value: Value, wire: str) -> None:
    data = bytes.fromhex(wire)
    for size in range(1, min(len(data), 40)):
        with pytest.raises(RemoteProtocolError):
            decode_values(data[:size])


def test_nothing_is_no_values() -> None:
    assert decode_values(b"") == ()


def test_the_count_of_an_ecma_array_is_ignored() -> None:
    assert decode_values(bytes.fromhex("08 ffffffff 0000 09")) == (EcmaArray(),)


def test_a_reference_is_the_object_itself() -> None:
    first, second = decode_values(bytes.fromhex("03 0001 61 05 0000 09 07 0000"))
    assert first is second


def test_amf3_inside() -> None:
    assert decode_values(bytes.fromhex("11 06 05 6869 05")) == ("hi", None)


def test_text_that_is_no_utf8_does_not_crash() -> None:
    assert decode_values(bytes.fromhex("02 0001 ff")) == (r"\xff",)
    assert decode_values(encode_values(["a\udcffb"])) == (r"a\udcffb",)


@pytest.mark.parametrize(
    ("wire", "what", "offset"),
    [
        ("04", "AMF0 type 4", 0),
        ("05 09", "AMF0 type 9", 1),
        ("12", "AMF0 type 18", 0),
        ("ff", "AMF0 type 255", 0),
        ("07 0000", "reference to object 0 of 0", 3),
        ("03 0001 61 07 0000 0000 09", "contains itself", 7),
        ("0a ffffffff 05", "array of 4294967295 values in 1 bytes", 5),
        ("0c ffffffff 05", "announced", 5),
        ("03 0001 61 05 0000", "bytes announced, 0 left", 7),
    ],
)
def test_broken_values_name_what_and_where(wire: str, what: str, offset: int) -> None:
    with pytest.raises(RemoteProtocolError, match=what) as caught:
        decode_values(bytes.fromhex(wire))
    assert caught.value.offset == offset


def test_depth_is_limited_in_both_directions() -> None:
    deepest = bytes.fromhex("0a00000001") * MAX_DEPTH + b"\x05"
    assert encode_values(decode_values(deepest)) == deepest
    with pytest.raises(RemoteProtocolError, match="nested deeper"):
        decode_values(bytes.fromhex("0a00000001") + deepest)
    value: Value = None
    for _ in range(MAX_DEPTH + 1):
        value = [value]
    with pytest.raises(LocalProtocolError, match="nested deeper"):
        encode_values([value])


def test_the_number_of_values_is_limited() -> None:
    assert len(decode_values(b"\x05" * MAX_ELEMENTS)) == MAX_ELEMENTS
    with pytest.raises(RemoteProtocolError, match="more than"):
        decode_values(b"\x05" * (MAX_ELEMENTS + 1))


def test_nested_references_cannot_explode() -> None:
    # Each array holds the one before twice: 40 of them would be 2**40 values when printed.
    data = bytes.fromhex("0a 00000001 05")
    for index in range(40):
        data += bytes.fromhex("0a 00000002") + (b"\x07" + index.to_bytes(2, "big")) * 2
    with pytest.raises(RemoteProtocolError):
        decode_values(data)


@pytest.mark.parametrize("value", [b"bytes", object(), 2 + 1j])
def test_what_has_no_amf0_type_is_our_fault(value: Value) -> None:
    with pytest.raises(LocalProtocolError, match="AMF0 has no type"):
        encode_values([value])


@pytest.mark.parametrize("value", [10**400, Date(0.0, 40_000)])
def test_numbers_out_of_range_are_our_fault(value: Value) -> None:
    with pytest.raises(LocalProtocolError, match="number out of range"):
        encode_values([value])


def test_names_longer_than_their_count_are_our_fault() -> None:
    with pytest.raises(LocalProtocolError, match="65536 bytes"):
        encode_values([{"k" * 65_536: None}])


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SCALARS = (
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False)
    | TEXT
    | st.sampled_from(Empty)
    | st.builds(Date, st.floats(allow_nan=False), st.integers(-(2**15), 2**15 - 1))
    | st.builds(Xml, TEXT)
)
VALUES: st.SearchStrategy[Value] = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(TEXT, inner, max_size=4)
        | st.builds(EcmaArray, st.dictionaries(TEXT, inner, max_size=4))
        | st.builds(TypedObject, TEXT, st.dictionaries(TEXT, inner, max_size=4))
    ),
    max_leaves=12,
)


@given(st.lists(VALUES, max_size=4))
def test_whatever_is_encoded_decodes_to_itself(values: list[Value]) -> None:
    assert decode_values(encode_values(values)) == tuple(values)


@given(st.lists(st.sampled_from(range(18)) | st.binary(max_size=6), max_size=40))
def test_arbitrary_bytes_only_ever_raise_remote_protocol_error(parts: list[int | bytes]) -> None:
    data = b"".join(bytes((part,)) if isinstance(part, int) else part for part in parts)
    fault = fault_of(lambda: [to_plain(value) for value in decode_values(data)])
    assert fault is None or 0 <= (fault.offset or 0) <= len(data)


def test_nan_survives() -> None:
    (number,) = decode_values(encode_values([math.nan]))
    assert isinstance(number, float)
    assert math.isnan(number)
