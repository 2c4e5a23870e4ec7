"""A firewall that lets only HTTP through, on loopback and without privileges: what `fmsdiag demo` is about.

Two ports stand for the network behind it. `web_port` is the server's port 80: connections that begin with an
HTTP request are relayed, all others are reset, as a firewall with deep packet inspection does. `blocked_port`
is any other port, 1935 for one: connection requests are swallowed.
"""

from __future__ import annotations

import asyncio
import re
from types import TracebackType

from fmsdiag.server.connection import READ_SIZE, Connection
from fmsdiag.server.events import EventKind, EventSink, ServerEvent, ignore, one_line
from fmsdiag.server.limits import Limits
from fmsdiag.server.listener import Listener, bind_socket
from fmsdiag.server.silent_port import SilentPort, open_silent_port

_METHODS = (b"GET", b"POST", b"HEAD", b"PUT", b"DELETE", b"OPTIONS", b"PATCH")
_REQUEST_START = re.compile(rb"(?:" + b"|".join(_METHODS) + rb") [/h*]")
_LONGEST_START = 9  # "OPTIONS *"


class HttpOnlyFilter:
    """`async with HttpOnlyFilter((host, port)) as wall:` and then wall.web_port, wall.blocked_port."""

    def __init__(
        self,
        web_target: tuple[str, int],
        *,
        listen: str = "127.0.0.1",
        limits: Limits | None = None,
        on_event: EventSink = ignore,
    ) -> None:
        self._web_target = web_target
        self._listen = listen
        self._limits = limits or Limits()
        self._on_event = on_event
        self._listener: Listener | None = None
        self._blocked: SilentPort | None = None
        self.web_port = 0
        self.blocked_port = 0
        self.blocks_silently = False  # False: the system cannot swallow connections, they are refused

    async def __aenter__(self) -> HttpOnlyFilter:
        self._blocked = await open_silent_port(self._listen)
        self.blocked_port = self._blocked.port
        self.blocks_silently = self._blocked.silent
        try:
            bound = await bind_socket(self._listen, 0)
        except BaseException:
            self._blocked.close()
            raise
        self._listener = Listener(
            "http-only", bound, self._pass_or_reset, limits=self._limits, on_event=self._on_event
        )
        self.web_port = self._listener.port
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._listener is not None:
            await self._listener.aclose()
        if self._blocked is not None:
            self._blocked.close()

    async def _pass_or_reset(self, connection: Connection) -> None:
        start = await self._read_start(connection)
        if not start:
            await connection.finish()
        elif _REQUEST_START.match(start):
            await _relay(connection, start, self._web_target)
        else:
            detail = one_line(f"not HTTP, reset: {start[:8].hex(' ')}")
            self._on_event(ServerEvent(EventKind.FAULT, connection.listener, connection.peer, detail))
            connection.reset()

    async def _read_start(self, connection: Connection) -> bytes:
        """As many first bytes as it takes to know whether it is HTTP; fewer at the client's FIN."""
        start = b""
        async with asyncio.timeout(self._limits.handshake_s):
            while len(start) < _LONGEST_START and _may_become_http(start):
                data = await connection.receive(self._limits.handshake_s)
                if not data:
                    break
                start += data
        return start


def _may_become_http(start: bytes) -> bool:
    """Whether more bytes could make a request of it; a complete beginning needs none."""
    if _REQUEST_START.match(start):
        return False
    return any((method + b" ").startswith(start[: len(method) + 1]) for method in _METHODS)


async def _relay(connection: Connection, start: bytes, target: tuple[str, int]) -> None:
    """Pass bytes both ways until both sides have ended. An unreachable target resets the client."""
    try:
        reader, writer = await asyncio.open_connection(*target)
    except OSError:
        connection.reset()
        return
    try:
        writer.write(start)
        async with asyncio.TaskGroup() as group:
            group.create_task(_forward_up(connection, writer))
            group.create_task(_forward_down(reader, connection))
        await connection.finish()
    except* (OSError, TimeoutError):
        connection.reset()  # whatever ended one side has ended the other
    finally:
        writer.transport.abort()


async def _forward_up(connection: Connection, writer: asyncio.StreamWriter) -> None:
    while data := await connection.receive(connection.limits.idle_s):
        writer.write(data)
        await writer.drain()
    writer.write_eof()


async def _forward_down(reader: asyncio.StreamReader, connection: Connection) -> None:
    while data := await reader.read(READ_SIZE):
        await connection.send(data)
    connection.end_output()
