"""A bounded TCP or TLS listener: it accepts, counts, hands over, contains what goes wrong, and ends cleanly.

It owns its socket and accepts by itself instead of using asyncio.start_server: so a connection is counted and
cancellable before its TLS handshake, and closing does not depend on the Python version.
"""

from __future__ import annotations

import asyncio
import functools
import socket
import ssl
import sys
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from fmsdiag.server.budget import Budget
from fmsdiag.server.connection import READ_SIZE, Connection
from fmsdiag.server.events import EventKind, EventSink, ServerEvent, ignore, one_line
from fmsdiag.server.faults import Fault
from fmsdiag.server.limits import Limits

Handler: TypeAlias = Callable[[Connection], Awaitable[None]]

_BACKLOG = 128
_PAUSE_S = 0.05  # after an accept() that failed, usually for want of file descriptors


async def bind_socket(host: str, port: int, kind: socket.SocketKind = socket.SOCK_STREAM) -> socket.socket:
    """A TCP or UDP socket bound to a host and a port (0: any free one), not yet listening. Raises OSError."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=kind, flags=socket.AI_PASSIVE)
    family, _, protocol, _, address = found[0]
    bound = socket.socket(family, kind, protocol)
    try:
        if (
            kind is socket.SOCK_STREAM and sys.platform != "win32"
        ):  # there it would let another program take the port over
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.setblocking(False)
        bound.bind(address)
    except OSError:
        bound.close()
        raise
    return bound


def format_peer(address: tuple[str, int] | tuple[str, int, int, int]) -> str:
    """ "127.0.0.1:5000" or "[::1]:5000"."""
    host, port = address[0], address[1]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class Listener:
    """Accepts on one socket until closed; every connection is a task that `handler` fills."""

    def __init__(
        self,
        name: str,
        bound: socket.socket,
        handler: Handler,
        *,
        limits: Limits,
        budget: Budget | None = None,
        tls: ssl.SSLContext | None = None,
        fault: Fault | None = None,
        on_event: EventSink = ignore,
    ) -> None:
        self._name = name
        self._socket = bound
        self._handler = handler
        self._limits = limits
        self._budget = budget or Budget(limits)
        self._tls = tls
        self._fault = fault
        self._on_event = on_event
        self._connections: set[asyncio.Task[None]] = set()
        self._socket.listen(_BACKLOG)
        self.port: int = bound.getsockname()[1]
        self._accepting = asyncio.create_task(self._accept(), name=f"accept {name}")

    @property
    def connection_count(self) -> int:
        """Connections that are open now."""
        return len(self._connections)

    async def aclose(self) -> None:
        """Stop accepting, drop every connection and wait until all of it is gone."""
        tasks = (self._accepting, *self._connections)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._socket.close()

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                raw, address = await loop.sock_accept(self._socket)
            except OSError as error:
                self._tell(EventKind.FAILED, "", f"accept: {error}")
                await asyncio.sleep(_PAUSE_S)
                continue
            peer = format_peer(address)
            if why := self._why_full():
                self._tell(EventKind.REFUSED, peer, why)
                raw.close()
                continue
            self._budget.enter()
            task = asyncio.create_task(self._serve(raw, peer), name=f"{self._name} {peer}")
            self._connections.add(task)
            task.add_done_callback(functools.partial(self._forget, raw))

    def _why_full(self) -> str:
        if len(self._connections) >= self._limits.connections:
            return f"{self._limits.connections} connections are open"
        return self._budget.why_full

    async def _serve(self, raw: socket.socket, peer: str) -> None:
        self._tell(EventKind.OPENED, peer)
        detail = ""
        try:
            connection = await self._open(raw, peer)
            try:
                await self._handler(connection)
            finally:
                connection.abort()
        except (OSError, TimeoutError) as error:  # ssl.SSLError and ConnectionError are OSErrors
            detail = one_line(str(error) or type(error).__name__)
        except Exception as error:  # contained: one connection's misfortune is not the server's
            self._tell(EventKind.FAILED, peer, one_line(f"{type(error).__name__}: {error}"))
        finally:
            self._tell(EventKind.CLOSED, peer, detail)

    async def _open(self, raw: socket.socket, peer: str) -> Connection:
        # The transport sets TCP_NODELAY, without which the last bytes of an answer could wait for an
        # acknowledgement (Nagle's algorithm).
        loop = asyncio.get_running_loop()
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # Windows' loop leaves it to us
        reader = asyncio.StreamReader(READ_SIZE, loop)
        protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
        transport, _ = await loop.connect_accepted_socket(
            lambda: protocol,
            raw,
            ssl=self._tls,
            ssl_handshake_timeout=self._limits.handshake_s if self._tls else None,
            ssl_shutdown_timeout=self._limits.linger_s if self._tls else None,
        )
        writer = asyncio.StreamWriter(transport, protocol, reader, loop)
        return Connection(
            reader,
            writer,
            listener=self._name,
            peer=peer,
            limits=self._limits,
            budget=self._budget,
            fault=self._fault,
        )

    def _forget(self, raw: socket.socket, task: asyncio.Task[None]) -> None:
        self._connections.discard(task)
        self._budget.leave()
        raw.close()  # a task that was cancelled before its first step has not even looked at it

    def _tell(self, kind: EventKind, peer: str, detail: str = "") -> None:
        self._on_event(ServerEvent(kind, self._name, peer, detail))
