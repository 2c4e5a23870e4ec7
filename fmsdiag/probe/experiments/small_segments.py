"""Does the length of the segments matter? RTMP in short ones, which fit through every path."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from fmsdiag.model import Attempt
from fmsdiag.probe.attempt_recorder import RunningAttempt
from fmsdiag.probe.attempts import ProbeContext, run_attempt
from fmsdiag.probe.sockets.network import Datagrams, Network, PeerDatagrams, Stream, TcpState
from fmsdiag.probe.sockets.tcp_options import NO_TCP_OPTIONS, TcpOptions

SEGMENT_BYTES = 536
"""What every host of the internet must take (RFC 9293, section 3.7.1)."""


async def small_segments(attempt: RunningAttempt, context: ProbeContext) -> Attempt:
    """The same attempt in segments of SEGMENT_BYTES, from both sides where the system lets us say so."""
    return await run_attempt(attempt, replace(context, net=SmallSegments(context.net)))


@dataclass(frozen=True)
class SmallSegments:
    """`net` with a small greatest segment, and with writes in pieces for systems that cannot be told of one.

    A peer that was not told still answers in segments as long as it likes.
    """

    net: Network

    async def lookup(self, name: str) -> list[str]:
        return await self.net.lookup(name)

    async def open_tcp(self, address: str, port: int, options: TcpOptions = NO_TCP_OPTIONS) -> Stream:
        return _InPieces(await self.net.open_tcp(address, port, replace(options, mss=SEGMENT_BYTES)))

    async def open_udp(self, address: str, port: int) -> Datagrams:
        return await self.net.open_udp(address, port)

    def open_udp_to_many(self) -> PeerDatagrams:
        return self.net.open_udp_to_many()


class _InPieces:
    """A stream that sends no more than SEGMENT_BYTES at once; with TCP_NODELAY each is a segment."""

    def __init__(self, inner: Stream) -> None:
        self._inner = inner
        self.address, self.port = inner.address, inner.port
        self.sent, self.received = inner.sent, inner.received

    async def send(self, data: bytes) -> None:
        for start in range(0, len(data), SEGMENT_BYTES):
            await self._inner.send(data[start : start + SEGMENT_BYTES])
            await asyncio.sleep(0)

    async def receive(self) -> bytes:
        return await self._inner.receive()

    async def close(self) -> None:
        await self._inner.close()

    @property
    def tcp(self) -> TcpState:
        return self._inner.tcp
