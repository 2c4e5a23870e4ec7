"""HTTP/1.1 over a Stream, by h11: single requests, and the kept-alive exchange that RTMPT needs.

Bodies and heads are bounded; a proxy may re-frame them (chunked, until close), change the case of header names or answer
100-continue, and h11 copes with all of that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import h11

from fmsdiag.model import HttpFacts
from fmsdiag.probe.failure import PeerClosed, UnexpectedReply, words_of
from fmsdiag.probe.fingerprint import BODY_START, MAX_HEADERS, http_software, media_addresses
from fmsdiag.probe.sockets.network import Stream

MAX_BODY = 64 * 1024 + 1  # a full RTMPT body and the byte before it
MAX_INTERIM = 10
"""Interim answers (1xx) before the final one; a proxy that repeats "wait" every second sends fewer within our time."""
BODY_PATIENCE_S = 1.0
"""How long the rest of an answer's body may keep silent, where the head has said what matters."""
USER_AGENT = "Shockwave Flash"
Dial = Callable[[], Awaitable[Stream]]


@dataclass(frozen=True)
class HttpReply:
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]  # names in lower case
    body: bytes
    keep_alive: bool

    def facts(self, method: str, path: str) -> HttpFacts:
        """The reply as the report keeps it."""
        text = self.body[:BODY_START].decode("utf-8", "replace")
        shown = tuple((name[:64], value[:300]) for name, value in self.headers[:MAX_HEADERS])
        return HttpFacts(
            method,
            path,
            self.status,
            self.reason[:100],
            shown,
            text,
            http_software(shown, text, self.status),
            media_addresses(self.body),
        )


