"""Media servers that speak RTMP in ways of their own, right or wrong; every application is theirs.

    odd_media_servers.py ADDRESS PORT MANNER [SECONDS]

s2-after-c2     sends S2 when it has C2
amf3            answers in AMF3
on-status       accepts by onStatus, and sends no _result
chunk-size      changes its chunk size within the message that accepts
ping-first      accepts when its ping has been answered
controls-after  sends its control messages behind the acceptance
late-s2         sends S2 that many seconds after S1
mute            accepts, and answers nothing that comes then
ping-and-hang   sends a ping, and never decides
token-closes    accepts with a secureToken, and closes that many seconds later
"""

from __future__ import annotations

import asyncio
import struct
import sys
from contextlib import suppress
from dataclasses import replace

from fmsdiag.protocol.chunk import ChunkWriter, RawMessage
from fmsdiag.protocol.events import ConnectRequested, Event, MessageReceived
from fmsdiag.protocol.message import Command, ControlEvent, UserControl, encode_message
from fmsdiag.protocol.netconnection import success_reply
from fmsdiag.protocol.server_session import ServerSession

MANNERS = (
    "s2-after-c2",
    "amf3",
    "on-status",
    "chunk-size",
    "ping-first",
    "controls-after",
    "late-s2",
    "mute",
    "ping-and-hang",
    "token-closes",
)
_S0_S1 = 1 + 1536
_SMALL = 64


class OddServer:
    """One connection."""

    def __init__(self, manner: str, seconds: float, writer: asyncio.StreamWriter) -> None:
        self._manner, self._seconds, self._writer = manner, seconds, writer
        self._session = ServerSession()
        self._held = b""  # S2, until it is due
        self._begun = self._pinged = False

    async def serve(self, reader: asyncio.StreamReader) -> None:
        while data := await reader.read(65536):
            for event in self._session.receive(data):
                await self._handle(event)
            await self._send()

    async def _send(self) -> None:
        output = self._session.take_output()
        if not self._begun and output:
            self._begun = True
            if self._manner in ("s2-after-c2", "late-s2"):
                output, self._held = output[:_S0_S1], output[_S0_S1:]
            if self._manner == "late-s2":
                self._writer.write(output)
                await self._writer.drain()
                await asyncio.sleep(self._seconds)
                output, self._held = self._held, b""
        self._writer.write(output)
        await self._writer.drain()

    async def _handle(self, event: Event) -> None:
        if self._held:  # the session tells of nothing before C2 is there
            self._writer.write(self._held)
            self._held = b""
        if isinstance(event, ConnectRequested):
            await self._decide()
        elif isinstance(event, MessageReceived) and self._pinged and isinstance(event.message, UserControl):
            if event.message.event == ControlEvent.PING_RESPONSE and self._manner == "ping-first":
                self._session.accept()
        elif isinstance(event, MessageReceived) and self._manner != "mute":
            self._answer(event.message)

    async def _decide(self) -> None:
        match self._manner:
            case "amf3":
                self._session.send_message(replace(success_reply(), amf3=True))
            case "on-status":
                status = success_reply().values[1]
                self._session.send_message(Command("onStatus", 0.0, (None, status)))
            case "chunk-size":
                await self._send()
                self._writer.write(changing_its_chunk_size(success_reply()))
            case "ping-first" | "ping-and-hang":
                self._session.send_message(UserControl(ControlEvent.PING_REQUEST, (7,)))
                self._pinged = True
            case "controls-after":
                self._session.send_message(success_reply())
                self._session.accept()  # once more, with the control messages
            case "token-closes":
                self._session.accept(extra_info={"secureToken": "#ed%XN0Dc9uGMc2S"})
                await self._send()
                await asyncio.sleep(self._seconds)
                self._writer.close()
            case _:
                self._session.accept()

    def _answer(self, message: object) -> None:
        if isinstance(message, Command) and message.name == "createStream":
            self._session.send_command("_result", message.transaction_id, None, 1.0)


def changing_its_chunk_size(message: Command) -> bytes:
    """The message in two chunk sizes: Set Chunk Size stands between its first chunk and the rest (RTMP 1.0, section 5.4.1)."""
    type_id, payload = encode_message(message)
    whole = ChunkWriter().write(RawMessage(3, 0, type_id, 0, payload))
    first = 12 + 128
    changes = struct.pack(">BBBBBBBBI", 2, 0, 0, 0, 0, 0, 4, 1, 0) + struct.pack(">I", _SMALL)
    rest, pieces = payload[128:], b""
    assert whole[:12] + payload[:128] == whole[:first]
    while rest:
        pieces += b"\xc3" + rest[:_SMALL]
        rest = rest[_SMALL:]
    return whole[:first] + changes + pieces


async def serve(address: str, port: str, manner: str, seconds: str = "0") -> None:
    """Until the process is ended."""
    server = await start(address, int(port), manner, float(seconds))
    await server.serve_forever()


async def start(address: str, port: int, manner: str, seconds: float = 0.0) -> asyncio.Server:
    """Listen. Raises ValueError for a manner that there is not."""
    if manner not in MANNERS:
        raise ValueError(manner)

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            await OddServer(manner, seconds, writer).serve(reader)
        writer.close()

    return await asyncio.start_server(converse, address, port)


if __name__ == "__main__":
    asyncio.run(serve(*sys.argv[1:]))
