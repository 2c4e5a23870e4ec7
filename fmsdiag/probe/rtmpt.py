"""RTMPT: an HTTP session as a Stream, so that the RTMP conversation inside needs to know nothing of it."""

from __future__ import annotations

import asyncio
import statistics
from contextlib import suppress
from time import perf_counter

from fmsdiag.model import Direction, StepName, TunnelFacts
from fmsdiag.probe.failure import UnexpectedReply
from fmsdiag.probe.http import HttpExchange, HttpReply
from fmsdiag.probe.network import Capture
from fmsdiag.probe.recognise import BODY_START, http_software
from fmsdiag.probe.step import RunningAttempt
from fmsdiag.protocol.rtmpt import TunnelClient, TunnelError, TunnelFault, TunnelPhase, TunnelResponse

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.05, 0.5
"""Between two polls that brought nothing; each pause is half as long again as the one before."""
GOODBYE_S = 0.5


class TunnelStream:
    """RTMP bytes in POST bodies, one request at a time (rtmpt notes, section 6)."""

    def __init__(self, exchange: HttpExchange, host: str) -> None:
        self._exchange = exchange
        self._client = TunnelClient(host)
        self._pending = b""
        self._torn = False  # a request was left without its answer
        self._latencies: list[float] = []
        self._last: HttpReply | None = None
        self.address, self.port = exchange.stream.address, exchange.stream.port
        self.sent, self.received = Capture(), Capture()

    async def open(self) -> None:
        """POST /open/1. Raises UnexpectedReply when what answers is no tunnel."""
        try:
            await self._round(b"")
        except TunnelError as error:
            raise UnexpectedReply(error.what, error.data, self._like()) from error

    async def send(self, data: bytes) -> None:
        """Keep `data` for the next request; requests are made while receiving."""
        self.sent.add(data)
        self._pending += data

    async def receive(self) -> bytes:
        """Send what is pending, or poll, until the server has bytes for us; b"" when it ended the session."""
        pause_s = FIRST_PAUSE_S
        while True:
            if not self._pending and self._client.delay_ms:
                await asyncio.sleep(min(LONGEST_PAUSE_S, max(pause_s, self._client.delay_ms / 1000)))
                pause_s *= 1.5
            pending, self._pending = self._pending, b""
            try:
                data = await self._round(pending)
            except TunnelError as error:
                if error.fault is TunnelFault.CLOSED:
                    return b""
                raise UnexpectedReply(error.what, error.data, self._like()) from error
            if data:
                self.received.add(data)
                return data

    async def _round(self, pending: bytes) -> bytes:
        request = self._client.next_request(pending)
        begun = perf_counter()
        self._torn = True  # unless the answer comes
        reply = await self._exchange.request(request.method, request.path, request.headers, request.body)
        self._torn = False
        self._latencies.append(perf_counter() - begun)
        self._last = reply
        return self._client.receive(TunnelResponse(reply.status, reply.headers, reply.body))

    async def close(self) -> None:
        """End the session at the server if it can be, within GOODBYE_S, and the connection in any case."""
        try:
            if self._client.phase is TunnelPhase.OPEN and not self._torn:
                # however the server takes it, what was found out before stands; several just drop the connection
                with suppress(Exception):
                    async with asyncio.timeout(GOODBYE_S):
                        await self._say_goodbye()
        finally:
            await self._exchange.close()

    async def _say_goodbye(self) -> None:
        if self._pending:
            pending, self._pending = self._pending, b""
            await self._round(pending)
        self._client.close()
        await self._round(b"")

    def _like(self) -> str | None:
        if self._last is None:
            return None
        software = http_software(self._last.headers, self._last.body[:BODY_START].decode("latin-1"))
        return f"HTTP {self._last.status}" + (f" from {software}" if software else "")

    def facts(self) -> TunnelFacts:
        """What is known of the session so far."""
        last = self._last.facts("POST", "") if self._last else None
        return TunnelFacts(
            session_id=self._client.session_id,
            status=last.status if last else None,
            headers=last.headers if last else (),
            requests=len(self._latencies),
            connections=self._exchange.connections,
            median_request_s=statistics.median(self._latencies) if self._latencies else None,
            # inside an open session the bodies are RTMP; only a refusal's text is worth keeping
            body_start="" if self._client.session_id or last is None else last.body_start,
            looks_like=last.looks_like if last else None,
        )

    @property
    def local_address(self) -> str | None:
        return self._exchange.stream.local_address

    @property
    def kernel_rtt_s(self) -> float | None:
        return self._exchange.stream.kernel_rtt_s

    @property
    def mss(self) -> int | None:
        return self._exchange.stream.mss


async def open_tunnel(attempt: RunningAttempt, exchange: HttpExchange, host: str) -> TunnelStream:
    """The tunnel step of an attempt. Raises StepFailed."""
    stream = exchange.stream
    async with attempt.step(StepName.TUNNEL, None, stream.address, stream.port) as step:
        step.watch(stream)
        tunnel = TunnelStream(exchange, host)
        attempt.say(Direction.OUT, "POST /open/1")
        try:
            await tunnel.open()
        finally:
            step.facts = tunnel.facts()
        attempt.say(Direction.IN, "a session id")
    return tunnel
