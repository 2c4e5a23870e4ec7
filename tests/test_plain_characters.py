"""Wide and invisible characters, written-out line ends, and columns."""

import pytest

from fmsdiag.plain_characters import in_plain_characters
from fmsdiag.target import parse_target


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("rtmp://h.example/live", "rtmp://h.example/live"),
        ("ｒｔｍｐ：／／h.example／live", "rtmp://h.example/live"),
        ("rtmp://h.example：1936／live", "rtmp://h.example:1936/live"),
        ("服务器：h.example：1936", "服务器：h.example:1936"),
        ("Server:        h.example\nKey   =    a  b", "Server: h.example\nKey   = a  b"),
        (r"rtmp://h.example/live\r\nKey: abc\n", "rtmp://h.example/live\nKey: abc\n"),
        (r"rtmp://h.example/live\new", r"rtmp://h.example/live\new"),
        (r'{"a":"x\nKey: y"}', r'{"a":"x\nKey: y"}'),  # JSON reads them itself
        ("rtmp://h.ex\u200bample/li\u200bve", "rtmp://h.example/li\u200bve"),
        ("rtmp://ingest.exam…</a>", "rtmp://ingest.exam...</a>"),
    ],
)
def test_what_is_pasted_in_the_characters_of_an_address(typed: str, plain: str) -> None:
    assert in_plain_characters(typed) == plain


@pytest.mark.parametrize(
    ("typed", "stream"),
    [
        ("サーバー：rtmp://h.example：1936/live　キー：abcd-1234", "abcd-1234"),
        ("服务器：h.example：1936\n应用：live", None),
        ("rtmp://h.example：1936/live", None),
    ],
)
def test_a_wide_colon_before_the_port(typed: str, stream: str | None) -> None:
    target = parse_target(typed)
    assert (target.host, target.port, target.application, target.stream) == (
        "h.example",
        1936,
        "live",
        stream,
    )


@pytest.mark.parametrize(
    "typed",
    [r"rtmp://h.example/live\nStream key: abc-77-x", r'"Server: rtmp://h.example/live\r\nKey: abc-77-x\r\n"'],
)
def test_line_ends_that_are_written_out(typed: str) -> None:
    target = parse_target(typed)
    assert (target.host, target.application, target.stream) == ("h.example", "live", "abc-77-x")
