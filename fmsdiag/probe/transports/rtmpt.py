"""RTMPT: an HTTP session as a Stream, so that the RTMP conversation inside needs to know nothing of it."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Callable
from contextlib import suppress
from time import perf_counter

from fmsdiag.model import Direction, StepName, TunnelFacts
from fmsdiag.probe.attempt_recorder import RunningAttempt
from fmsdiag.probe.failure import UnexpectedReply
from fmsdiag.probe.fingerprint import BODY_START, http_software
from fmsdiag.probe.sockets.network import Capture, Stream, TcpState
from fmsdiag.probe.transports.http import Dial, Exchanges, HttpExchange, HttpReply
from fmsdiag.protocol.rtmpt import (
    IdentFacts,
    TunnelClient,
    TunnelError,
    TunnelFault,
    TunnelPhase,
    TunnelResponse,
)

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.05, 0.5
"""Between two polls that brought nothing; each pause is half as long again as the one before."""
IDENT_S = 0.2
"""How long the end of an attempt waits for the answer to /fcs/ident2, which most often came long before."""
BRISK_REQUESTS, BRISK_BYTES = 30, 512
"""So many requests may follow each other at once; then only answers that bring this much are worth the hurry."""


class TunnelStream:
    """RTMP bytes in POST bodies, one request at a time, as librtmp and ffmpeg do it."""

    def __init__(self, exchange: HttpExchange, host: str, farewell_s: Callable[[], float]) -> None:
        self._exchange = exchange
        self._farewell_s = farewell_s
        self._asking: asyncio.Task[None] | None = None
        self._ident: IdentFacts | None = None
        self._client = TunnelClient(host)
        self._pending = b""
        self._torn = False  # a request was left without its answer
        self._under_way: asyncio.Task[bytes] | None = None
        self._latencies: list[float] = []
        self._last: HttpReply | None = None
        self._asked_for = ""  # what the last request was: "open", "send" …
        self._refusal: tuple[str, HttpReply | None] | None = None  # of a session that had been opened
        self._poll_until: float | None = None
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
        """Send what is pending, or poll, until the server has bytes for us; b"" when it ended the session.

        Raises TimeoutError once there is to be no more polling.
        """
        pause_s = FIRST_PAUSE_S
        while True:
            if self._poll_until is not None and _now_s() >= self._poll_until and not self._pending:
                raise TimeoutError
            if not self._pending and self._client.delay_ms and self._under_way is None:
                await asyncio.sleep(min(LONGEST_PAUSE_S, max(pause_s, self._client.delay_ms / 1000)))
                pause_s *= 1.5
            try:
                data = await self._next_answer()
            except TunnelError as error:
                if error.fault is TunnelFault.CLOSED:
                    return b""
                if self._poll_until is not None and error.fault is TunnelFault.SESSION_LOST:
                    self._refusal = (self._asked_for, self._last)
                    return b""  # how several servers end a session that they had opened
                if error.status != 200:
                    self._refusal = (self._asked_for, self._last)
                raise UnexpectedReply(self._told(error), error.data, self._like()) from error
            if data:
                if len(self._latencies) > BRISK_REQUESTS and len(data) < BRISK_BYTES:
                    await asyncio.sleep(FIRST_PAUSE_S)  # nobody is to make us send requests without end
                self.received.add(data)
                return data

    def stop_polling_after(self, seconds: float) -> None:
        """From then on receive() asks for nothing more; the request that is under way by then is still answered."""
        self._poll_until = _now_s() + seconds

    async def _next_answer(self) -> bytes:
        """What the request brings that is under way, or else the next one.

        Whoever stops waiting leaves it under way: its answer is the next one's, for a tunnel carries one request at a time.
        """
        if self._under_way is None:
            pending, self._pending = self._pending, b""
            self._under_way = asyncio.create_task(self._round(pending))
        under_way = self._under_way
        await asyncio.wait({under_way})
        self._under_way = None
        return under_way.result()

    async def _give_up_waiting(self) -> None:
        under_way, self._under_way = self._under_way, None
        if under_way is not None:
            under_way.cancel()
            await asyncio.gather(under_way, return_exceptions=True)

    async def _round(self, pending: bytes) -> bytes:
        request = self._client.next_request(pending)
        self._asked_for = request.path.split("/")[1]
        begun = perf_counter()
        self._torn = True  # unless the answer comes
        reply = await self._exchange.request(request.method, request.path, request.headers, request.body)
        self._torn = False
        self._latencies.append(perf_counter() - begun)
        self._last = reply
        return self._client.receive(TunnelResponse(reply.status, reply.headers, reply.body))

    def _told(self, error: TunnelError) -> str:
        if error.fault is not TunnelFault.SESSION_LOST:
            return error.what
        answered = len(self._latencies) - 1
        return f"the tunnel's session was lost after {answered} request{'' if answered == 1 else 's'}: {error.what}"

    def run_beside(self, asking: asyncio.Task[None]) -> None:
        """Give the answer to /fcs/ident2 a last moment when the session ends."""
        self._asking = asking

    async def ask_ident(self, dial: Dial, host: str, exchanges: Exchanges = HttpExchange) -> None:
        """POST /fcs/ident2 on a connection of its own, as a fact only: raises nothing but cancellation.

        Flash Player asks it first and on the session's connection, which costs a round trip before anything happens.
        """
        client = TunnelClient(host, ident=True)
        request = client.next_request()
        with suppress(Exception):
            exchange = exchanges(await dial(), None)
            try:
                reply = await exchange.request(
                    request.method, request.path, request.headers, request.body, whole=False
                )
            finally:
                await exchange.close()
            client.receive(TunnelResponse(reply.status, reply.headers, reply.body))
            self._ident = client.ident

    async def close(self) -> None:
        """End the session at the server if it can be, as far as a goodbye may take time, and the connection in any case."""
        patience_s = self._farewell_s()
        try:
            await self._give_up_waiting()
            # however the server takes it, what was found out before stands; several just drop the connection
            with suppress(Exception):
                async with asyncio.timeout(patience_s):
                    if self._client.phase is TunnelPhase.OPEN and not self._torn:
                        await (self._say_goodbye() if patience_s else self._just_leave())
                    asking, self._asking = self._asking, None  # a second close() does not wait once more
                    if asking is not None and patience_s:
                        await asyncio.wait({asking}, timeout=IDENT_S)
        finally:
            await self._exchange.close()

    async def _just_leave(self) -> None:
        """Say goodbye without waiting for the answer, nor for a connection to say it on."""
        self._client.close()
        request = self._client.next_request()
        await self._exchange.dismiss(request.method, request.path, request.headers, request.body)

    async def _say_goodbye(self) -> None:
        if self._pending:
            pending, self._pending = self._pending, b""
            await self._round(pending)
        self._client.close()
        await self._round(b"")

    def _like(self) -> str | None:
        if self._last is None:
            return None
        body = self._last.body[:BODY_START].decode("latin-1")
        software = http_software(self._last.headers, body, self._last.status)
        return f"HTTP {self._last.status}" + (f" from {software}" if software else "")

    def facts(self) -> TunnelFacts:
        """What is known of the session so far."""
        refused, reply = self._refusal or (None, self._last)  # saying goodbye brings further answers
        last = reply.facts("POST", "") if reply else None
        return TunnelFacts(
            session_id=self._client.session_id,
            status=last.status if last else None,
            headers=last.headers if last else (),
            requests=len(self._latencies),
            connections=self._exchange.connections,
            median_request_s=statistics.median(self._latencies) if self._latencies else None,
            ident_status=self._ident.status if self._ident else None,
            ident_address=self._ident.address if self._ident else None,
            carries_rtmp=self._client.carries_rtmp,
            # inside a session the bodies are RTMP; only the text of what is none is worth keeping
            body_start=""
            if last is None or (refused is None and (self._client.carries_rtmp or not self._refused()))
            else last.body_start,
            looks_like=last.looks_like if last else None,
            refused_request=refused,
        )

    def _refused(self) -> bool:
        """Whether there is no session, or its bytes turned out to be a page."""
        return self._client.session_id is None or self._client.phase is TunnelPhase.CLOSED

    @property
    def tcp(self) -> TcpState:
        return self._exchange.stream.tcp


def _now_s() -> float:
    return asyncio.get_running_loop().time()


async def open_tunnel(
    attempt: RunningAttempt, stream: Stream, dial: Dial, host: str, exchanges: Exchanges = HttpExchange
) -> TunnelStream:
    """The tunnel step of an attempt; `dial` makes further connections, `exchanges` the requests. Raises StepFailed.

    What /fcs/ident2 says is asked beside the session, once there is one: so it costs the attempt nothing, a plain web
    server is not asked twice, and a server that chokes on it cannot harm the session.
    """
    async with attempt.step(StepName.TUNNEL, None, stream.address, stream.port) as step:
        step.watch(stream)
        tunnel = TunnelStream(exchanges(stream, dial), host, lambda: attempt.farewell_s)
        attempt.say(Direction.OUT, "POST /open/1")
        try:
            await tunnel.open()
        finally:
            step.facts = tunnel.facts()
        attempt.say(Direction.IN, "a session id")
    tunnel.run_beside(attempt.run_beside(tunnel.ask_ident(dial, host, exchanges)))
    return tunnel
