"""What was found, and the port that goes with it."""

from __future__ import annotations

import pytest

from fmsdiag.found_address import Doubt, Pasted, cleaned, with_port


@pytest.mark.parametrize(
    ("address", "ports", "found"),
    [
        ("rtmp://u:p@h.example/live", ("1936",), "rtmp://u:p@h.example:1936/live"),
        ("h.example:", ("1936/tcp",), "h.example:1936"),
        ("2001:db8::1", ("1936",), "[2001:db8::1]:1936"),
        ("rtmp://h.example:1936/live", ("1936",), "rtmp://h.example:1936/live"),
        ("h.example", ("default",), "h.example"),
    ],
)
def test_a_port_told_apart_goes_behind_the_name(address: str, ports: tuple[str, ...], found: str) -> None:
    assert with_port(Pasted(address), ports) == Pasted(found)


@pytest.mark.parametrize(
    ("address", "ports"),
    [
        ("h.example:1935", ("1936",)),
        ("h.example", ("1935", "1936")),
        ("h.example", ("",)),
        ("h.example", ("x",)),
    ],
)
def test_what_is_not_one_port_is_a_doubt(address: str, ports: tuple[str, ...]) -> None:
    assert with_port(Pasted(address), ports).doubt is Doubt.PORT


def test_what_is_invisible_at_the_ends_is_no_part() -> None:
    assert cleaned("\ufeff a\u00a0b\u200b\r\n") == "a b"
