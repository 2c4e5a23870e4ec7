"""What happens to a connection that lasts: one that has nothing to say, and one that sends without pause.

Both need an accepted NetConnection. Nothing is published: what goes up are data messages on message stream 0, under a
name that no server has a use for, and that all has arrived is known when a command sent behind them is answered.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace

from fmsdiag.model import (
    Carrier,
    Direction,
    FailureKind,
    IdleFacts,
    IdleOutcome,
    NotApplicable,
    Status,
    StepName,
    UploadFacts,
    UploadOutcome,
)
from fmsdiag.probe.attempt_recorder import CannotBeTried, RunningAttempt
from fmsdiag.probe.attempts import ProbeContext, run_transport
from fmsdiag.probe.deep_limits import UPLOAD_BYTES
from fmsdiag.probe.failure import PeerClosed, UnexpectedReply, classify
from fmsdiag.probe.sockets.network import Stream
from fmsdiag.probe.transports.conversation import AfterConnect, ConnectOptions
from fmsdiag.protocol.client_session import ClientSession
from fmsdiag.protocol.events import CommandReceived
from fmsdiag.protocol.message import Acknowledgement, Data

ANSWER_S = 4.0
"""For the command that shows whether a connection still carries anything."""
BUSY_S = 1.0
PIECE_BYTES = 1024
UPLOAD_S = 4.0
GAUGE_S = 0.01
STOPPED_S = 2.5
"""Without a byte more: longer than a sender waits for its third retransmission (RFC 6298, from Linux's least time of 0.2 s)."""
MAX_ANSWER_BYTES = 4 << 20


class _Talk:
    """An open NetConnection, for what is neither publishing nor playing."""

    def __init__(self, stream: Stream, session: ClientSession) -> None:
        self.stream, self.session = stream, session
        self._ended: Exception | None = None  # how, where that was heard while nothing was asked

    @property
    def has_ended(self) -> bool:
        return self._ended is not None

    async def send(self) -> None:
        if data := self.session.take_output():
            await self.stream.send(data)

    async def answered(self, transaction: float) -> None:
        """Read until that call is answered. Raises PeerClosed, UnexpectedReply, and what the stream raises."""
        start = self.stream.received.total
        while True:
            data = await self.stream.receive()
            if not data:
                raise PeerClosed
            if self.stream.received.total - start > MAX_ANSWER_BYTES:
                raise UnexpectedReply("data without end, and no answer")
            for event in self.session.receive(data):
                if isinstance(event, CommandReceived) and event.transaction_id == transaction:
                    return
            await self.send()

    async def outcome(self) -> str:
        """Whether the server answers a call now: an IdleOutcome, or how that failed (a FailureKind)."""
        before = self.stream.received.total
        try:
            if self._ended is not None:
                raise self._ended
            async with asyncio.timeout(ANSWER_S):
                transaction = self.session.call("createStream")
                await self.send()
                await self.answered(transaction)
        except Exception as error:
            failure = classify(error, self.stream.received.total - before)
            if failure.kind is FailureKind.LOCAL_ERROR:
                raise  # it tells nothing of the connection
            return failure.kind.value
        return IdleOutcome.ALIVE

    async def attend(self, seconds: float) -> None:
        """Say nothing but what is asked for: servers end clients that leave their pings unanswered. Ends when they do."""
        start = self.stream.received.total
        try:
            async with asyncio.timeout(seconds):
                while self.stream.received.total - start <= MAX_ANSWER_BYTES:
                    data = await self.stream.receive()
                    if not data:
                        raise PeerClosed
                    self.session.receive(data)
                    await self.send()
                await asyncio.sleep(seconds)
        except TimeoutError:
            return
        except Exception as error:
            self._ended = error

    async def chat(self, seconds: float) -> None:
        """Acknowledge again and again what came, as a player does that plays. Ends early when the connection does."""
        attending = asyncio.create_task(self.attend(seconds))
        try:
            with suppress(OSError):
                while not attending.done():
                    self.session.send_message(Acknowledgement(self.stream.received.total & 0xFFFFFFFF))
                    await self.send()
                    await asyncio.wait([attending], timeout=BUSY_S)
        finally:
            attending.cancel()
            await asyncio.wait([attending])


async def idle(attempt: RunningAttempt, context: ProbeContext) -> Status:
    """A connection that is silent for options.idle_s, beside one that is not; which of them answers afterwards?"""
    _refuse_udp(attempt)
    seconds = context.options.idle_s

    async def with_another(_: RunningAttempt, stream: Stream, session: ClientSession) -> Status:
        quiet = _Talk(stream, session)

        async def wait(_: RunningAttempt, stream: Stream, session: ClientSession) -> Status:
            return await _wait(attempt, quiet, _Talk(stream, session), seconds)

        return await _connected(attempt, context, wait)

    return await _connected(attempt, context, with_another)


async def _wait(attempt: RunningAttempt, quiet: _Talk, busy: _Talk, seconds: float) -> Status:
    stream = quiet.stream
    async with attempt.step(StepName.IDLE, None, stream.address, stream.port) as step:
        step.watch(stream)
        attempt.say(Direction.OUT, f"nothing for {seconds:g} s, on the quiet one of two connections")
        clock = asyncio.get_running_loop().time
        begun = clock()
        attending = asyncio.create_task(quiet.attend(seconds))
        try:
            await busy.chat(seconds)
            if busy.has_ended:
                attending.cancel()
            await asyncio.wait([attending])
        finally:
            attending.cancel()
        waited_s = clock() - begun  # less where the connection ended
        # the busy one first: were both asked at once, what the one does to the network could be taken for the other's
        asked = [name for name, talk in (("busy", busy), ("quiet", quiet)) if not talk.has_ended]
        if asked:
            attempt.say(Direction.OUT, f"createStream, on the {' and the '.join(asked)} connection")
        busy_outcome = await busy.outcome()
        step.facts = IdleFacts(waited_s, await quiet.outcome(), busy_outcome)
    return Status.CONNECTED


async def upload(attempt: RunningAttempt, context: ProbeContext) -> Status:
    """At most UPLOAD_BYTES up in at most UPLOAD_S; how far did it come, and how did it end?"""
    _refuse_udp(attempt)
    return await _connected(attempt, context, _send_up)


async def _send_up(attempt: RunningAttempt, stream: Stream, session: ClientSession) -> Status:
    talk = _Talk(stream, session)
    clock = asyncio.get_running_loop().time
    begun = clock()
    outcome: str = UploadOutcome.COMPLETE
    async with attempt.step(StepName.UPLOAD, None, stream.address, stream.port) as step:
        step.watch(stream)
        begun_s, sent = attempt.clock(), "data messages"
        gauge, repeated = _Gauge(stream), stream.tcp.sent_again or 0  # a first packet, perhaps
        measuring = asyncio.create_task(gauge.run())
        try:
            async with asyncio.timeout(UPLOAD_S):
                await _fill(talk, gauge)
                transaction = session.call("createStream")
                await talk.send()
                sent += " and createStream"
                await talk.answered(transaction)
            gauge.taken = stream.sent.total - gauge.before
        except TimeoutError:
            outcome = UploadOutcome.STOPPED if gauge.stands_still(STOPPED_S) else UploadOutcome.TOO_SLOW
        except Exception as error:
            outcome = classify(error).kind.value
        finally:
            measuring.cancel()
            attempt.say(Direction.OUT, f"{sent}, {stream.sent.total - gauge.before} bytes", begun_s)
        again = stream.tcp.sent_again
        since = None if again is None else again - repeated
        step.facts = UploadFacts(UPLOAD_BYTES, gauge.taken, clock() - begun, outcome, since)
    return Status.CONNECTED


async def _fill(talk: _Talk, gauge: _Gauge) -> None:
    before = talk.stream.sent.total
    padding = "." * (PIECE_BYTES - 32)
    while talk.stream.sent.total - before < UPLOAD_BYTES - 2 * PIECE_BYTES:
        talk.session.send_message(Data(("fmsdiag", padding)))
        await talk.send()
        gauge.read()
        await asyncio.sleep(0)


class _Gauge:
    """How much of what was sent since `before` the peer has taken; a broken connection forgets it, so it is read often."""

    def __init__(self, stream: Stream) -> None:
        self._stream, self.before, self.taken = stream, stream.sent.total, 0
        self._clock = asyncio.get_running_loop().time
        self._grown_at = self._clock()
        self._is_exact = False

    def stands_still(self, seconds: float) -> bool:
        """Whether the peer has taken no more for so long; not known where the system does not tell what it has taken."""
        return self._is_exact and self._clock() - self._grown_at >= seconds

    async def run(self) -> None:
        while True:
            self.read()
            await asyncio.sleep(GAUGE_S)

    def read(self) -> None:
        waiting = self._stream.tcp.unacknowledged
        self._is_exact = waiting is not None
        taken = self._stream.sent.total - self.before - (waiting or 0)
        if taken > self.taken:
            self.taken, self._grown_at = taken, self._clock()


async def _connected(attempt: RunningAttempt, context: ProbeContext, then: AfterConnect) -> Status:
    """One more NetConnection of this attempt, and what is done over it. Raises StepFailed."""
    return await run_transport(attempt, replace(context, connect=ConnectOptions(then=then)))


def _refuse_udp(attempt: RunningAttempt) -> None:
    if attempt.endpoint.transport.carrier is Carrier.UDP:
        raise CannotBeTried(NotApplicable.TCP_ONLY)
