from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from dataclasses import fields

import pytest

from fmsdiag.protocol.events import HandshakeCompleted, S0Received, S1Received
from fmsdiag.protocol.rtmpt import TunnelError, TunnelFault
from fmsdiag.server.events import EventKind
from fmsdiag.server.faults import LISTENER_NAMES, TCP_LISTENERS
from fmsdiag.server.service import Server, ServerOptions
from tests.server.clients import (
    HOST,
    EventLog,
    connect_over,
    http_client,
    raw_client,
    request_for,
    rtmp_client,
    trusting_context,
    tunnelled_client,
)
from tests.server.listeners import options_for

C0C1 = b"\3" + bytes(1536)


def with_fault(*faults: str) -> Server:
    return Server(options_for(*LISTENER_NAMES, faults=faults))


# ---- a healthy server


async def test_every_service_answers_on_the_port_that_was_chosen() -> None:
    async with Server(options_for(*LISTENER_NAMES)) as server:
        ports = server.ports
        assert sorted(ports) == sorted(LISTENER_NAMES)
        assert len(set(ports.values())) == len(ports)
        assert (await connect_over(ports["rtmp"])).accepted
        assert (await connect_over(ports["rtmps"], trusting_context())).accepted
        async with tunnelled_client(ports["rtmpts"], trusting_context()) as secure:
            assert (await secure.connect()).accepted
        async with tunnelled_client(ports["rtmpt"]) as tunnelled:
            assert (await tunnelled.connect()).accepted
        async with http_client(ports["http"]) as web:
            assert (await web.request("GET", "/")).status == 200
        async with http_client(ports["admin"]) as admin:
            assert b"valid username" in (await admin.request("GET", "/admin/ping?auser=&apswd=")).body


async def test_the_web_port_takes_rtmp_too_and_so_does_the_secure_one_the_tunnel() -> None:
    async with Server(ServerOptions(rtmpt=0, rtmps=0, rtmpts=0)) as server:
        assert (await connect_over(server.ports["rtmpt"])).accepted
        assert (await connect_over(server.ports["rtmpts"], trusting_context())).accepted
        async with tunnelled_client(server.ports["rtmps"], trusting_context()) as client:
            assert (await client.connect()).accepted


async def test_only_what_was_asked_for_listens_and_on_loopback() -> None:
    async with Server(ServerOptions(http=0)) as server:
        assert list(server.ports) == ["http"]
        with socket.create_connection((HOST, server.ports["http"])) as connection:
            assert connection.getpeername()[0] == "127.0.0.1"


def has_ipv6_loopback() -> bool:
    with contextlib.suppress(OSError), socket.create_server(("::1", 0), family=socket.AF_INET6):
        return True
    return False


@pytest.mark.skipif(not has_ipv6_loopback(), reason="this computer has no IPv6 loopback")
async def test_another_address_may_be_asked_for() -> None:
    async with Server(ServerOptions(http=0, listen="::1")) as server:
        with socket.create_connection(("::1", server.ports["http"])) as connection:
            assert connection.getpeername()[0] == "::1"


async def test_the_certificate_is_good_for_loopback() -> None:
    async with Server(ServerOptions(rtmps=0)) as server:
        pem = await asyncio.to_thread(ssl.get_server_certificate, (HOST, server.ports["rtmps"]))
        trusted = ssl.create_default_context(cadata=pem)
        assert (await connect_over(server.ports["rtmps"], trusted)).accepted


async def test_applications_can_be_named() -> None:
    async with Server(ServerOptions(rtmp=0, applications=("one", "two"))) as server:
        codes = [
            (await connect_over(server.ports["rtmp"], app=app)).accepted for app in ("one", "two", "live")
        ]
    assert codes == [True, True, False]


async def test_a_port_that_is_taken_is_an_error_and_nothing_stays_open() -> None:
    with socket.create_server((HOST, 0)) as taken:
        server = Server(ServerOptions(rtmp=0, http=taken.getsockname()[1]))
        with pytest.raises(OSError):
            async with server:
                pass
        with pytest.raises(ConnectionRefusedError):
            async with raw_client(server.ports["rtmp"]):
                pass


