from __future__ import annotations

import pytest

from fmsdiag.protocol.cursor import MAX_DEPTH, MAX_ELEMENTS, TEXT_PER_ELEMENT, Cursor
from fmsdiag.protocol.errors import RemoteProtocolError


def test_reads_fields_in_network_order() -> None:
    cursor = Cursor(bytes.fromhex("01 0203 04050607 fffe 3ff0000000000000") + "é".encode())
    assert (cursor.u8(), cursor.u16(), cursor.u32(), cursor.s16()) == (1, 0x0203, 0x04050607, -2)
    assert cursor.double() == 1.0
    assert cursor.text(2) == "é"
    assert cursor.remaining == 0


def test_a_short_read_names_its_offset_and_moves_nothing() -> None:
    cursor = Cursor(b"\x01\x02")
    cursor.u8()
    with pytest.raises(RemoteProtocolError, match="4 bytes announced, 1 left") as caught:
        cursor.u32()
    assert (caught.value.offset, caught.value.data, cursor.position) == (1, b"\x02", 1)


@pytest.mark.parametrize(
    ("raw", "shown"), [(b"\xff\xfe", r"\xff\xfe"), (b"\xed\xa0\x80", r"\xed\xa0\x80"), (b"a\xe9b", r"a\xe9b")]
)
def test_text_that_is_no_utf8_stays_printable(raw: bytes, shown: str) -> None:
    text = Cursor(raw).text(len(raw))
    assert text == shown
    text.encode("utf-8")


def test_the_budget_ends() -> None:
    cursor = Cursor(bytes(TEXT_PER_ELEMENT))
    cursor.spend(MAX_ELEMENTS)
    with pytest.raises(RemoteProtocolError, match=f"more than {MAX_ELEMENTS} values"):
        cursor.text(TEXT_PER_ELEMENT)


def test_the_depth_ends() -> None:
    Cursor(b"").check_depth(MAX_DEPTH)
    with pytest.raises(RemoteProtocolError, match="nested deeper"):
        Cursor(b"").check_depth(MAX_DEPTH + 1)
