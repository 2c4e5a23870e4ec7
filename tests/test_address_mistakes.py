"""Mistakes in an address that can be named."""

from __future__ import annotations

import pytest

from fmsdiag.address_mistakes import imitates_latin, ipv6_without_brackets, placeholder_in, port_in_path


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
