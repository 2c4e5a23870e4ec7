"""Proxies as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.model import NO_PROXY, SYSTEM_PROXY, ProxyChoice
from fmsdiag.target_texts import TargetError
from fmsdiag.typed_proxy import parse_proxy, parse_proxy_choice


@pytest.mark.parametrize(
    ("text", "url", "credentials"),
    [
        ("http://p.example:3128", "http://p.example:3128", None),
        (" P.Example:3128/ ", "http://p.example:3128", None),
        ("p.example", "http://p.example:80", None),
        ("https://p.example", "https://p.example:443", None),
        ("socks://p.example", "socks5://p.example:1080", None),
        ("SOCKS5H://p.example:9", "socks5://p.example:9", None),
        ("http://[2001:db8::1]:3128", "http://[2001:db8::1]:3128", None),
        ("http://bob:s%3Ae@p.example:1", "http://p.example:1", ("bob", "s:e")),
        ("http://bob@p.example:1", "http://p.example:1", ("bob", "")),
        ("bob:a/b?c#d@e@p.example:1", "http://p.example:1", ("bob", "a/b?c#d@e")),
        ("http://@p.example:1", "http://p.example:1", None),
        ("http://:secret@p.example:1", "http://p.example:1", None),
    ],
)
def test_proxies(text: str, url: str, credentials: tuple[str, str] | None) -> None:
    proxy = parse_proxy(text)
    assert (proxy.address.url, proxy.credentials) == (url, credentials)
    assert parse_proxy(proxy.address.url).address.url == url
    assert parse_proxy_choice(text) == (ProxyChoice.given(proxy.address), credentials)
    assert "secret" not in repr(proxy)
    assert credentials is None or credentials[0] not in repr(proxy)


def test_a_proxy_may_be_a_word() -> None:
    assert parse_proxy_choice("system") == (SYSTEM_PROXY, None)
    assert parse_proxy_choice("none") == (NO_PROXY, None)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "http://",
            "gopher://secret@p:1",
            "http://p:0",
            "http://p:99999",
            "http://p q:1",
            "secret:se cret@:1",
        ),
        *(
            "http://bob:secret/p.example:3128",
            "http://bob:sec\x00ret@p:1",
            "http://secret:secret:1",
            "socks4://secret@p",
        ),
        "http://bob:secret@" + "p" * 5000,
    ],
)
def test_what_is_no_proxy_is_not_quoted(text: str) -> None:
    with pytest.raises(TargetError) as caught:
        parse_proxy(text)
    assert caught.value.field == "proxy"
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


@given(st.text(max_size=60))
def test_any_text_is_a_proxy_or_is_refused(text: str) -> None:
    try:
        proxy = parse_proxy(text)
    except TargetError:
        return
    assert parse_proxy(proxy.address.url).address == proxy.address
