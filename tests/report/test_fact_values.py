from __future__ import annotations

from fmsdiag.report.fact_texts import FactValues
from fmsdiag.report.fact_values import (
    after,
    byte_count,
    duration,
    header_lines,
    http_status,
    listed,
    number_or_none,
    numbered_as,
    numbered_chain,
    sent,
    with_omitted,
    yes_or_no,
)


def test_what_is_not_known_is_not_told() -> None:
    assert http_status(None, "") is None
    assert numbered_as(FactValues.SCHEME, None) is None
    assert sent(FactValues.KEYS, 0) is None
    for value in (number_or_none, byte_count, duration, after, yes_or_no):
        assert value(None) is None


def test_values_are_words() -> None:
    assert http_status(403, "Forbidden") == "HTTP 403 Forbidden"
    assert numbered_as(FactValues.SCHEME, 1) == "scheme 1"
    assert sent(FactValues.KEYS, 2) == "2 keys (IIKeying)"
    assert (number_or_none(0), byte_count(1), yes_or_no(False)) == ("0", "1 byte", "no")
    assert (duration(0.021), after(0.5)) == ("21 ms", "after 500 ms")
    assert header_lines((("Server", "nginx"),)) == ("Server: nginx",)
    assert listed(("a", "b")) == "a and b"


def test_what_came_one_after_another_is_numbered() -> None:
    assert numbered_chain(("a",)) == ("a",)
    assert numbered_chain(("a", "b")) == ("1. a", "2. b")


def test_what_is_left_out_is_counted() -> None:
    assert with_omitted(("a",), 0) == ("a",)
    assert with_omitted(("a",), 3) == ("a", "and 3 more")
