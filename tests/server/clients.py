"""Clients for the tests of the server: raw sockets, RTMP over TCP or TLS, HTTP, RTMPT. All with one deadline."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import h11

from fmsdiag.protocol.client_session import ClientSession
from fmsdiag.protocol.events import ConnectAnswered, Event, HandshakeCompleted, S1Received
from fmsdiag.protocol.handshake import HandshakeKind
from fmsdiag.protocol.netconnection import ConnectReply, ConnectRequest
from fmsdiag.protocol.rtmpt import TunnelClient, TunnelResponse
from fmsdiag.server.events import EventKind, ServerEvent

HOST = "127.0.0.1"
DEADLINE_S = 10.0  # never waited for in a test that passes
QUIET_S = 0.05  # for asserting that nothing comes


def request_for(app: str = "live") -> ConnectRequest:
    return ConnectRequest(app=app, tc_url=f"rtmp://{HOST}/{app}")


def trusting_context() -> ssl.SSLContext:
    """Takes any certificate: the server makes its own."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@dataclass
class RawClient:
    """Bytes over TCP or TLS."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def read(self) -> bytes:
        """One read: what has come by now; empty at FIN. Raises ConnectionResetError at RST."""
        async with asyncio.timeout(DEADLINE_S):
            return await self.reader.read(1 << 20)

    async def read_exactly(self, size: int) -> bytes:
        async with asyncio.timeout(DEADLINE_S):
            return await self.reader.readexactly(size)

    async def read_all(self) -> bytes:
        async with asyncio.timeout(DEADLINE_S):
            return await self.reader.read()

    async def hears_nothing(self) -> bool:
        """Whether the connection stays open without a byte, for as long as a test can wait."""
        try:
            async with asyncio.timeout(QUIET_S):
                await self.reader.read(1)
        except TimeoutError:
            return True
        return False


@asynccontextmanager
async def raw_client(port: int, tls: ssl.SSLContext | None = None) -> AsyncIterator[RawClient]:
    async with asyncio.timeout(DEADLINE_S):
        reader, writer = await asyncio.open_connection(HOST, port, ssl=tls)
    try:
        yield RawClient(reader, writer)
    finally:
        writer.transport.abort()


@dataclass
class RtmpClient:
    """A ClientSession over TCP or TLS."""

    raw: RawClient
    session: ClientSession
    events: list[Event] = field(default_factory=list)
    reads: list[int] = field(default_factory=list)  # sizes of what came, read by read

    async def until(self, kind: type[Event]) -> Event:
        """Exchange until an event of that kind has come. Raises EOFError when the server has closed.

        What the session answers to that event is not sent yet: so C2 and connect leave in one write.
        """
        while True:
            for event in self.events:
                if isinstance(event, kind):
                    return event
            await self.raw.send(self.session.take_output())
            data = await self.raw.read()
            if not data:
                raise EOFError
            self.reads.append(len(data))
            self.events += self.session.receive(data)

    async def connect(self, app: str = "live") -> ConnectReply:
        await self.until(S1Received)
        self.session.connect(request_for(app))
        answered = await self.until(ConnectAnswered)
        assert isinstance(answered, ConnectAnswered)
        return answered.reply


@asynccontextmanager
async def rtmp_client(
    port: int,
    tls: ssl.SSLContext | None = None,
    handshake: HandshakeKind = HandshakeKind.DIGEST_SCHEME_0,
) -> AsyncIterator[RtmpClient]:
    async with raw_client(port, tls) as raw:
        yield RtmpClient(raw, ClientSession(handshake))


async def connect_over(port: int, tls: ssl.SSLContext | None = None, app: str = "live") -> ConnectReply:
    """Connect by RTMP, return the answer, close."""
    async with rtmp_client(port, tls) as client:
        return await client.connect(app)


class HttpClient:
    """HTTP/1.1 requests on one connection."""

    def __init__(self, raw: RawClient) -> None:
        self.raw = raw
        self._state = h11.Connection(h11.CLIENT)

    async def request(
        self, method: str, target: str, body: bytes = b"", headers: tuple[tuple[str, str], ...] = ()
    ) -> TunnelResponse:
        sent = headers or (("Host", HOST), ("Content-Length", str(len(body))))
        output = self._state.send(h11.Request(method=method, target=target, headers=list(sent))) or b""
        output += self._state.send(h11.Data(data=body)) or b""
        output += self._state.send(h11.EndOfMessage()) or b""
        await self.raw.send(output)
        response = await self._response()
        if self._state.our_state is h11.DONE and self._state.their_state is h11.DONE:
            self._state.start_next_cycle()
        return response

    async def _response(self) -> TunnelResponse:
        status, body = 0, b""
        headers: tuple[tuple[str, str], ...] = ()
        while True:
            event = self._state.next_event()
            if event is h11.NEED_DATA:
                self._state.receive_data(await self.raw.read())
            elif isinstance(event, h11.Response):
                status = event.status_code
                headers = tuple((n.decode(), v.decode()) for n, v in event.headers.raw_items())
            elif isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.EndOfMessage):
                return TunnelResponse(status, headers, body)


@asynccontextmanager
async def http_client(port: int, tls: ssl.SSLContext | None = None) -> AsyncIterator[HttpClient]:
    async with raw_client(port, tls) as raw:
        yield HttpClient(raw)


class TunnelledClient:
    """A ClientSession inside RTMPT. It does not wait between its requests."""

    def __init__(self, http: HttpClient) -> None:
        self.http = http
        self.tunnel = TunnelClient(HOST)
        self.session = ClientSession()
        self.events: list[Event] = []

    async def step(self, pending: bytes = b"") -> bytes:
        request = self.tunnel.next_request(pending)
        response = await self.http.request(request.method, request.path, request.body, request.headers)
        return self.tunnel.receive(response)

    async def until(self, kind: type[Event]) -> Event:
        async with asyncio.timeout(DEADLINE_S):
            while True:
                for event in self.events:
                    if isinstance(event, kind):
                        return event
                self.events += self.session.receive(await self.step(self.session.take_output()))

    async def connect(self, app: str = "live") -> ConnectReply:
        await self.step()  # open
        await self.until(HandshakeCompleted)
        self.session.connect(request_for(app))
        answered = await self.until(ConnectAnswered)
        assert isinstance(answered, ConnectAnswered)
        return answered.reply


@asynccontextmanager
async def tunnelled_client(port: int, tls: ssl.SSLContext | None = None) -> AsyncIterator[TunnelledClient]:
    async with http_client(port, tls) as http:
        yield TunnelledClient(http)


class EventLog:
    """An event sink that can be waited on."""

    def __init__(self) -> None:
        self.events: list[ServerEvent] = []
        self._news = asyncio.Event()

    def __call__(self, event: ServerEvent) -> None:
        self.events.append(event)
        self._news.set()

    def of(self, kind: EventKind) -> list[ServerEvent]:
        return [event for event in self.events if event.kind is kind]

    async def wait_for(self, kind: EventKind, count: int = 1) -> ServerEvent:
        """The count-th event of that kind, once it has happened."""
        async with asyncio.timeout(DEADLINE_S):
            while len(self.of(kind)) < count:
                self._news.clear()
                await self._news.wait()
        return self.of(kind)[count - 1]