async def test_the_end_leaves_no_task_behind() -> None:
    before = asyncio.all_tasks()
    async with (
        Server(options_for(*LISTENER_NAMES)) as server,
        rtmp_client(server.ports["rtmp"]) as client,
        raw_client(server.ports["rtmps"]) as half_open,
        tunnelled_client(server.ports["rtmpt"]) as tunnelled,
    ):
        await client.connect()
        await tunnelled.connect()
        await server.aclose()
        assert await half_open.read_all() == b""
    assert asyncio.all_tasks() == before


async def test_events_tell_what_happened_without_secrets() -> None:
    log = EventLog()
    async with Server(ServerOptions(rtmp=0), log) as server:
        await connect_over(server.ports["rtmp"], app="live?token=secret")
        await log.wait_for(EventKind.CLOSED)
    assert [event.kind for event in log.events] == [
        EventKind.OPENED,
        EventKind.HANDSHAKE,
        EventKind.ACCEPTED,
        EventKind.CLOSED,
    ]
    assert "secret" not in str(log.events)
    assert {event.listener for event in log.events} == {"rtmp"}


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_that_is_none_is_named(port: int) -> None:
    with pytest.raises(ValueError, match=f"admin: {port} is not a port"):
        ServerOptions(admin=port)


def test_options_name_every_listener() -> None:
    assert set(LISTENER_NAMES) <= {option.name for option in fields(ServerOptions)}


# ---- faults, as a client meets them


@pytest.mark.parametrize("listener", TCP_LISTENERS)
async def test_refuse(listener: str) -> None:
    async with with_fault("all=refuse") as server:
        with pytest.raises(ConnectionRefusedError):
            async with raw_client(server.ports[listener]):
                pass