class HttpExchange:
    """Requests on one connection after the other: keep-alive while the peer allows, else a new connection by `dial`."""

    def __init__(self, stream: Stream, dial: Dial | None = None) -> None:
        self._stream = stream
        self._dial = dial
        self._h11 = _client()
        self._reusable = True  # the next request may go out on this connection
        self._kept = False  # it has carried a request before
        self.connections = 1

    @property
    def stream(self) -> Stream:
        return self._stream

    @property
    def left_over(self) -> bytes:
        """What came behind the last answer: after CONNECT, the first bytes from inside the tunnel."""
        return self._h11.trailing_data[0]

    async def request(
        self,
        method: str,
        path: str,
        headers: tuple[tuple[str, str], ...],
        body: bytes = b"",
        whole: bool = True,
    ) -> HttpReply:
        """One request and its answer; unless `whole`, the first MAX_BODY bytes of its body are enough.

        The same goes for a refusal (400 and up), and for a body that stops short of its end: of that they take what came
        within BODY_PATIENCE_S.
        Raises UnexpectedReply for what is not HTTP or too long, PeerClosed for an answer that stops short.
        """
        # A connection that was kept alive and turns out to have ended before the first byte of an answer gets one
        # successor: the peer, or a proxy, had let go of it meanwhile (RFC 9112, section 9.3.1).
        if not self._reusable:
            await self._redial()
        before = self._stream.received.total
        try:
            reply = await self._once(method, path, headers, body, whole)
        except (PeerClosed, ConnectionError):
            if not self._kept or self._dial is None or self._stream.received.total > before:
                raise
            await self._redial()
            reply = await self._once(method, path, headers, body, whole)
        self._reusable = self._kept = reply.keep_alive
        return reply

    async def dismiss(
        self, method: str, path: str, headers: tuple[tuple[str, str], ...], body: bytes
    ) -> None:
        """Send a last request whose answer does not matter, if that can be done on the connection at hand."""
        if self._reusable:
            await self._stream.send(self._written(method, path, headers, body))
            self._reusable = False

    async def _redial(self) -> None:
        if self._dial is None:
            raise PeerClosed
        self._reusable = self._kept = False
        await self._stream.close()
        self._stream = await self._dial()
        self._h11 = _client()
        self._reusable = True
        self.connections += 1

    async def _once(
        self, method: str, path: str, headers: tuple[tuple[str, str], ...], body: bytes, whole: bool
    ) -> HttpReply:
        await self._stream.send(self._written(method, path, headers, body))
        return await self._reply(whole)

    def _written(self, method: str, path: str, headers: tuple[tuple[str, str], ...], body: bytes) -> bytes:
        written = [(name.encode("ascii"), value.encode("latin-1", "replace")) for name, value in headers]
        out = self._h11.send(h11.Request(method=method, target=path, headers=written)) or b""
        if body:
            out += self._h11.send(h11.Data(data=body)) or b""
        return out + (self._h11.send(h11.EndOfMessage()) or b"")

    async def _reply(self, whole: bool) -> HttpReply:
        head: h11.Response | None = None
        body = bytearray()
        seen = bytearray()
        ended = False
        interim = 0
        head_is_enough = False
        while True:
            try:
                event = self._h11.next_event()
            except h11.RemoteProtocolError as error:
                if head_is_enough:
                    ended = True
                    break
                if ended and _may_be_http(seen):
                    raise PeerClosed from error
                raise UnexpectedReply(f"not an HTTP answer: {words_of(error)}", bytes(seen)) from error
            if event is h11.NEED_DATA:
                try:
                    async with asyncio.timeout(BODY_PATIENCE_S if head_is_enough else None):
                        data = await self._stream.receive()
                except OSError:  # TimeoutError is one; tinyproxy resets what it has refused without reading
                    if not head_is_enough:
                        raise
                    ended = True
                    break
                ended = not data
                if len(seen) < 512:
                    seen += data[:512]
                if not _may_be_http(seen):  # else h11 would wait for the end of a line
                    raise UnexpectedReply("not an HTTP answer", bytes(seen))
                self._h11.receive_data(data)
            elif isinstance(event, h11.InformationalResponse):
                interim += 1
                if interim > MAX_INTERIM:
                    raise UnexpectedReply("interim HTTP answers without end", bytes(seen))
            elif isinstance(event, h11.Response):
                head = event
                head_is_enough = not whole or head.status_code >= 400
            elif isinstance(event, h11.Data):
                body += event.data
                if len(body) > MAX_BODY:
                    if head_is_enough:
                        del body[MAX_BODY:]
                        break
                    raise UnexpectedReply(f"an HTTP body of more than {MAX_BODY // 1024} kB", bytes(seen))
            elif isinstance(event, h11.EndOfMessage | h11.ConnectionClosed) or event is h11.PAUSED:
                break
        if head is None:
            raise PeerClosed
        return self._finished(head, bytes(body), ended)

    def _finished(self, head: h11.Response, body: bytes, ended: bool) -> HttpReply:
        keep = False
        # h11 would keep a connection whose end was the body's end, when nothing announced it
        if not ended and self._h11.our_state is h11.DONE and self._h11.their_state is h11.DONE:
            self._h11.start_next_cycle()
            keep = True
        headers = tuple((n.decode("latin-1").lower(), v.decode("latin-1")) for n, v in head.headers)
        return HttpReply(head.status_code, head.reason.decode("latin-1"), headers, body, keep)

    async def close(self) -> None:
        await self._stream.close()


Exchanges = Callable[[Stream, Dial | None], HttpExchange]
"""What makes requests over a stream; through a proxy they are made otherwise than directly."""


def _client() -> h11.Connection:
    return h11.Connection(h11.CLIENT, max_incomplete_event_size=32 * 1024)


def _may_be_http(seen: bytearray) -> bool:
    return seen[:5] == b"HTTP/"[: len(seen)]


def host_header(host: str, port: int, default_port: int) -> str:
    """The value of a Host header: brackets for IPv6, without a zone, the port when it is not the scheme's own."""
    host = host.partition("%")[0]
    name = f"[{host}]" if ":" in host else host
    return name if port == default_port else f"{name}:{port}"


def get_headers(host: str) -> tuple[tuple[str, str], ...]:
    """Headers of a plain GET to `host` (the value of the Host header)."""
    return (("Host", host), ("User-Agent", USER_AGENT), ("Accept", "*/*"), ("Connection", "close"))
