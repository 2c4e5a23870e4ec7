"""Answers to an HTTP request, in any framing and any pieces."""

from __future__ import annotations

from collections.abc import Iterator

from fmsdiag.probe.failure import PeerClosed, UnexpectedReply
from fmsdiag.probe.sockets.network import Capture, TcpState
from fmsdiag.probe.transports.http import MAX_BODY, HttpExchange, get_headers
from tests.fuzz.inputs import Input
from tests.fuzz.loop import result

HEADS = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/x-fcs\r\nContent-Length: 17\r\n\r\n2-tmaQJe98nOkYd2\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\nX: y\r\n\r\n",
    b"HTTP/1.0 200 OK\r\nServer: Apache/2.4\r\n\r\n<html>",
    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n",
    b"HTTP/1.1 400 Bad Request\r\nServer: nginx/1.22.1\r\nX-Squid-Error: ERR_INVALID_URL 0\r\n\r\n<h1>400 Bad request</h1>",
    b"SSH-2.0-OpenSSH_9.2\r\n",
)


def seeds() -> list[bytes]:
    return [bytes((flags, cut)) + head for flags in (0, 1) for cut, head in enumerate(HEADS)]


class Replay:
    """A stream that brings these pieces, and then its end."""

    address, port = "192.0.2.1", 80
    local_address = local_port = kernel_rtt_s = mss = unacknowledged = sent_again = None

    @property
    def tcp(self) -> TcpState:
        return self

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.sent, self.received = Capture(), Capture()
        self._pieces = pieces

    async def send(self, data: bytes) -> None:
        self.sent.add(data)

    async def receive(self) -> bytes:
        return next(self._pieces, b"")

    async def close(self) -> None:
        pass


def check(data: bytes) -> None:
    """Two requests end in bounded replies, or in one of the two errors that are documented."""
    given = Input(data)
    whole = bool(given.byte() & 1)
    exchange = HttpExchange(Replay(given.pieces()))
    try:
        for _ in range(2):
            reply = result(exchange.request("GET", "/", get_headers("media.example.com"), whole=whole))
            assert len(reply.body) <= MAX_BODY
            facts = reply.facts("GET", "/")
            assert len(facts.body_start) <= 512
    except (PeerClosed, UnexpectedReply) as error:
        str(error)
