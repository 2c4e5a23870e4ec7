"""The system's answer, whatever kinds of proxies it names."""

import pytest
from PySide6.QtNetwork import QNetworkProxy

from fmsdiag.gui.form.system_proxy import IS_ASKED, ask_system, proxies_of

Kind = QNetworkProxy.ProxyType


@pytest.mark.parametrize(
    ("proxy", "scheme", "found"),
    [
        (QNetworkProxy(Kind.HttpProxy, "p.example", 3128), "https", {"https": "http://p.example:3128"}),
        (QNetworkProxy(Kind.HttpCachingProxy, "p.example", 80), "http", {"http": "http://p.example:80"}),
        (QNetworkProxy(Kind.Socks5Proxy, "2001:db8::5", 1080), "http", {"socks": "socks5://[2001:db8::5]:1080"}),
        (QNetworkProxy(Kind.HttpProxy, "p.example", 3128, "me", "a@b"), "http", {"http": "http://me:a%40b@p.example:3128"}),
        (QNetworkProxy(Kind.NoProxy), "http", {}),
        (QNetworkProxy(Kind.HttpProxy), "http", {}),
    ],
)  # fmt: skip
def test_the_first_proxy_counts(proxy: QNetworkProxy, scheme: str, found: dict[str, str]) -> None:
    assert proxies_of([proxy, QNetworkProxy(Kind.HttpProxy, "second.example", 1)], scheme) == found


def test_an_empty_answer_is_no_proxy() -> None:
    assert proxies_of([], "http") == {}


@pytest.mark.skipif(IS_ASKED, reason="this system can be asked")
def test_where_it_cannot_be_asked_nothing_is_said() -> None:
    assert ask_system("media.example.com") is None


def test_a_system_that_can_be_asked_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fmsdiag.gui.form.system_proxy.IS_ASKED", True)
    for scheme in ("http", "https"):
        monkeypatch.setenv(f"{scheme}_proxy", "http://p.example:3128")
    found = ask_system("media.example.com")
    assert found == {"http": "http://p.example:3128", "https": "http://p.example:3128"} or IS_ASKED
