"""An RTMPT server whose answers are framed in every way in which a proxy might re-frame them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

import h11

from fmsdiag.protocol.events import CommandReceived, ConnectRequested
from fmsdiag.protocol.rtmpt import TunnelResponse, TunnelServer
from fmsdiag.protocol.server_session import ServerSession
from tests.probe.fake_network import Answer, Item

Frame = Callable[[TunnelResponse], bytes]


def reason(status: int) -> str:
    return f"HTTP/1.1 {status} words\r\n"


def kept_alive(r: TunnelResponse) -> bytes:
    head = "".join(f"{name}: {value}\r\n" for name, value in r.headers)
    return (reason(r.status) + head + "\r\n").encode() + r.body


def other_case(r: TunnelResponse) -> bytes:
    return (
        reason(r.status) + f"cONTENT-tYPE: APPLICATION/x-fcs\r\ncontent-length:{len(r.body)}\r\n\r\n"
    ).encode() + r.body


def chunked(r: TunnelResponse) -> bytes:
    parts = b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in (r.body[:1], r.body[1:]) if p)
    return (reason(r.status) + "Transfer-Encoding: chunked\r\n\r\n").encode() + parts + b"0\r\n\r\n"


def closing(r: TunnelResponse) -> bytes:
    return (
        reason(r.status) + f"Connection: close\r\nContent-Length: {len(r.body)}\r\n\r\n"
    ).encode() + r.body


def until_close(r: TunnelResponse) -> bytes:
    return (reason(r.status) + "Via: 1.1 gate (squid)\r\n\r\n").encode() + r.body


def continued(r: TunnelResponse) -> bytes:
    return b"HTTP/1.1 100 Continue\r\n\r\n" + kept_alive(r)


class TunnelPeer:
    """An RTMPT server on loopback whose answers are framed as a proxy might re-frame them.

    Without `accepts` it never answers connect.
    """

    def __init__(self, frame: Frame, accepts: bool = True) -> None:
        self.tunnels, self._frame, self._accepts = TunnelServer(), frame, accepts
        self.sessions: dict[str, ServerSession] = {}
        self.connections = 0
        self.actions: list[str] = []

    def respond(self, method: str, path: str, body: bytes) -> bytes:
        exchange = self.tunnels.receive(method, path, body)
        self.actions.append(exchange.action)
        if exchange.session_id is not None and exchange.status == 200:
            session = self.sessions.setdefault(exchange.session_id, ServerSession())
            for event in session.receive(exchange.data):
                if isinstance(event, ConnectRequested) and self._accepts:
                    session.accept()
                elif isinstance(event, CommandReceived) and event.name == "createStream":
                    session.send_command("_result", event.transaction_id, None, 1.0)
            if out := session.take_output():
                self.tunnels.write(exchange.session_id, out)
        return self._frame(self.tunnels.respond(exchange))

    def respond_to(self, data: bytes) -> bytes:
        """The answer to one whole request."""
        head, _, body = data.partition(b"\r\n\r\n")
        method, path, _ = head.decode().split(" ", 2)
        return self.respond(method, path, body)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        http = h11.Connection(h11.SERVER)
        try:
            while True:
                request, body = await self._request(http, reader)
                if request is None:
                    break
                writer.write(self.respond(request.method.decode(), request.target.decode(), body))
                await writer.drain()
                if self._frame in (closing, until_close):
                    break
                http = h11.Connection(h11.SERVER)
        except OSError:
            pass  # the client went away
        finally:
            writer.close()

    @staticmethod
    async def _request(
        http: h11.Connection, reader: asyncio.StreamReader
    ) -> tuple[h11.Request | None, bytes]:
        request, body = None, b""
        while True:
            event = http.next_event()
            if event is h11.NEED_DATA:
                http.receive_data(await reader.read(65536))
            elif isinstance(event, h11.Request):
                request = event
            elif isinstance(event, h11.Data):
                body += event.data
            else:
                return request, body


def tunnel_server() -> Callable[[], Answer]:
    """A well-behaved tunnel for a FakeNetwork; its connections share their sessions."""
    peer = TunnelPeer(kept_alive)

    def begin() -> Answer:
        def answer(data: bytes) -> Iterable[Item]:
            return [peer.respond_to(data)]

        return answer

    return begin
