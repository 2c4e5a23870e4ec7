"""HTTP/1.1 on a Connection, by h11: one request after the other, answered by a handler, the line kept alive.

What the answers are is the business of web_pages.py and tunnel_service.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from typing import TypeAlias

import h11

from fmsdiag.server.connection import Connection
from fmsdiag.server.events import EventKind, one_line

_MAX_HEAD_BYTES = 16384
_FLOOD_LENGTH = 10_000_000_000


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request, its body complete."""

    method: str
    target: str  # as sent: path and query
    body: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


class Framing(Enum):
    """How a response is written: as servers do it, or as proxies on the way leave it."""

    LENGTH = "length"
    CHUNKED = "chunked"
    CLOSE = "close"  # the connection ends with the response
    LOWER_CASE = "lower-case"  # header names
    HTTP10 = "http10"  # as CLOSE, with an old status line


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """One response; what its framing needs is added to the headers."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    logged: bool = True  # worth an event of its own
    framing: Framing = Framing.LENGTH


# None: the handler has dealt with the connection itself, and nothing is left to send.
HttpHandler: TypeAlias = Callable[[HttpRequest], Awaitable[HttpResponse | None]]
Tell: TypeAlias = Callable[[EventKind, str], None]


async def serve_http(connection: Connection, handler: HttpHandler, tell: Tell) -> None:
    """Serve one HTTP client until it closes, idles too long, or breaks the protocol (it gets a 400 page)."""
    state = h11.Connection(h11.SERVER, max_incomplete_event_size=_MAX_HEAD_BYTES)
    patience_s = connection.limits.handshake_s
    while True:
        try:
            request = await _read_request(connection, state, patience_s)
        except h11.RemoteProtocolError as error:
            tell(EventKind.PROTOCOL_ERROR, one_line(str(error)))
            if state.our_state in (h11.IDLE, h11.SEND_RESPONSE):
                await _send(connection, state, error_page(error.error_status_hint))
            break
        if request is None:
            break
        response = await handler(request)
        if response is None:
            return
        if response.logged:
            tell(EventKind.HTTP, one_line(f"{request.method} {request.path}: {response.status}"))
        await _send(connection, state, response, head_only=request.method == "HEAD")
        if state.our_state is not h11.DONE or state.their_state is not h11.DONE:
            break
        state.start_next_cycle()
        patience_s = connection.limits.idle_s
    await connection.finish()


async def flood_http(connection: Connection, piece: bytes, *, first: bytes = b"") -> None:
    """A response that does not end: it promises as much as any client would refuse, and delivers."""
    head = (
        "HTTP/1.1 200 OK\r\nServer: fmsdiag\r\nContent-Type: application/octet-stream\r\n"
        f"Content-Length: {_FLOOD_LENGTH}\r\n\r\n"
    )
    await connection.send(head.encode() + first)
    await connection.flood(piece)


def error_page(status: int) -> HttpResponse:
    """The small HTML page that web servers send with an error."""
    title = f"{status} {HTTPStatus(status).phrase}"
    page = (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n"
        f"<center><h1>{title}</h1></center>\r\n<hr><center>fmsdiag test server</center>\r\n"
        "</body>\r\n</html>\r\n"
    )
    headers = (("Server", "fmsdiag"), ("Content-Type", "text/html"))
    return HttpResponse(status, headers, page.encode())


def raw_error_page(status: int) -> bytes:
    """The same as bytes, for who answers without having understood a request."""
    page = error_page(status)
    head = "".join(f"{name}: {value}\r\n" for name, value in page.headers)
    return (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n{head}"
        f"Content-Length: {len(page.body)}\r\nConnection: close\r\n\r\n"
    ).encode() + page.body


async def _read_request(
    connection: Connection, state: h11.Connection, patience_s: float
) -> HttpRequest | None:
    """The next request; None when the client has closed. Raises h11.RemoteProtocolError, TimeoutError.

    The first byte may take `patience_s`; from then on one deadline holds for all of the request.
    """
    loop = asyncio.get_running_loop()
    deadline: float | None = None
    request: h11.Request | None = None
    body = bytearray()
    while True:
        event = state.next_event()
        if event is h11.NEED_DATA:
            await _answer_expectation(connection, state)
            left = patience_s if deadline is None else deadline - loop.time()
            state.receive_data(await connection.receive(left))
            deadline = deadline or loop.time() + connection.limits.handshake_s
        elif isinstance(event, h11.Request):
            request = event
        elif isinstance(event, h11.Data):
            body += event.data
            connection.keep(len(body))
            if len(body) > connection.limits.http_body_bytes:
                raise h11.RemoteProtocolError("request body too long", error_status_hint=413)
        elif isinstance(event, h11.EndOfMessage) and request is not None:
            connection.keep(0)
            return HttpRequest(request.method.decode(), request.target.decode("latin-1"), bytes(body))
        else:  # ConnectionClosed
            return None


async def _answer_expectation(connection: Connection, state: h11.Connection) -> None:
    if state.they_are_waiting_for_100_continue:
        go_on = h11.InformationalResponse(status_code=100, headers=[], reason=b"Continue")
        await connection.send(state.send(go_on) or b"")


def _framed(response: HttpResponse) -> list[tuple[str, str]]:
    """The headers as they go out; their order is kept."""
    framing = response.framing
    ending = framing in (Framing.CLOSE, Framing.HTTP10)
    ours = {"content-length", "connection"} if ending else {"content-length"}
    headers = [(name, value) for name, value in response.headers if name.lower() not in ours]
    if ending:
        headers.append(("Connection", "close"))
    if framing is Framing.CHUNKED:
        headers.append(("Transfer-Encoding", "chunked"))
    else:
        headers.append(("Content-Length", str(len(response.body))))
    return [(name.lower(), value) for name, value in headers] if framing is Framing.LOWER_CASE else headers


async def _send(
    connection: Connection, state: h11.Connection, response: HttpResponse, *, head_only: bool = False
) -> None:
    """Head and body in one write."""
    reason = HTTPStatus(response.status).phrase.encode()
    headers = _framed(response)
    output = state.send(h11.Response(status_code=response.status, headers=headers, reason=reason)) or b""
    if response.framing is Framing.HTTP10:
        output = output.replace(b"HTTP/1.1", b"HTTP/1.0", 1)
    if not head_only:
        output += state.send(h11.Data(data=response.body)) or b""
    output += state.send(h11.EndOfMessage()) or b""
    await connection.send(output)