@pytest.mark.parametrize("listener", TCP_LISTENERS)
async def test_silence(listener: str) -> None:
    async with with_fault("all=silence") as server, raw_client(server.ports[listener]) as client:
        await client.send(C0C1)
        assert await client.hears_nothing()
        await client.send(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        assert await client.hears_nothing()


@pytest.mark.parametrize("listener", TCP_LISTENERS)
async def test_close_on_accept(listener: str) -> None:
    async with with_fault("all=close-on-accept") as server, raw_client(server.ports[listener]) as client:
        assert await client.read_all() == b""


@pytest.mark.parametrize("listener", ["rtmp", "rtmps", "rtmpt"])
async def test_http_reply(listener: str) -> None:
    async with with_fault("http-reply") as server, raw_client(server.ports[listener]) as client:
        await client.send(C0C1)
        assert (await client.read_all()).startswith(b"HTTP/1.1 400 Bad Request\r\n")


@pytest.mark.parametrize(("fault", "sent"), [("reset-after-c0", b"\3"), ("reset-after-c1", C0C1)])
@pytest.mark.parametrize("listener", ["rtmp", "rtmpt"])
async def test_reset_in_the_handshake(listener: str, fault: str, sent: bytes) -> None:
    async with with_fault(fault) as server, raw_client(server.ports[listener]) as client:
        await client.send(sent)
        with pytest.raises(ConnectionResetError):
            await client.read()


async def test_reset_inside_tls_and_inside_the_tunnel() -> None:
    async with with_fault("reset-after-c1") as server:
        async with raw_client(server.ports["rtmps"], trusting_context()) as client:
            await client.send(C0C1)
            with pytest.raises(ConnectionResetError):
                await client.read()
        async with tunnelled_client(server.ports["rtmpt"]) as tunnelled:
            await tunnelled.step()
            with pytest.raises(ConnectionResetError):
                await tunnelled.step(C0C1)


@pytest.mark.parametrize("size", [1, 1460, 3072])
async def test_cut_s2(size: int) -> None:
    async with with_fault(f"cut-s2:{size}") as server, raw_client(server.ports["rtmp"]) as client:
        await client.send(C0C1)
        assert len(await client.read_exactly(size)) == size
        assert await client.hears_nothing()


async def test_cut_s2_in_the_tunnel() -> None:
    async with with_fault("cut-s2:100") as server, tunnelled_client(server.ports["rtmpt"]) as client:
        await client.step()
        assert len(await client.step(C0C1)) == 100
        assert await client.step() == b""


async def test_cut_s2_close() -> None:
    async with with_fault("cut-s2-close:100") as server, raw_client(server.ports["rtmp"]) as client:
        await client.send(C0C1)
        assert len(await client.read_all()) == 100


@pytest.mark.parametrize("listener", ["rtmp", "rtmps"])
async def test_reject_and_redirect(listener: str) -> None:
    tls = trusting_context() if listener == "rtmps" else None
    async with with_fault("reject:X.Y.Z:some words") as server:
        reply = await connect_over(server.ports[listener], tls)
        assert (reply.code, reply.description) == ("X.Y.Z", "some words")
    async with with_fault("redirect:rtmp://b/live") as server:
        assert (await connect_over(server.ports[listener], tls)).redirect_url == "rtmp://b/live"


async def test_reject_in_the_tunnel() -> None:
    async with with_fault("rtmpt=reject::no") as server:
        async with tunnelled_client(server.ports["rtmpt"]) as client:
            assert (await client.connect()).description == "no"
        assert (await connect_over(server.ports["rtmp"])).accepted


async def test_close_on_connect() -> None:
    async with with_fault("close-on-connect") as server:
        with pytest.raises(EOFError):
            await connect_over(server.ports["rtmp"])
        async with tunnelled_client(server.ports["rtmpt"]) as client:
            with pytest.raises(TunnelError) as caught:
                await client.connect()
    assert caught.value.fault is TunnelFault.CLOSED


async def test_no_answer() -> None:
    async with with_fault("no-answer") as server, rtmp_client(server.ports["rtmp"]) as client:
        await client.until(S1Received)
        client.session.connect(request_for())
        await client.until(HandshakeCompleted)
        assert await client.raw.hears_nothing()


async def test_slow() -> None:
    loop = asyncio.get_running_loop()
    async with with_fault("slow:0.1") as server:
        started = loop.time()
        assert (await connect_over(server.ports["rtmp"])).accepted
        assert loop.time() - started >= 0.09


async def test_drip() -> None:
    async with with_fault("drip:0.02") as server, rtmp_client(server.ports["rtmp"]) as client:
        await client.until(S0Received)
        assert client.reads == [1]
        assert len(await client.raw.read()) < 10


async def test_flood() -> None:
    log = EventLog()
    options = options_for(*LISTENER_NAMES, faults=("all=flood",))
    async with Server(options, log) as server:
        async with rtmp_client(server.ports["rtmp"]) as client:
            await client.until(S1Received)
            client.session.connect(request_for())
            await client.raw.send(client.session.take_output())
            await client.raw.read_exactly(5_000_000)
        async with tunnelled_client(server.ports["rtmpt"]) as tunnelled:
            await tunnelled.step()
            await tunnelled.until(HandshakeCompleted)
            tunnelled.session.connect(request_for())
            request = tunnelled.tunnel.next_request(tunnelled.session.take_output())
            head = f"POST {request.path} HTTP/1.1\r\nHost: h\r\nContent-Length: {len(request.body)}\r\n\r\n"
            await tunnelled.http.raw.send(head.encode() + request.body)
            await tunnelled.http.raw.read_exactly(5_000_000)
        async with raw_client(server.ports["http"]) as web:
            await web.send(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            assert (await web.read_exactly(5_000_000)).startswith(b"HTTP/1.1 200 OK\r\n")
        await log.wait_for(EventKind.CLOSED, 3)


async def test_faults_of_different_listeners_stand_side_by_side() -> None:
    async with with_fault("rtmp=refuse", "rtmps=silence") as server:
        with pytest.raises(ConnectionRefusedError):
            await connect_over(server.ports["rtmp"])
        async with raw_client(server.ports["rtmps"]) as client:
            assert await client.hears_nothing()
        async with tunnelled_client(server.ports["rtmpt"]) as tunnelled:
            assert (await tunnelled.connect()).accepted
