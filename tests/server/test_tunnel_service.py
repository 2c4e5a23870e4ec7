from __future__ import annotations

import pytest

from fmsdiag.protocol.events import MessageReceived
from fmsdiag.protocol.message import Video
from fmsdiag.protocol.rtmpt import TunnelError, TunnelFault
from fmsdiag.server.events import EventKind
from fmsdiag.server.faults import parse_fault
from fmsdiag.server.limits import Limits
from fmsdiag.server.service import Server, ServerOptions
from tests.server.clients import EventLog, TunnelledClient, http_client, raw_client, tunnelled_client


async def test_a_connect_through_the_tunnel_takes_three_requests() -> None:
    async with Server(ServerOptions(rtmpt=0)) as server, tunnelled_client(server.ports["rtmpt"]) as client:
        assert (await client.connect()).accepted
        assert client.tunnel.next_request().path.endswith("/2")  # after open, /send/ID/0 and /send/ID/1


async def test_the_answers_look_like_ams() -> None:
    async with Server(ServerOptions(rtmpt=0)) as server, http_client(server.ports["rtmpt"]) as client:
        response = await client.request("POST", "/open/1", b"\0")
    headers = dict(response.headers)
    assert headers["Server"].startswith("FlashCom/")
    assert headers["Content-Type"] == "application/x-fcs"
    assert headers["Connection"] == "Keep-Alive"
    assert headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/fcs/ident2", 404),
        ("GET", "/", 404),
        ("GET", "/open/1", 404),
        ("POST", "/index.html", 404),
        ("POST", "/idle/unknown/0", 404),
    ],
)
async def test_everything_else_gets_a_page_on_a_connection_that_stays(
    method: str, path: str, status: int
) -> None:
    async with Server(ServerOptions(rtmpt=0)) as server, http_client(server.ports["rtmpt"]) as client:
        for _ in range(2):
            response = await client.request(method, path, b"\0")
            assert response.status == status
            assert response.body.startswith(b"<html>")


async def test_a_session_is_bound_to_its_id_and_not_to_the_connection() -> None:
    async with Server(ServerOptions(rtmpt=0)) as server:
        port = server.ports["rtmpt"]
        async with tunnelled_client(port) as client:
            await client.step()
        async with http_client(port) as http:
            client.http = http
            client.session.take_output()
            assert await client.step(b"\3" + bytes(1536))


async def test_a_rejection_is_delivered_and_then_the_session_ends() -> None:
    async with Server(ServerOptions(rtmpt=0)) as server, tunnelled_client(server.ports["rtmpt"]) as client:
        reply = await client.connect("none")
        assert reply.code == "NetConnection.Connect.Rejected"
        with pytest.raises(TunnelError) as caught:
            await client.step()
    assert caught.value.fault is TunnelFault.CLOSED


async def test_a_closed_session_is_gone() -> None:
    async with Server(ServerOptions(rtmpt=0)) as server, tunnelled_client(server.ports["rtmpt"]) as client:
        await client.connect()
        path = f"/idle/{client.tunnel.session_id}/3"
        client.tunnel.close()
        await client.step()
        assert (await client.http.request("POST", path, b"\0")).status == 404


async def test_a_wrong_sequence_number_ends_the_session() -> None:
    async with Server(ServerOptions(rtmpt=0)) as server, tunnelled_client(server.ports["rtmpt"]) as client:
        await client.step()
        path = f"/idle/{client.tunnel.session_id}/"
        assert (await client.http.request("POST", path + "7", b"\0")).status == 400
        assert (await client.http.request("POST", path + "0", b"\0")).status == 404


async def test_sessions_are_limited_and_those_nobody_asks_for_make_room() -> None:
    for idle_s, statuses in ((3600.0, [200, 503, 503]), (0.0, [200, 200, 200])):
        limits = Limits(tunnel_sessions=1, tunnel_idle_s=idle_s)
        async with (
            Server(ServerOptions(rtmpt=0, limits=limits)) as server,
            http_client(server.ports["rtmpt"]) as client,
        ):
            answers = [await client.request("POST", "/open/1", b"\0") for _ in statuses]
            assert [answer.status for answer in answers] == statuses


async def test_a_client_that_sends_and_does_not_fetch_loses_its_session() -> None:
    server = Server(ServerOptions(rtmpt=0, limits=Limits(outgoing_bytes=4000)))
    async with server, tunnelled_client(server.ports["rtmpt"]) as client:
        await client.connect()
        for _ in range(100):
            client.session.call("unknown")
        with pytest.raises(TunnelError) as caught:
            await client.step(client.session.take_output())
    assert caught.value.fault is TunnelFault.SESSION_LOST


async def test_media_are_fetched_by_a_player_in_a_tunnel() -> None:
    async def use(client: TunnelledClient, command: str) -> None:
        await client.connect()
        client.session.call("createStream")
        client.session.call(command, "a", stream_id=1)
        await client.step(client.session.take_output())

    log = EventLog()
    async with Server(ServerOptions(rtmpt=0), log) as server:
        port = server.ports["rtmpt"]
        async with tunnelled_client(port) as publisher, tunnelled_client(port) as player:
            await use(player, "play")
            await use(publisher, "publish")
            await log.wait_for(EventKind.PLAY)
            publisher.session.send_message(Video(b"\x12frame"), 1, 40)
            await publisher.step(publisher.session.take_output())
            events = player.session.receive(await player.step())
            assert Video(b"\x12frame") in [e.message for e in events if isinstance(e, MessageReceived)]


async def test_a_session_can_be_lost_on_purpose() -> None:
    faults = (parse_fault("tunnel-session-lost:1"),)
    async with (
        Server(ServerOptions(rtmpt=0, faults=faults)) as server,
        tunnelled_client(server.ports["rtmpt"]) as client,
    ):
        await client.step()
        assert await client.step(client.session.take_output())
        with pytest.raises(TunnelError) as caught:
            await client.step()
    assert (caught.value.fault, caught.value.status) == (TunnelFault.SESSION_LOST, 404)


@pytest.mark.parametrize(
    ("fault", "head"),
    [
        ("tunnel-close-each", b"HTTP/1.1 200 OK\r\n"),
        ("tunnel-http10", b"HTTP/1.0 200 OK\r\n"),
        ("tunnel-lower-case", b"server: "),
        ("tunnel-chunked", b"Transfer-Encoding: chunked\r\n"),
    ],
)
async def test_answers_can_be_framed_as_proxies_leave_them(fault: str, head: bytes) -> None:
    request = b"POST /open/1 HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\n\0"
    async with (
        Server(ServerOptions(rtmpt=0, faults=(parse_fault(fault),))) as server,
        raw_client(server.ports["rtmpt"]) as raw,
    ):
        await raw.send(request)
        if fault in ("tunnel-close-each", "tunnel-http10"):
            answer = await raw.read_all()
            assert b"Connection: close\r\n" in answer
        else:
            answer = await raw.read()
    assert head in answer
