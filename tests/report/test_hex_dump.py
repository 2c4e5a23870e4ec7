from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.report.hex_dump import hex_lines


def test_a_dump_as_everybody_knows_it() -> None:
    assert hex_lines(b"\x03\x00GET / HTTP/1.1\r\n") == [
        "0000  03 00 47 45 54 20 2f 20 48 54 54 50 2f 31 2e 31  |..GET / HTTP/1.1|",
        "0010  0d 0a                                            |..|",
    ]


def test_a_limit() -> None:
    assert hex_lines(bytes(100), 16) == hex_lines(bytes(16))
    assert hex_lines(b"") == []


@given(st.binary(max_size=100))
def test_every_byte_is_there_and_nothing_else(data: bytes) -> None:
    lines = hex_lines(data)
    assert bytes.fromhex("".join(line[6:53] for line in lines)) == data
    assert all(line.isascii() and line.isprintable() for line in lines)
