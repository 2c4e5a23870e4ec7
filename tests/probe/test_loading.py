from __future__ import annotations

import threading

import pytest

from fmsdiag.model import Endpoint, Transport
from fmsdiag.probe import loading
from fmsdiag.probe.loading import FOR_QUESTIONS, load_beside, load_now, wanting

ADDRESS, NAME = "192.0.2.1", "live.example.com"


@pytest.fixture(autouse=True)
def nothing_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "_loaded", set())


def wanted(host: str, *endpoints: Endpoint) -> set[str]:
    return {load.__name__ for load in wanting(host, endpoints)}


@pytest.mark.parametrize(
    ("transport", "loads"),
    [
        (Transport.RTMP, set()),
        (Transport.RTMPE, set()),
        (Transport.RTMPS, {"_load_tls"}),
        (Transport.RTMPT, {"_load_http"}),
        (Transport.RTMPTS, {"_load_http", "_load_tls"}),
        (Transport.RTMFP, {"_load_rtmfp"}),
        (Transport.HTTP, {"_load_http"}),
        (Transport.ADMIN, {"_load_http"}),
    ],
)
def test_each_transport_loads_what_it_needs(transport: Transport, loads: set[str]) -> None:
    assert wanted(ADDRESS, Endpoint(transport, ADDRESS, 1)) == loads


def test_a_name_and_a_proxy_need_more() -> None:
    rtmp = Endpoint(Transport.RTMP, NAME, 1935)
    through_proxy = Endpoint(Transport.RTMP, NAME, 1935, proxy="http://p.example:3128")
    assert wanted(NAME, rtmp) == {"_load_names"}
    assert wanted(NAME, rtmp, through_proxy) == {"_load_names", "_load_proxies"}


async def test_what_is_loaded_is_not_loaded_again() -> None:
    loaded_on: list[threading.Thread] = []

    def load() -> None:
        loaded_on.append(threading.current_thread())

    await load_beside((load,))
    await load_beside((load,))
    load_now((load,))
    assert len(loaded_on) == 1
    assert loaded_on[0] is not threading.current_thread()


def test_questions_may_need_everything() -> None:
    load_now(FOR_QUESTIONS)
    every = [Endpoint(transport, NAME, 1, proxy="http://p.example:1") for transport in Transport]
    assert wanting(NAME, every) == []
