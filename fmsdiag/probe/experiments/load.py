"""Does the number of connections matter? Several in quick succession, and several held open beside each other.

Nothing is sent over them: a filter counts connections, not what they carry.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from msgspec import structs

from fmsdiag.model import FailureKind, SeriesFacts, Status, StepName, Try, TryOutcome
from fmsdiag.probe.attempt_recorder import RunningAttempt
from fmsdiag.probe.attempts import ProbeContext
from fmsdiag.probe.deep_limits import BURST, HELD
from fmsdiag.probe.failure import classify
from fmsdiag.probe.sockets.network import Stream
from fmsdiag.probe.sockets.refusals import connect_bound_s
from fmsdiag.probe.transports.connection import resolve

SPACING_S = 0.02
PAUSES_S = (1.0, 3.0, 5.0)
"""A limit of a few connections a minute lets the next one pass only after seconds."""
SETTLE_S = 0.5
"""Until the other side has closed as well, and whoever counts has noticed."""
ENDED_S = 0.1
"""In which a server that has too many connections ends a new one: it needs no word of the client's for that."""
TRY_S = 0.95
"""Less than the second after which a lost SYN is sent again, so that a try is one packet (RFC 6298, section 2)."""


class _Series:
    """Connects to one port, timed since the series began."""

    def __init__(self, context: ProbeContext, address: str, port: int) -> None:
        self._around, self._address, self._port = context, address, port
        self._begun = asyncio.get_running_loop().time()
        self.open: list[Stream] = []

    async def one(self) -> Try:
        """One connect; it stays open, as the last of `open`, if it succeeds."""
        clock = asyncio.get_running_loop().time
        begun = clock()
        try:
            async with asyncio.timeout(connect_bound_s(TRY_S)):
                self.open.append(await self._around.net.open_tcp(self._address, self._port))
            outcome: str = TryOutcome.OPEN
        except (TimeoutError, OSError) as error:
            outcome = classify(error).kind.value
        return Try(outcome, begun - self._begun, clock() - begun)

    async def one_kept(self) -> Try:
        """One connect that counts as open only where the other side does not end it at once, as a full server does."""
        tried = await self.one()
        if tried.outcome != TryOutcome.OPEN:
            return tried
        ended = await _ended_at_once(self.open[-1])
        if ended is None:
            return tried
        await self.close_one()
        return structs.replace(tried, outcome=ended.value)

    async def one_closed(self, delay_s: float = 0.0) -> Try:
        """One connect after a delay, closed at once."""
        await asyncio.sleep(delay_s)
        before = len(self.open)
        tried = await self.one()
        if len(self.open) > before:
            await self.close_one()
        return tried

    async def close_one(self) -> None:
        with suppress(OSError):
            await self.open.pop().close()

    async def close(self) -> None:
        while self.open:
            await self.close_one()


async def _ended_at_once(stream: Stream) -> FailureKind | None:
    """How the other side ended a new connection within ENDED_S; none where it did not, or says something."""
    try:
        async with asyncio.timeout(ENDED_S):
            return None if await stream.receive() else FailureKind.CLOSED
    except TimeoutError:
        return None
    except OSError as error:
        return classify(error).kind


async def burst(attempt: RunningAttempt, context: ProbeContext) -> Status:
    """BURST connects, each closed before the next; where one fails, the rest together, and one more after pauses."""
    addresses = await resolve(attempt, context.net, context.names, with_dns=False)
    port = attempt.endpoint.port
    async with attempt.step(StepName.SERIES, None, addresses[0], port) as step:
        series = _Series(context, addresses[0], port)
        try:
            tries: list[Try] = []
            while len(tries) < BURST and _all_open(tries):
                tries.append(await series.one_closed(SPACING_S if tries else 0.0))
            step.facts = SeriesFacts(tuple(tries))
            rest = (series.one_closed(SPACING_S * n) for n in range(BURST - len(tries)))
            tries += await asyncio.gather(*rest)  # what is not answered is not waited for one by one
            step.facts = facts = SeriesFacts(tuple(tries))
            for pause_s in () if _all_open(tries) else PAUSES_S:
                later = await series.one_closed(pause_s)
                step.facts = SeriesFacts(facts.tries, later=later)
                if later.outcome == TryOutcome.OPEN:
                    break
        finally:
            await series.close()
    return Status.CONNECTED


async def hold(attempt: RunningAttempt, context: ProbeContext) -> Status:
    """Up to HELD connections kept open; where one fails, once more without closing any, then after closing one."""
    addresses = await resolve(attempt, context.net, context.names, with_dns=False)
    port = attempt.endpoint.port
    async with attempt.step(StepName.SERIES, None, addresses[0], port) as step:
        series = _Series(context, addresses[0], port)
        try:
            tries: list[Try] = []
            while len(tries) < HELD and _all_open(tries):
                tries.append(await series.one_kept())
            if not _all_open(tries) and series.open:
                tries.append(await series.one_kept())  # a chance loss would not come twice
            step.facts = SeriesFacts(tuple(tries), held=True)
            if not _all_open(tries) and series.open:
                await series.close_one()
                await asyncio.sleep(SETTLE_S)
                step.facts = SeriesFacts(tuple(tries), held=True, later=await series.one_kept())
        finally:
            await series.close()
    return Status.CONNECTED


def _all_open(tries: Sequence[Try]) -> bool:
    return all(t.outcome == TryOutcome.OPEN for t in tries)
