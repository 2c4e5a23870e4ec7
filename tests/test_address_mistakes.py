"""Mistakes in an address that can be named."""

from __future__ import annotations

import pytest

from fmsdiag.address_mistakes import (
    goes_on_behind_space,
    has_colon_behind_port,
    has_two_ports,
    imitates_latin,
    ipv6_without_brackets,
    is_cut_at_line_end,
    number_for_port,
    placeholder_in,
    port_in_path,
    scheme_imitates_latin,
    with_slashes,
)
from fmsdiag.model import Target, Transport
from fmsdiag.target import parse_target


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("rtmp://h/<app>/<key>", "<app>"),
        ("rtmp://h/${STREAM_KEY}", "${STREAM_KEY}"),
        ("rtmp://h/{{app}}", "{{app}}"),
        ("your_stream_key", "your_stream_key"),
        ("rtmp://h/<s3cret>", ""),
        ("rtmp://h/{s3cret}", ""),
        ("<server>rtmp://h/live</server>", None),
        ('<a href="rtmp://h/live">x</a>', None),
        ('{"server": "rtmp://h/live"}', None),
        ("rtmp://your-server.example/live", None),
        ("$ECRET", None),
    ],
)
def test_placeholders(text: str, found: str | None) -> None:
    assert placeholder_in(text) == found


@pytest.mark.parametrize(
    ("segments", "found"),
    [
        (["live:1935"], (0, 1935)),
        (["live:1935", "k"], (0, 1935)),
        (["live", "k:80"], (1, 80)),
        (["live", "mp4:1935"], None),
        (["live", "k:70000"], None),
        (["live", "k:1"], None),
        ([], None),
    ],
)
def test_ports_in_a_path(segments: list[str], found: tuple[int, int] | None) -> None:
    assert port_in_path(segments) == found


@pytest.mark.parametrize(
    ("authority", "in_url", "found"),
    [
        ("::1:19356", False, ("::1", "19356")),
        ("::1", True, ("::1", "")),
        ("::1", False, None),
        ("[::1]:80", True, None),
        ("1:2:3", True, None),
        ("h:80", True, None),
    ],
)
def test_brackets_that_are_missing(authority: str, in_url: bool, found: tuple[str, str] | None) -> None:
    assert ipv6_without_brackets(authority, in_url) == found


@pytest.mark.parametrize(
    ("host", "mixed"),
    [
        ("\u0435xample.com", True),
        ("\u0435xample.com".encode("idna").decode(), True),
        ("l\u03bfcal.example", True),
        ("пример.example", False),
        ("сервер-rtmp.local", False),
        ("xn--bcher-kva.example", False),
        ("xn--99999999", False),
    ],
)
def test_letters_that_only_look_like_latin_ones(host: str, mixed: bool) -> None:
    assert imitates_latin(host) is mixed


@pytest.mark.parametrize(
    ("address", "behind"),
    [
        ("rtmp://media.", "\ninvalid:19801/live"),
        ("rtmp://media.", "\r\n    invalid/live/k please"),
        ("rtmp://media", "\n.invalid/live"),
        ("rtmp://media.example.c", "\nom/live"),
        ("rtmp://127.0.0.1:1", "\n9801/live"),
        ("rtmp://127.0.0.1:198", "\r\n01/live"),
        ("rtmp://127.0.0.1:19", "\n801"),
        ("rtmp://127.0.0.1:", "\n> 19801/live\n> Key: wrapkey-44"),
        ("rtmp://127.0.0.", "\n1"),
        ("rtmp://192.168.1.1", "\n0/live please"),
        ("rtmp://127.0.0.1:19=", "\n801/live"),
        ("rtmp://media.invalid/", "\nlive?token=x"),
        ("rtmp://bob:se", "\ncret@h.example"),
        ("rtmp://h.example/live/abc-", "\ndefg and more"),
        ("rtmp://h.example/live/abc?t=", "\ndefg"),
        ("rtmp://h.example/live/a%2", "\nFb"),
        ("rtmp://h.example/live/cam.", "\nstream"),
        ("rtmp://h.example/live", "\n/abc please"),
        ("media.", "\ninvalid:19801/live"),
    ],
)
def test_an_address_that_goes_on_below(address: str, behind: str) -> None:
    assert is_cut_at_line_end(address, behind)


