"""A relay on loopback that lets every byte arrive late: a long path for round trips to be counted on.

It cannot delay TCP's own handshake, which the kernel answers at once: that round trip has to be added.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

HOST = "127.0.0.1"


class _Late(asyncio.Protocol):
    """One side of a connection: hands what it gets to the other side, `one_way_s` later and in order."""

    def __init__(self, one_way_s: float, other: _Late | None = None) -> None:
        self._one_way_s = one_way_s
        self.other = other
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._later(lambda to: to.write(data))

    def eof_received(self) -> bool:
        self._later(lambda to: to.write_eof())
        return True  # keep our own direction open

    def connection_lost(self, error: Exception | None) -> None:
        self._later(lambda to: to.close())

    def _later(self, act: Callable[[asyncio.Transport], None]) -> None:
        def now() -> None:
            to = self.other.transport if self.other else None
            if to is not None and not to.is_closing():
                act(to)

        asyncio.get_running_loop().call_later(self._one_way_s, now)


class _Near(_Late):
    """The client's side: dials the server when the client has come."""

    def __init__(self, one_way_s: float, port: int, dialling: set[asyncio.Task[None]]) -> None:
        super().__init__(one_way_s)
        self._port, self._dialling = port, dialling

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.other = far = _Late(self._one_way_s, self)
        task = asyncio.create_task(self._dial(far))
        self._dialling.add(task)
        task.add_done_callback(self._dialling.discard)

    async def _dial(self, far: _Late) -> None:
        await asyncio.get_running_loop().create_connection(lambda: far, HOST, self._port)


@asynccontextmanager
async def delay_relay(port: int, round_trip_s: float) -> AsyncIterator[int]:
    """The port of a relay to `port`, behind which everything takes `round_trip_s` there and back."""
    sides: list[_Near] = []
    dialling: set[asyncio.Task[None]] = set()

    def side() -> _Near:
        sides.append(_Near(round_trip_s / 2, port, dialling))
        return sides[-1]

    server = await asyncio.get_running_loop().create_server(side, HOST, 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for near in sides:
            for end in (near, near.other):
                if end is not None and end.transport is not None:
                    end.transport.abort()
