from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from fmsdiag.protocol.netconnection import ConnectReply
from fmsdiag.protocol.rtmfp.client import RtmfpClient
from fmsdiag.protocol.rtmfp.events import ConnectAnswered, Event, Redirected, RHelloReceived, SessionClosed
from fmsdiag.protocol.rtmfp.server import Answers
from fmsdiag.server.events import EventKind
from fmsdiag.server.faults import RTMFP_FAULTS, FaultKind, parse_fault
from fmsdiag.server.rtmfp_listener import behaviour_of
from fmsdiag.server.service import Server, ServerOptions
from tests.server.clients import DEADLINE_S, HOST, QUIET_S, EventLog, request_for


class UdpClient:
    """A client engine on a socket of its own."""

    def __init__(self, sock: socket.socket, port: int, app: str) -> None:
        self._sock, self._port = sock, port
        self._loop = asyncio.get_running_loop()
        self.engine = RtmfpClient(f"rtmfp://{HOST}/{app}", now_s=self._loop.time(), request=request_for(app))

    async def flush(self) -> None:
        for data, to in self.engine.take_datagrams():
            await self._loop.sock_sendto(self._sock, data, to or self.engine.peer or (HOST, self._port))

    async def receive(self) -> tuple[bytes, tuple[str, int]]:
        async with asyncio.timeout(DEADLINE_S):
            data, source = await self._loop.sock_recvfrom(self._sock, 65536)
        return data, source

    async def until(self, kind: type[Event]) -> Event:
        while True:
            await self.flush()
            for event in self.engine.receive(*await self.receive(), self._loop.time()):
                if isinstance(event, kind):
                    return event

    async def connect(self) -> ConnectReply:
        event = await self.until(ConnectAnswered)
        assert isinstance(event, ConnectAnswered)
        return event.reply

    async def close(self) -> None:
        self.engine.close(self._loop.time())
        await self.until(SessionClosed)

    async def hears_nothing(self) -> bool:
        await self.flush()
        try:
            async with asyncio.timeout(QUIET_S):
                await self._loop.sock_recvfrom(self._sock, 65536)
        except TimeoutError:
            return True
        return False


@asynccontextmanager
async def udp_client(server: Server, app: str = "live") -> AsyncIterator[UdpClient]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        sock.bind((HOST, 0))
        client = UdpClient(sock, server.ports["rtmfp"], app)
        client.engine.start()
        yield client


def with_fault(*faults: str, log: EventLog | None = None) -> Server:
    return Server(ServerOptions(rtmfp=0, faults=tuple(map(parse_fault, faults))), log or EventLog())


async def test_it_accepts_an_application_and_tells_of_it() -> None:
    log = EventLog()
    async with with_fault(log=log) as server, udp_client(server, "live?token=secret") as client:
        assert (await client.connect()).accepted
        assert server.connection_count == 1
        await client.close()
        assert server.connection_count == 0
    kinds = [event.kind for event in log.events]
    assert kinds == [EventKind.OPENED, EventKind.HANDSHAKE, EventKind.ACCEPTED, EventKind.CLOSED]
    assert len({event.peer for event in log.events}) == 1
    assert "secret" not in str(log.events)


async def test_another_application_is_rejected_as_over_rtmp() -> None:
    async with with_fault() as server, udp_client(server, "vod") as client:
        reply = await client.connect()
    assert not reply.accepted
    assert (
        reply.description
        == "[ Server.Reject ] : (_defaultRoot_, _defaultVHost_) : Application (vod) is not defined."
    )


async def test_several_clients_at_once() -> None:
    async with with_fault() as server, udp_client(server) as one, udp_client(server) as two:
        assert all(reply.accepted for reply in await asyncio.gather(one.connect(), two.connect()))
        assert server.connection_count == 2


async def test_what_is_no_rtmfp_is_not_answered() -> None:
    log = EventLog()
    async with with_fault(log=log) as server:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.setblocking(False)
            sock.connect((HOST, server.ports["rtmfp"]))
            for data in (b"x", bytes(68), bytes(range(200))):
                sock.send(data)
            await log.wait_for(EventKind.PROTOCOL_ERROR, 3)
            with pytest.raises(BlockingIOError):
                sock.recv(100)


async def test_the_end_leaves_no_task_behind_and_the_port_free() -> None:
    before = asyncio.all_tasks()
    async with with_fault("rtmfp=slow:1") as server, udp_client(server) as client:
        await client.flush()
        await asyncio.sleep(0)
        port = server.ports["rtmfp"]
        await server.aclose()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as again:
            again.bind((HOST, port))
    assert asyncio.all_tasks() == before


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere ICMP reaches connected sockets only")
async def test_a_refused_port_is_kept_and_says_so() -> None:
    async with with_fault("rtmfp=refuse") as server:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.connect((HOST, server.ports["rtmfp"]))
            sock.send(b"x")
            sock.settimeout(DEADLINE_S)
            with pytest.raises(ConnectionRefusedError):
                sock.recv(1)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other, pytest.raises(OSError):
            other.bind((HOST, server.ports["rtmfp"]))


async def test_silence() -> None:
    log = EventLog()
    async with with_fault("silence", log=log) as server, udp_client(server) as client:
        assert await client.hears_nothing()
    assert [event.kind for event in log.events] == [EventKind.FAULT]


async def test_http_reply() -> None:
    async with with_fault("http-reply") as server, udp_client(server) as client:
        await client.flush()
        assert (await client.receive())[0].startswith(b"HTTP/1.1 400 Bad Request\r\n")


async def test_slow() -> None:
    loop = asyncio.get_running_loop()
    async with with_fault("slow:0.1") as server, udp_client(server) as client:
        started = loop.time()
        await client.until(RHelloReceived)
        assert loop.time() - started >= 0.09


async def test_reject() -> None:
    async with with_fault("reject:X.Y.Z:some words") as server, udp_client(server) as client:
        reply = await client.connect()
    assert (reply.accepted, reply.code, reply.description) == (False, "X.Y.Z", "some words")


async def test_close_on_connect() -> None:
    async with with_fault("close-on-connect") as server, udp_client(server) as client:
        assert await client.until(SessionClosed) == SessionClosed(by_peer=True)


async def test_a_redirect_leads_to_another_port_of_the_same_server() -> None:
    async with with_fault("rtmfp=redirect") as server, udp_client(server) as client:
        event = await client.until(Redirected)
        assert isinstance(event, Redirected)
        ((host, port),) = event.followed
        assert host == HOST
        assert port != server.ports["rtmfp"]
        assert (await client.connect()).accepted
        assert server.connection_count == 1


async def test_a_redirect_may_lead_anywhere() -> None:
    async with with_fault("rtmfp=redirect:192.0.2.7:80") as server, udp_client(server) as client:
        event = await client.until(Redirected)
        assert isinstance(event, Redirected)
        assert event.addresses == (("192.0.2.7", 80),)


def test_every_fault_of_rtmfp_is_a_behaviour() -> None:
    healthy = behaviour_of(None, None)
    assert all(behaviour_of(parse_fault(kind), None) != healthy for kind in RTMFP_FAULTS)
    assert behaviour_of(parse_fault(FaultKind.SILENCE), None).answers is Answers.NOTHING
    assert behaviour_of(parse_fault(FaultKind.REJECT), None) == healthy
