"""A path of routers on which first bytes can be filtered: streams whose time-to-live and least time-to-live are honored."""

from __future__ import annotations

import asyncio
import errno
import os

from fmsdiag.probe.sockets.tcp_options import NO_TCP_OPTIONS, TcpOptions
from tests.probe.fake_network import FakeNetwork, FakeStream, icmp_error, reset

INITIAL_TTL = 64


class TracedPath(FakeNetwork):
    """`routers` hops before the server; hop `filter_at` drops or resets what is sent on a connection that is open.

    With `long_only` it drops whole segments, as a link with a smaller MTU does, and passes the short rest of a message.
    """

    def __init__(
        self,
        routers: int,
        filter_at: int | None = None,
        answer: str = "silence",
        silent: tuple[int, ...] = (),
        reset_ttl: int | None = None,
        tells: bool = True,
        long_only: bool = False,
    ) -> None:
        super().__init__()
        self.distance = routers + 1
        self.filter_at, self.answer, self.silent = filter_at, answer, silent
        self.reset_ttl, self.tells, self.long_only = reset_ttl, tells, long_only
        self.probes: list[int | None] = []
        self.hangs_up = False  # although nothing was sent

    async def open_tcp(self, address: str, port: int, options: TcpOptions = NO_TCP_OPTIONS) -> TracedStream:
        if options.least_ttl is not None and self.opened_ttl < options.least_ttl:
            await asyncio.Event().wait()
        ttl = options.ttl
        if ttl is not None and ttl < self.distance:
            if ttl in self.silent or not self.tells:
                await asyncio.Event().wait()
            raise icmp_error(errno.EHOSTUNREACH, 11, 0, f"192.0.2.{ttl}")
        stream = TracedStream(self, address, port)
        self.streams.append(stream)
        return stream

    @property
    def opened_ttl(self) -> int:
        """With how many hops left a SYN-ACK arrives."""
        return INITIAL_TTL - self.distance + 1


class TracedStream(FakeStream):
    """One connection over the path."""

    def __init__(self, path: TracedPath, address: str, port: int) -> None:
        super().__init__(address, port, [])
        self._path = path
        self._ttl, self._least = INITIAL_TTL, 0

    def limit_hops(self, ttl: int) -> None:
        self._ttl = ttl
        self._path.probes.append(ttl)

    def ignore_below(self, ttl: int) -> None:
        self._least = ttl

    def abort(self) -> None:
        self.closed += 1

    async def receive(self) -> bytes:
        path = self._path
        if path.hangs_up:
            return b""
        if not self.written:
            await asyncio.Event().wait()
        cut = path.filter_at is not None and self._ttl > path.filter_at
        if (
            cut and path.long_only and len(self.written) % self.mss
        ):  # the rest goes on, and is of no use to the server
            cut = self._ttl >= path.distance
        if not cut and self._ttl < path.distance:
            if self._ttl in path.silent or not path.tells:
                await asyncio.Event().wait()
            raise OSError(errno.EHOSTUNREACH, os.strerror(errno.EHOSTUNREACH))
        arrives_with = path.reset_ttl if path.reset_ttl is not None else path.opened_ttl
        if cut and path.answer == "reset" and arrives_with >= self._least:
            raise reset()
        if not cut and path.opened_ttl >= self._least:
            self.received.add(b"\x03")
            return b"\x03"
        await asyncio.Event().wait()
        raise AssertionError
