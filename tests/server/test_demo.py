from __future__ import annotations

import asyncio
import re
import sys

import pytest

from fmsdiag.server.demo import demo_network
from fmsdiag.server.demo_names import DEFAULT_DEMO, DEMOS
from fmsdiag.server.faults import FaultKind
from tests.server.clients import (
    HOST,
    QUIET_S,
    connect_over,
    raw_client,
    tunnelled_client,
)


def ports_of(text: str) -> tuple[int, int]:
    """The direct port and the web port of a demo."""
    direct, web, tunnel = (part.split(":") for part in text.split(", "))
    assert [direct[0], web[0], tunnel[0]] == ["rtmp", "rtmp", "rtmpt"]
    assert web[1] == tunnel[1]
    return int(direct[1]), int(web[1])


@pytest.mark.skipif(sys.platform == "win32", reason="Windows answers with RST when the queue is full")
async def test_by_default_only_http_gets_through() -> None:
    async with demo_network() as demo:
        assert demo.name == DEFAULT_DEMO
        assert demo.url == f"rtmp://{HOST}/live"
        direct, web = ports_of(demo.ports_text)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(QUIET_S):
                await asyncio.open_connection(HOST, direct)
        with pytest.raises(ConnectionResetError):
            await connect_over(web)
        async with tunnelled_client(web) as client:
            assert (await client.connect()).accepted


async def test_a_healthy_network_connects_at_once() -> None:
    async with demo_network("healthy") as demo:
        direct, web = ports_of(demo.ports_text)
        assert (await connect_over(direct)).accepted
        assert (await connect_over(web)).accepted


async def test_a_wrong_application_is_in_the_url() -> None:
    async with demo_network("wrong-application") as demo:
        direct, _ = ports_of(demo.ports_text)
        reply = await connect_over(direct, app=demo.url.rpartition("/")[2])
        assert "is not defined" in (reply.description or "")


async def test_a_rejection() -> None:
    async with demo_network("rejected") as demo:
        assert not (await connect_over(ports_of(demo.ports_text)[0])).accepted


async def test_a_hung_server_is_silent_everywhere() -> None:
    async with demo_network("server-hung") as demo:
        for port in ports_of(demo.ports_text):
            async with raw_client(port) as client:
                await client.send(b"\3" + bytes(1536))
                assert await client.hears_nothing()


async def test_a_fault_may_have_an_argument() -> None:
    async with demo_network("reject:X.Y:words") as demo:
        assert (await connect_over(ports_of(demo.ports_text)[0])).description == "words"


@pytest.mark.parametrize("name", DEMOS)
async def test_every_demo_stands_up(name: str) -> None:
    async with demo_network(name) as demo:
        assert re.fullmatch(r"rtmf?p://127\.0\.0\.1/\w+", demo.url)
        assert demo.name == name


def test_every_fault_is_a_demo() -> None:
    assert {kind.value for kind in FaultKind} < set(DEMOS)


@pytest.mark.parametrize("name", ["none", "healthy:1", "", "x" * 999])
async def test_an_unknown_demo_is_named_with_the_known_ones(name: str) -> None:
    with pytest.raises(ValueError, match="Demos: http-only, healthy, wrong-application"):
        async with demo_network(name):
            pass


async def test_a_bad_argument_is_named() -> None:
    with pytest.raises(ValueError, match="not a number of bytes"):
        async with demo_network("cut-s2:many"):
            pass


async def test_a_fault_of_rtmfp_is_shown_on_a_udp_port() -> None:
    async with demo_network("rhello-only") as demo:
        assert demo.url == f"rtmfp://{HOST}/live"
        assert re.fullmatch(r"rtmfp:\d+", demo.ports_text)
