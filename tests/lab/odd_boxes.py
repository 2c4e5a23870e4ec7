"""Boxes on the way that no program in use plays: relays that look into what they carry, and name servers with a whim.

relay PORT HOW [N]      carries each connection on to where it was going before it was redirected here. HOW is
    faithful            nothing is done to it
    fin, page           RTMP in clear is closed in good order, or answered by a web page
    proxy-page          likewise, by a page that bears a proxy's mark
    after-s1            RTMP in clear is carried until the server has answered, then nothing more is
    tls-fin             TLS is closed in good order when it begins
    upload-fin N        closed in good order after N bytes up;  upload-silence N: nothing more is carried
    idle N              closed after N seconds in which nothing came
socks ADDRESS [locked]  a SOCKS5 proxy; locked: it takes only clients that have a password
truncating ADDRESS ASK  a name server that answers by TCP alone, as ASK does
no-aaaa ADDRESS ASK     a name server that leaves questions about IPv6 unanswered
"""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
from collections.abc import Coroutine
from contextlib import suppress
from typing import TypeAlias

import dns.asyncquery
import dns.flags
import dns.message
import dns.rdatatype

_SO_ORIGINAL_DST = 80  # linux/netfilter_ipv4.h
_RTMP, _TLS = 0x03, 0x16
_PAGE = b"<html><body><h1>Access denied</h1>The application is not permitted.</body></html>"
_FORBIDDEN = (
    b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
    % len(_PAGE)
)
_MARK = b"\r\nVia: 1.1 filter.school.example"
Reader: TypeAlias = asyncio.StreamReader
Writer: TypeAlias = asyncio.StreamWriter


class Relay:
    """One connection through the box."""

    def __init__(self, how: str, limit: float) -> None:
        self._how, self._limit = how, limit
        self._up = self._down = 0
        self._is_rtmp = False

    async def carry(self, reader: Reader, writer: Writer) -> None:
        raw = writer.get_extra_info("socket").getsockopt(socket.SOL_IP, _SO_ORIGINAL_DST, 16)
        port, address = struct.unpack("!2xH4s8x", raw)
        try:
            far = await asyncio.open_connection(socket.inet_ntoa(address), port)
        except OSError:
            writer.transport.abort()
            return
        with suppress(OSError):
            await _until_one_ends(self._send_up(reader, writer, far[1]), self._send_down(far[0], writer))
        for end in (writer, far[1]):
            end.close()

    async def _send_up(self, reader: Reader, near: Writer, far: Writer) -> None:
        wait = self._limit if self._how == "idle" else None
        while True:
            try:
                data = await asyncio.wait_for(reader.read(65536), wait)
            except TimeoutError:
                return
            if not data:
                return
            first, self._up = self._up == 0, self._up + len(data)
            self._is_rtmp = self._is_rtmp or (first and data[0] == _RTMP)
            if first and data[0] == _RTMP and self._how in ("page", "proxy-page"):
                mark = _MARK if self._how == "proxy-page" else b""
                near.write(_FORBIDDEN.replace(b"\r\n", mark + b"\r\n", 1) + _PAGE)
                await near.drain()
            if first and data[0] in {
                "fin": (_RTMP,),
                "page": (_RTMP,),
                "proxy-page": (_RTMP,),
                "tls-fin": (_TLS,),
            }.get(self._how, ()):
                return
            over = self._how.startswith("upload") and self._up > self._limit
            if over and self._how == "upload-fin":
                return
            if over or (self._how == "after-s1" and self._is_rtmp and self._down):
                continue
            far.write(data)
            await far.drain()

    async def _send_down(self, far: Reader, near: Writer) -> None:
        while data := await far.read(65536):
            if self._how == "after-s1" and self._is_rtmp and self._down > 1536:
                continue
            self._down += len(data)
            near.write(data)
            await near.drain()


async def relay(port: str, how: str, limit: str = "0") -> None:
    async def carry(reader: Reader, writer: Writer) -> None:
        await Relay(how, float(limit)).carry(reader, writer)

    server = await asyncio.start_server(carry, "0.0.0.0", int(port))
    await server.serve_forever()


async def socks(address: str, locked: str = "") -> None:
    """RFC 1928, CONNECT by IPv4 address or name."""

    async def serve(reader: Reader, writer: Writer) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            await _socks_connection(reader, writer, bool(locked))
        writer.close()

    server = await asyncio.start_server(serve, address, 1080)
    await server.serve_forever()


async def _socks_connection(reader: Reader, writer: Writer, locked: bool) -> None:
    _, count = await reader.readexactly(2)
    methods = await reader.readexactly(count)
    if locked or 0 not in methods:
        writer.write(b"\x05\xff")
        await writer.drain()
        return
    writer.write(b"\x05\x00")
    kind = (await reader.readexactly(4))[3]
    if kind == 1:
        host = socket.inet_ntoa(await reader.readexactly(4))
    else:
        host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
    (port,) = struct.unpack("!H", await reader.readexactly(2))
    try:
        far = await asyncio.open_connection(host, port)
    except OSError:
        writer.write(b"\x05\x05\x00\x01" + bytes(6))
        await writer.drain()
        return
    writer.write(b"\x05\x00\x00\x01" + bytes(6))
    await _until_one_ends(_pipe(reader, far[1]), _pipe(far[0], writer))
    far[1].close()


async def _until_one_ends(*ways: Coroutine[None, None, None]) -> None:
    """Carry both ways until either side closes."""
    tasks = [asyncio.create_task(way) for way in ways]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _pipe(reader: Reader, writer: Writer) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()


class Whim(asyncio.DatagramProtocol):
    """A name server by UDP; `answer` makes the reply of a query, or none."""

    def __init__(self, upstream: str, truncating: bool) -> None:
        self._upstream, self._truncating = upstream, truncating
        self._tasks: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.DatagramTransport = transport  # type: ignore[assignment]

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        task = asyncio.create_task(self._answer(dns.message.from_wire(data), addr))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, query: dns.message.Message, addr: tuple[str, int]) -> None:
        if self._truncating:
            reply = dns.message.make_response(query)
            reply.flags |= dns.flags.TC
        elif query.question[0].rdtype == dns.rdatatype.AAAA:
            return
        else:
            reply = await dns.asyncquery.udp(query, self._upstream, timeout=3)
        self._transport.sendto(reply.to_wire(), addr)


async def name_server(address: str, upstream: str, truncating: bool) -> None:
    async def by_tcp(reader: Reader, writer: Writer) -> None:
        with suppress(asyncio.IncompleteReadError):
            (length,) = struct.unpack("!H", await reader.readexactly(2))
            query = dns.message.from_wire(await reader.readexactly(length))
            reply = (await dns.asyncquery.udp(query, upstream, timeout=3)).to_wire()
            writer.write(struct.pack("!H", len(reply)) + reply)
            await writer.drain()
        writer.close()

    loop = asyncio.get_running_loop()
    await loop.create_datagram_endpoint(lambda: Whim(upstream, truncating), local_addr=(address, 53))
    server = await asyncio.start_server(by_tcp, address, 53)
    await server.serve_forever()


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    if what == "relay":
        asyncio.run(relay(*rest))
    elif what == "socks":
        asyncio.run(socks(*rest))
    else:
        asyncio.run(name_server(rest[0], rest[1], what == "truncating"))
