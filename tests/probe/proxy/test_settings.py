from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.model import NO_PROXY, Credentials, NotApplicable, Options, ProxySource, Transport
from fmsdiag.probe.proxy.settings import (
    NO_PROXIES,
    ProxySettings,
    chosen,
    proxy_at,
    settings_from,
    split_exceptions,
    without_credentials,
)
from fmsdiag.target_texts import TargetError
from fmsdiag.typed_proxy import parse_proxy_choice

HTTP, SOCKS = "http://p.example:3128", "socks5://s.example:1080"


def url_for(settings: ProxySettings, transport: Transport, host: str = "h.example") -> str | None:
    proxy = settings.proxy_for(host, 1935, transport)
    return proxy.url if proxy else None


@pytest.mark.parametrize(
    ("proxies", "rtmp", "rtmpt"),
    [
        ({}, None, None),
        ({"http": HTTP}, HTTP, HTTP),
        ({"http": HTTP, "https": "http://q.example:1"}, "http://q.example:1", HTTP),
        ({"https": HTTP}, HTTP, None),
        ({"all": SOCKS}, SOCKS, SOCKS),
        ({"http": HTTP, "all": SOCKS}, SOCKS, HTTP),
        ({"all": "socks5h://s.example:1080", "socks": "socks5://t.example"}, SOCKS, SOCKS),
        ({"socks": "http://s.example:1080"}, SOCKS, SOCKS),  # macOS
        ({"socks": "socks4://s.example:1080", "http": "socks4://s.example:1080"}, SOCKS, SOCKS),  # Windows
        ({"http": "p.example:3128", "no": "x"}, HTTP, HTTP),
        ({"http": "http://[broken", "ftp": HTTP}, None, None),
    ],
)
def test_who_carries_what(proxies: dict[str, str], rtmp: str | None, rtmpt: str | None) -> None:
    settings = settings_from(proxies, ProxySource.ENVIRONMENT)
    assert (url_for(settings, Transport.RTMP), url_for(settings, Transport.RTMPT)) == (rtmp, rtmpt)
    assert url_for(settings, Transport.RTMPTS) == rtmp
    assert url_for(settings, Transport.RTMFP) is None
    assert set(settings.shown) == set(proxies)


@pytest.mark.parametrize(
    ("host", "rules", "excepted"),
    [
        ("h.example", "", False),
        ("localhost", "", True),
        ("a.localhost", "", True),
        ("127.9.9.9", "", True),
        ("::1", "", True),
        ("h.example", "*", True),
        ("h.example", "example", True),
        ("h.example", ".example", True),
        ("h.example", "*.example", True),
        ("h.example", "h.example", True),
        ("h.example", "H.Example.", True),
        ("xh.example", "h.example", False),
        ("example", "*.example", True),
        ("h.example", "other.example, h.example", True),
        ("h.example", "a;h.example", True),
        ("h.example", "h.example:1935", True),
        ("h.example", "h.example:80", False),
        ("h.example", "h*.example", True),
        ("h.example", "<local>", False),
        ("media", "<local>", True),
        ("192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "192.0.2.0/24", True),
        ("192.0.2.7", "192.0.2.9/24", True),
        ("192.0.2.7", "192.0.3.0/24", False),
        ("192.0.2.7", "2001:db8::/32", False),
        ("192.0.2.7", "192.0.2.*", True),
        ("192.0.2.7", "0.2.7", False),
        ("192.0.2.7", "192.0.2.7:80", False),
        ("2001:db8::7", "2001:db8::/32", True),
        ("2001:db8::7", "2001:DB8:0::7", True),
        ("2001:db8::7", "[2001:db8::7]:1935", True),
        ("2001:db8::7", "[2001:db8::7]:80", False),
        ("fe80::7%eth0", "fe80::/10", True),
        ("h.example", "192.0.2.0/24", False),
        ("h.example", "//, :, [, *., .", False),
    ],
)
def test_exceptions(host: str, rules: str, excepted: bool) -> None:
    settings = settings_from({"all": SOCKS}, ProxySource.ENVIRONMENT, split_exceptions(rules))
    assert (url_for(settings, Transport.RTMP, host) is None) is excepted
    if excepted:
        assert settings.why_not(host, 1935, Transport.RTMP) is NotApplicable.PROXY_EXCEPTION


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_exception_can_be_read(host: str, rule: str) -> None:
    settings = settings_from({"all": SOCKS}, ProxySource.ENVIRONMENT, split_exceptions(rule))
    assert settings.excepts(host, 1935) in (True, False)


def test_what_the_user_chooses() -> None:
    found = settings_from({"http": HTTP}, ProxySource.ENVIRONMENT, ("*",))
    assert chosen(Options(), found).why_not("h", 1, Transport.RTMP) is NotApplicable.PROXY_EXCEPTION
    none = chosen(Options(proxy=NO_PROXY), found)
    assert none.why_not("h", 1, Transport.RTMP) is NotApplicable.PROXIES_OFF
    assert NO_PROXIES.why_not("h", 1, Transport.RTMP) is NotApplicable.NO_PROXY
    assert NO_PROXIES.why_not("h", 1, Transport.RTMFP) is NotApplicable.UDP_THROUGH_PROXY
    given_one = chosen(Options(proxy=parse_proxy_choice(SOCKS)[0]), found)
    assert url_for(given_one, Transport.RTMP, "127.0.0.1") == SOCKS  # who names a proxy means it
    (only,) = given_one.proxies
    assert (only.source, only.is_http) == ("given", False)


def test_whose_password_it_is() -> None:
    found = settings_from({"http": "http://bob:secret@p.example:3128"}, ProxySource.ENVIRONMENT)
    assert found.proxies[0].credentials == ("bob", "secret")
    for pair, used in (
        (("eve", "other"), ("eve", "other")),
        (("", "other"), ("bob", "other")),
        (None, ("bob", "secret")),
    ):
        (proxy,) = chosen(Options(), found, Credentials(proxy=pair)).proxies
        assert proxy.credentials == used
    (nameless,) = chosen(
        Options(proxy=parse_proxy_choice(HTTP)[0]), credentials=Credentials(proxy=("", "x"))
    ).proxies
    assert nameless.credentials is None
    for holder in (found, *found.proxies):
        assert "secret" not in repr(holder)
    assert dict(found.shown) == {"http": HTTP}


def test_a_proxy_that_no_setting_names() -> None:
    found = proxy_at("http://bob:secret@p.example:3128")
    assert (found.url, found.source, found.credentials) == (HTTP, "given", None)
    with pytest.raises(TargetError):
        proxy_at("gopher://p.example")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (HTTP, HTTP),
        ("http://user:secret@proxy.example:3128/", "http://proxy.example:3128/"),
        ("socks5://user:se@cret@proxy.example", "socks5://proxy.example"),
        ("user:secret@proxy.example:3128", "proxy.example:3128"),
        ("http://user:se/cr#et@proxy.example:3128", "http://proxy.example:3128"),
        ("proxy.example:3128", "proxy.example:3128"),
        ("http://user:secret@[::1", "http://[::1"),
        ("localhost,127.0.0.1,.example", "localhost,127.0.0.1,.example"),
        ("", ""),
    ],
)
def test_credentials_of_proxies_are_dropped(url: str, shown: str) -> None:
    assert without_credentials(url) == shown
