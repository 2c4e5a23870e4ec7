from __future__ import annotations

import sys

import pytest

from fmsdiag.model import Transport
from fmsdiag.probe.proxy import system as system_proxy
from fmsdiag.probe.proxy.system import parse_scutil, read_system_proxies

SCUTIL = """\
<dictionary> {
  ExceptionsList : <array> {
    0 : *.local
    1 : 169.254/16
  }
  ExcludeSimpleHostnames : 1
  FTPPassive : 1
  HTTPEnable : 0
  ProxyAutoConfigEnable : 1
  ProxyAutoConfigURLString : http://bob:secret@wpad.example/proxy.pac?x=1
}
"""


def test_the_environment_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://other.example:1")
    monkeypatch.setenv("http_proxy", "http://bob:secret@p.example:3128")
    monkeypatch.setenv("no_proxy", "in.example, 192.0.2.0/24")
    settings = read_system_proxies({"http": "http://q.example:1"})
    (proxy,) = settings.proxies
    assert (proxy.url, proxy.source, proxy.credentials) == (
        "http://p.example:3128",
        "environment",
        ("bob", "secret"),
    )
    assert settings.proxy_for("a.in.example", 1935, Transport.RTMP) is None
    assert settings.proxy_for("192.0.2.9", 80, Transport.RTMPT) is None
    assert settings.shown == {"http": "http://p.example:3128", "no": "in.example, 192.0.2.0/24"}


def test_what_the_system_was_asked_goes_before_what_it_has_written() -> None:
    settings = read_system_proxies({"https": "http://p.example:8080"})
    assert [p.source for p in settings.proxies] == ["system"]
    assert read_system_proxies({}).proxies == ()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have settings of their own")
def test_nothing_is_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "example")
    settings = read_system_proxies()
    assert (settings.proxies, settings.pac_url) == ((), None)


def test_what_scutil_says(monkeypatch: pytest.MonkeyPatch) -> None:
    pac_url, exceptions = parse_scutil(SCUTIL)
    assert pac_url == "http://bob:secret@wpad.example/proxy.pac?x=1"
    assert exceptions == "*.local 169.254/16 <local>"
    assert parse_scutil(SCUTIL.replace("Enable : 1", "Enable : 0")) == (None, exceptions)
    assert parse_scutil("") == (None, "")
    monkeypatch.setattr(system_proxy, "_platform_settings", lambda: (pac_url, exceptions))
    settings = read_system_proxies({"http": "http://p.example:1"})
    assert settings.pac_url == "http://wpad.example/proxy.pac?x=1"
    assert [p.source for p in settings.proxies] == ["pac"]
