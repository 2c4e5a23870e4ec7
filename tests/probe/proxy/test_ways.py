from __future__ import annotations

import pytest

from fmsdiag.model import ProxySource, ProxyType, Target, Transport
from fmsdiag.probe.proxy.settings import NO_PROXIES, ProxySettings, settings_from
from fmsdiag.probe.proxy.ways import Way, arranged, checked

R, S, T, TS, F = Transport.RTMP, Transport.RTMPS, Transport.RTMPT, Transport.RTMPTS, Transport.RTMFP
TARGET = Target("h.example", "live")
PROXY = settings_from({"http": "http://p.example:3128"}, ProxySource.ENVIRONMENT)
WEB_ONLY = ProxySettings(web=PROXY.web)
AMS = ((R, 1935), (R, 80), (T, 80))


def words(ways: tuple[Way, ...]) -> str:
    """ "rtmp:1935 rtmpt:80+" with a plus for what goes through the proxy."""
    return " ".join(f"{w.transport.value}:{w.port}{'+' if w.proxied else ''}" for w in ways)


@pytest.mark.parametrize(
    ("proxy_type", "proxies", "order"),
    [
        (None, NO_PROXIES, "rtmp:1935 rtmp:80 rtmpt:80"),
        (None, PROXY, "rtmp:1935 rtmp:80 rtmpt:80 rtmp:1935+ rtmp:80+ rtmpt:80+"),
        (None, WEB_ONLY, "rtmp:1935 rtmp:80 rtmpt:80 rtmpt:80+"),
        (ProxyType.NONE, PROXY, "rtmp:1935 rtmp:80 rtmpt:80"),
        (ProxyType.HTTP, NO_PROXIES, "rtmp:1935 rtmp:80 rtmpt:80"),
        (ProxyType.HTTP, PROXY, "rtmp:1935 rtmp:80 rtmpt:80 rtmpt:80+"),
        (ProxyType.CONNECT, PROXY, "rtmp:1935 rtmp:80 rtmpt:80 rtmp:1935+ rtmp:80+ rtmpt:80+"),
        (ProxyType.CONNECT, NO_PROXIES, "rtmp:1935 rtmp:80 rtmpt:80 rtmp:1935+ rtmp:80+ rtmpt:80+"),
        (ProxyType.CONNECT_ONLY, PROXY, "rtmp:1935+ rtmp:80+ rtmpt:80+"),
        (ProxyType.BEST, PROXY, "rtmps:443 rtmps:443+ rtmpts:443+"),
        (ProxyType.BEST, NO_PROXIES, "rtmps:443 rtmps:443+ rtmpts:443"),
    ],
)
def test_orders(proxy_type: ProxyType | None, proxies: ProxySettings, order: str) -> None:
    assert words(arranged(TARGET, AMS, (), proxy_type, proxies)) == order


def test_the_secure_ports_of_a_plan_are_the_ones_that_best_takes() -> None:
    steps = ((R, 1935), (S, 8443), (S, 443))
    best = words(arranged(TARGET, steps, (), ProxyType.BEST, PROXY))
    assert best == "rtmps:8443 rtmps:443 rtmps:8443+ rtmps:443+ rtmpts:443+"
    other = Target("h.example", "live", R, 1936)
    assert words(arranged(other, ((R, 1936),), (), ProxyType.HTTP, PROXY)) == "rtmp:1936 rtmpt:1936+"
    assert words(arranged(TARGET, ((S, 443),), (), ProxyType.HTTP, PROXY)) == "rtmps:443 rtmpts:443+"


def test_a_plan_that_wants_a_proxy_itself() -> None:
    smart = ((R, 443), (T, 443))
    assert words(arranged(TARGET, smart, ((R, 443),), None, NO_PROXIES)) == "rtmp:443 rtmpt:443 rtmp:443+"
    assert (
        words(arranged(TARGET, smart, ((R, 443),), None, PROXY)) == "rtmp:443 rtmpt:443 rtmp:443+ rtmpt:443+"
    )


def test_what_no_proxy_carries() -> None:
    steps = ((F, 1935), (Transport.HTTP, 80), (Transport.ADMIN, 1111))
    assert words(arranged(TARGET, steps, (), None, PROXY)) == "rtmfp:1935 http:80 admin:1111"
    excepted = settings_from({"http": "http://p.example:1"}, ProxySource.ENVIRONMENT, ("h.example",))
    assert words(arranged(TARGET, AMS, (), None, excepted)) == "rtmp:1935 rtmp:80 rtmpt:80"


def test_checks() -> None:
    steps = ((S, 443), (F, 1935), (Transport.HTTP, 8134))
    assert words(checked(TARGET, steps, None, PROXY)) == "rtmps:443 rtmfp:1935 http:8134 rtmps:443+"
    assert words(checked(TARGET, steps, ProxyType.CONNECT, PROXY)) == "rtmps:443 rtmfp:1935 http:8134"


@pytest.mark.parametrize("proxy_type", list(ProxyType))
def test_every_type_has_an_order(proxy_type: ProxyType) -> None:
    assert arranged(TARGET, AMS, (), proxy_type, PROXY)
