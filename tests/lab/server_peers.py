"""What stands right before a media server, or is asked on the way to it, and lets traffic pass in its own manner.

one_at_a_time PORT TO              hands connections on to port TO, each when the one before has ended
one_and_no_more PORT TO            hands one connection on, and refuses others meanwhile
ends_the_idle PORT TO S            hands connections on, and ends one in good order that was silent for S seconds
ends_after PORT TO BYTES           hands connections on, and ends one in good order that has brought more than that
cut_after PORT TO BYTES            hands connections on, and resets one when it has brought more than that many bytes
hangup_later PORT S                resets every connection S seconds after it was accepted
mutual_tls PORT PEM AUTHORITY      TLS that demands a certificate of the client, of which none is good enough
tls_alert PORT NUMBER              ends every TLS handshake with the fatal alert of that number
slow_names ADDRESS TO S            a name server at ADDRESS that passes queries on to TO, and answers S seconds later
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
import sys
from contextlib import suppress

BLOCK = 65536


async def one_at_a_time(port: str, to: str) -> None:
    """As `ffmpeg -listen 1` in a loop, but that who comes meanwhile waits in the queue of the system."""
    loop = asyncio.get_running_loop()
    listening = socket.create_server(("", int(port)), backlog=16)
    listening.setblocking(False)
    while True:
        accepted, _ = await loop.sock_accept(listening)
        reader, writer = await asyncio.open_connection(sock=accepted)
        with suppress(OSError):
            await _relay(reader, writer, int(to), limit=None)


async def one_and_no_more(port: str, to: str) -> None:
    """As `ffmpeg -listen 1` in a loop: who comes while someone is there is refused."""
    loop = asyncio.get_running_loop()
    while True:
        listening = socket.create_server(("", int(port)), backlog=1)
        listening.setblocking(False)
        accepted, _ = await loop.sock_accept(listening)
        listening.close()
        reader, writer = await asyncio.open_connection(sock=accepted)
        with suppress(OSError):
            await _relay(reader, writer, int(to), limit=None)


async def cut_after(port: str, to: str, count: str) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            await _relay(reader, writer, int(to), limit=int(count))

    server = await asyncio.start_server(serve, "0.0.0.0", int(port))
    await server.serve_forever()


async def ends_after(port: str, to: str, count: str) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            await _relay(reader, writer, int(to), limit=int(count), reset=False)

    server = await asyncio.start_server(serve, "0.0.0.0", int(port))
    await server.serve_forever()


async def ends_the_idle(port: str, to: str, seconds: str) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            await _relay(reader, writer, int(to), limit=None, patience_s=float(seconds))

    server = await asyncio.start_server(serve, "0.0.0.0", int(port))
    await server.serve_forever()


async def hangup_later(port: str, seconds: str) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(float(seconds))
        _reset(writer)

    server = await asyncio.start_server(serve, "0.0.0.0", int(port))
    await server.serve_forever()


async def mutual_tls(port: str, pem: str, authority: str) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=authority)
    context.load_cert_chain(pem)
    context.verify_mode = ssl.CERT_REQUIRED
    listening = socket.create_server(("", int(port)))
    while True:
        accepted, _ = await asyncio.to_thread(listening.accept)
        asyncio.get_running_loop().run_in_executor(None, _demand, accepted, context)


def _demand(accepted: socket.socket, context: ssl.SSLContext) -> None:
    """A blocking socket, since asyncio's TLS does not send the alert that says what is missing."""
    accepted.settimeout(10)
    with suppress(OSError), context.wrap_socket(accepted, server_side=True) as secured:
        secured.recv(BLOCK)


async def tls_alert(port: str, number: str) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            await reader.read(BLOCK)
            writer.write(bytes((0x15, 3, 3, 0, 2, 2, int(number))))  # RFC 8446, section 6
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "0.0.0.0", int(port))
    await server.serve_forever()


async def slow_names(address: str, to: str, seconds: str) -> None:
    loop = asyncio.get_running_loop()
    await loop.create_datagram_endpoint(lambda: _SlowNames(to, float(seconds)), local_addr=(address, 53))
    await asyncio.Event().wait()


class _SlowNames(asyncio.DatagramProtocol):
    def __init__(self, to: str, seconds: float) -> None:
        self._to, self._seconds = to, seconds
        self._waiting: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        task = asyncio.create_task(self._pass_on(data, addr))
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)

    async def _pass_on(self, query: bytes, asker: tuple[str, int]) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(self._seconds)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as onwards, suppress(TimeoutError):
            onwards.setblocking(False)
            await loop.sock_connect(onwards, (self._to, 53))
            await loop.sock_sendall(onwards, query)
            async with asyncio.timeout(3):
                self._transport.sendto(await loop.sock_recv(onwards, 4096), asker)  # type: ignore[attr-defined]


async def _relay(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    to: int,
    limit: int | None,
    *,
    reset: bool = True,
    patience_s: float | None = None,
) -> None:
    """Both ways until either side ends, the client is silent for too long, or more than `limit` bytes have come."""
    behind, onwards = await asyncio.open_connection("127.0.0.1", to)

    async def up() -> None:
        count = 0
        while data := await asyncio.wait_for(reader.read(BLOCK), patience_s):
            count += len(data)
            if limit is not None and count > limit:
                # what was sent before the limit is answered before the reset
                return
            onwards.write(data)
            await onwards.drain()

    async def down() -> None:
        while data := await behind.read(BLOCK):
            writer.write(data)
            await writer.drain()

    tasks = {asyncio.create_task(up()), asyncio.create_task(down())}
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    onwards.close()
    if limit is not None and reset:
        _reset(writer)
    writer.close()


def _reset(writer: asyncio.StreamWriter) -> None:
    linger = struct.pack("ii", 1, 0)  # socket(7): closing discards what is left and sends RST
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.close()


if __name__ == "__main__":
    behaviours = {
        f.__name__: f
        for f in (
            one_at_a_time,
            one_and_no_more,
            ends_the_idle,
            ends_after,
            ends_the_idle,
            ends_after,
            cut_after,
            hangup_later,
            mutual_tls,
            tls_alert,
            slow_names,
        )
    }
    asyncio.run(behaviours[sys.argv[1]](*sys.argv[2:]))