@pytest.mark.parametrize(
    ("address", "behind"),
    [
        ("rtmp://h.example/live", "\nabcd-1234"),
        ("rtmp://h.example/live/", "\nabcd-1234?token=x"),
        ("rtmp://h.example", "\nlive\nabcd-1234"),
        ("rtmp://h.example/live.", "\nThanks"),
        ("rtmp://h.example.", "\nThanks, Bob"),
        ("rtmp://h.example/live:", "\nabcd"),
        ("rtmp://h.example:1935", "\nPort: 1936"),
        ("rtmp://h.example/live?a=", "\nStream key: x"),
        ("rtmp://h.example", "\nrtmp://h.example/live"),
        ("rtmp://h.example", "\n\n-- \nBob"),
        ("rtmp://h.example", " 9801/live"),
        ("rtmp://h.example", ""),
    ],
)
def test_an_address_that_ends_with_its_line(address: str, behind: str) -> None:
    assert not is_cut_at_line_end(address, behind)


@pytest.mark.parametrize(
    ("authority", "has_two"),
    [
        ("h.example:19801:1935", True), ("host:1935:", True), ("127.0.0.1:1:2", True), ("h.example:1935", False),
        ("1:2:3", False), ("fe80:1:2", False), ("h:19355:key", False), ("[::1]:80:81", False),
    ],
)  # fmt: skip
def test_two_ports(authority: str, has_two: bool) -> None:
    assert has_two_ports(authority) is has_two


@pytest.mark.parametrize(
    ("authority", "has_colon"),
    [
        ("h.example:19801:live", True), ("127.0.0.1:1935:live", True), ("h.example:1935", False), ("h.example:live", False),
        ("1:2:live", False), ("fe80:1:2", False), ("fe80:1:cafe", False), ("[::1]:80:live", False),
        ("h.example:live:1935", False),
    ],
)  # fmt: skip
def test_a_colon_where_the_application_begins(authority: str, has_colon: bool) -> None:
    assert has_colon_behind_port(authority) is has_colon


@pytest.mark.parametrize(
    ("segments", "number"),
    [
        (["19850", "live"], 19850),
        (["443", "live"], 443),
        (["2024"], None),
        (["123", "x"], None),
        (["70000", "x"], None),
    ],
)
def test_a_number_in_front_of_the_application(segments: list[str], number: int | None) -> None:
    assert number_for_port(segments) == number


def test_letters_of_a_protocol() -> None:
    assert scheme_imitates_latin("rtm\u0440://h.example/live")
    assert not scheme_imitates_latin("rtmp://\u0435xample.com/live")


@pytest.mark.parametrize(
    ("typed", "target"),
    [
        (r"rtmp:\\h.example:1936\live\abcd", Target("h.example", "live", Transport.RTMP, 1936, "abcd")),
        (r"rtmps://h.example\live", Target("h.example", "live", Transport.RTMPS)),
        (r'Server: "rtmp:\\h.example\live"', Target("h.example", "live", Transport.RTMP)),
    ],
)
def test_an_address_with_backslashes_alone_has_slashes(typed: str, target: Target) -> None:
    assert parse_target(typed) == target


@pytest.mark.parametrize(
    "text", [r"rtmp://DOM\bob:pw@h.example/live", r"rtmp://h.example/live/a\b", r"rtmp:\\h\a/b", r"C:\a\b"]
)
def test_other_backslashes_stay(text: str) -> None:
    assert with_slashes(text) == text


@pytest.mark.parametrize(
    ("address", "behind", "goes_on"),
    [
        ("rtmp://h.example", " : 1936 / live", True),
        ("rtmp://h.example", " 1936", True),
        ("rtmp://h.example:1936", " / live , key", True),
        ("rtmp://h.example/", " live, key", True),
        ("rtmp://h.example/live", " / Key: k", False),
        ("rtmp://h.example/live", " / rtmp://h.example/other", False),
        ("rtmp://h.example/live", ": 24 errors", False),
        ("rtmp://h.example", " 24 hours a day", False),
    ],
)
def test_an_address_that_goes_on_behind_a_space(address: str, behind: str, goes_on: bool) -> None:
    assert goes_on_behind_space(address, behind, in_command=False) is goes_on
