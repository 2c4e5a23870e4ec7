"""Peers that no program in use plays: one behaviour each.

tarpit PORT         accepts every connection and never answers
banner PORT TEXT    greets with TEXT, as SSH and mail servers do
hangup PORT HOW     ends every connection as soon as it is accepted, in good order or by a "reset"
cut PORT BYTES S    resets a connection S seconds after it has brought that many bytes
servfail ADDRESS    a name server at ADDRESS that always answers SERVFAIL
"""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import cast

import dns.message
import dns.rcode

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def tarpit(port: str) -> None:
    await _serve(_discard, port)


async def banner(port: str, text: str) -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(text.encode() + b"\r\n")
        await writer.drain()
        await _discard(reader, writer)

    await _serve(greet, port)


async def hangup(port: str, how: str = "") -> None:
    async def end(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _end(writer, reset=how == "reset")

    await _serve(end, port)


async def cut(port: str, count: str, seconds: str) -> None:
    async def end(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError):
            await reader.readexactly(int(count))
        await asyncio.sleep(float(seconds))
        _end(writer, reset=True)

    await _serve(end, port)


def _end(writer: asyncio.StreamWriter, *, reset: bool) -> None:
    if reset:
        linger = struct.pack("ii", 1, 0)  # socket(7): closing discards what is left and sends RST
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.close()


async def servfail(address: str) -> None:
    loop = asyncio.get_running_loop()
    await loop.create_datagram_endpoint(_Servfail, local_addr=(address, 53))
    await asyncio.Event().wait()


class _Servfail(asyncio.DatagramProtocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)  # not of that class before Python 3.12

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        answer = dns.message.make_response(dns.message.from_wire(data))
        answer.set_rcode(dns.rcode.SERVFAIL)
        self._transport.sendto(answer.to_wire(), addr)


async def _discard(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while await reader.read(65536):
        pass
    writer.close()


async def _serve(handler: Handler, port: str) -> None:
    server = await asyncio.start_server(handler, "0.0.0.0", int(port))
    await server.serve_forever()


if __name__ == "__main__":
    behaviours: dict[str, Callable[..., Coroutine[None, None, None]]] = {
        "tarpit": tarpit,
        "banner": banner,
        "hangup": hangup,
        "cut": cut,
        "servfail": servfail,
    }
    asyncio.run(behaviours[sys.argv[1]](*sys.argv[2:]))
