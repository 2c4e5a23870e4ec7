"""Does it matter what is sent, or in how long pieces? Nothing, bytes that are not RTMP, and RTMP in short pieces."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import suppress
from dataclasses import dataclass, replace

from fmsdiag.model import Attempt, Direction, ExchangeFacts, NotApplicable, Status, StepName
from fmsdiag.probe.attempt_recorder import CannotBeTried, RunningAttempt
from fmsdiag.probe.attempts import ProbeContext, find, on_its_way, run_attempt
from fmsdiag.probe.failure import PeerClosed
from fmsdiag.probe.sockets.network import Datagrams, Network, PeerDatagrams, Stream
from fmsdiag.probe.transports.connection import connect_tcp

OTHER_BYTES = 1537
"""As many as C0 and C1."""
FIRST_BYTE = 0xE5
"""No version of RTMP or RTMPE (3, 6, 8, 9), no TLS record (0x14-0x18), no letter, no DTLS, no SOCKS."""
EXCHANGE_S = 2.5
WAIT_S = 1.2
"""For a server that hangs up by itself: an access list or a load balancer without a server behind it does so at once."""
SEGMENT_BYTES = 536
"""What every host of the internet must take (RFC 9293, section 3.7.1)."""


async def other_bytes(attempt: RunningAttempt, context: ProbeContext) -> Status:
    """Send as much as RTMP's handshake, but nothing that is known. Any sign of the peer ends it; silence fails."""
    context = on_its_way(attempt, context)
    if context.way is not None:
        raise CannotBeTried(NotApplicable.PROXY_WOULD_ANSWER)
    addresses = await find(attempt, context, with_dns=False)
    stream = await connect_tcp(attempt, context.net, addresses[:1], context.options.tcp_timeout_s)
    try:
        async with attempt.step(StepName.EXCHANGE, EXCHANGE_S, stream.address, stream.port) as step:
            step.watch(stream)
            attempt.say(Direction.OUT, f"{OTHER_BYTES} bytes of no protocol")
            try:
                await stream.send(bytes((FIRST_BYTE,)) + secrets.token_bytes(OTHER_BYTES - 1))
                if not await stream.receive():
                    raise PeerClosed
            finally:
                step.facts = ExchangeFacts(stream.sent.total, stream.unacknowledged)
    finally:
        with suppress(OSError):
            await stream.close()
    return Status.CONNECTED


async def no_bytes(attempt: RunningAttempt, context: ProbeContext) -> Status:
    """Open a connection and send nothing. That it stays open, or a greeting, is success; an end of it fails."""
    context = on_its_way(attempt, context)
    if context.way is not None:
        raise CannotBeTried(NotApplicable.PROXY_WOULD_ANSWER)
    addresses = await find(attempt, context, with_dns=False)
    stream = await connect_tcp(attempt, context.net, addresses[:1], context.options.tcp_timeout_s)
    try:
        async with attempt.step(StepName.EXCHANGE, None, stream.address, stream.port) as step:
            step.watch(stream)
            step.facts = ExchangeFacts(0)
            with suppress(TimeoutError):
                async with asyncio.timeout(WAIT_S):
                    if not await stream.receive():
                        raise PeerClosed
    finally:
        with suppress(OSError):
            await stream.close()
    return Status.CONNECTED


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

    async def open_tcp(
        self, address: str, port: int, ttl: int | None = None, mss: int | None = None
    ) -> Stream:
        return _InPieces(await self.net.open_tcp(address, port, ttl, SEGMENT_BYTES))

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
    def local_address(self) -> str | None:
        return self._inner.local_address

    @property
    def kernel_rtt_s(self) -> float | None:
        return self._inner.kernel_rtt_s

    @property
    def mss(self) -> int | None:
        return self._inner.mss

    @property
    def unacknowledged(self) -> int | None:
        return self._inner.unacknowledged
