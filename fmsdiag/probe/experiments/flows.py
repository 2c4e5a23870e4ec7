"""The same connection from several local ports: does every one fail, or only some, and which?

Parallel paths and load balancers choose by addresses and ports, so a connection is as dead or alive as its local port. The
ports are consecutive: Linux itself gives connect() even ones only, and a path that is chosen by the last bits of the port
shows within eight. One is begun when the one before it has ended or has fallen silent, so that a server which admits one at a
time is not met by several, and so that every second or third failure shows in their order.
"""

from __future__ import annotations

import asyncio
import errno
import secrets
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from fmsdiag.model import (
    FirstBytes,
    FlowFacts,
    FlowOutcome,
    FlowTry,
    NotApplicable,
    Status,
    StepName,
    deciding_modulus,
)
from fmsdiag.probe.attempt_recorder import CannotBeTried, RunningAttempt
from fmsdiag.probe.attempts import ProbeContext
from fmsdiag.probe.deep_limits import FLOWS, FLOWS_AT_FIRST
from fmsdiag.probe.experiments.first_bytes import said_first, say_first
from fmsdiag.probe.failure import classify
from fmsdiag.probe.sockets.network import Stream, Traceable
from fmsdiag.probe.sockets.refusals import connect_bound_s
from fmsdiag.probe.sockets.tcp_options import TcpOptions
from fmsdiag.probe.transports.connection import resolve

_TAKEN = (errno.EADDRINUSE, errno.EADDRNOTAVAIL)
TRY_S = 0.95
"""Less than the second after which a lost SYN is sent again, so that a try is one packet (RFC 6298, section 2)."""
ANSWER_S = 1.0
"""For an answer to the first bytes: lost ones have been sent again by then."""
LATE_ANSWER_S = 4.0
"""For the same when it is tried again: a slow server is not a dead one."""
AT_ONCE = 4
"""Connections that may be waited for beside each other."""
NEXT_S = 0.18
"""After so much silence the next one is begun."""
SETTLE_S = 0.02
"""Until the other side has closed as well."""
AGAIN, AGAIN_ALIVE = 4, 2
"""Dead ones that are tried again, and living ones beside them: where those die as well, time decides and not the port."""
PAUSE_S = 0.3
"""Before each of those: by then a server that admits one at a time has noticed the end of the one before."""
ENOUGH = 16
"""Tries after which the last bits of the local port have shown whether they decide."""
AGAIN_S = 3.3
"""With the SYNs of seconds 1 and 3: they keep their port, so one that is lost by chance gets through."""
LEAST_AGAIN_S = 1.6
"""With the SYN of second 1, where the time for the whole ends sooner."""
TO_TELL_S = 0.2
"""Before the deadline, for what was found to be kept."""
FIRST_PORT, PORTS = 49152, 16000
"""Ephemeral ports (RFC 6335, section 6), on every system."""
MAX_IN_USE = 8
"""Ports that may be taken by others before the series ends."""


async def flows(attempt: RunningAttempt, context: ProbeContext) -> Status:
    """FLOWS_AT_FIRST tries; FLOWS where some fail and others do not, and then some of the dead ones again."""
    if context.way is not None or attempt.endpoint.proxy is not None:
        raise CannotBeTried(NotApplicable.PROXY_WOULD_ANSWER)
    addresses = await resolve(attempt, context.net, context.names, with_dns=False)
    address, port = addresses[0], attempt.endpoint.port
    content = said_first(attempt.endpoint.transport)
    async with attempt.step(StepName.FLOWS, None, address, port) as step:
        series = _Series(context, attempt, address, content)
        step.facts = FlowFacts(content)
        # what is known so far is kept where the time for the whole is over
        series.tell = lambda: setattr(
            step, "facts", FlowFacts(content, tuple(series.tries), tuple(series.again))
        )
        await series.run(FLOWS_AT_FIRST)
        if series.is_mixed:
            await asyncio.gather(series.repeat_silent(), series.run_on())
            await series.repeat_others()
        elif context.options.deep and all(one.works for one in series.tries):
            await series.run(FLOWS)
        series.tell()
    if not series.tries:
        raise CannotBeTried(NotApplicable.NO_LOCAL_PORT)
    return Status.CONNECTED


@dataclass
class _Series:
    """Equal connections, timed since the series began."""

    context: ProbeContext
    attempt: RunningAttempt
    address: str
    content: FirstBytes

    def __post_init__(self) -> None:
        self.tell: Callable[[], None] = lambda: None  # that something new is known
        self.again: list[FlowTry] = []
        self._begun = asyncio.get_running_loop().time()
        self._next_port = FIRST_PORT + secrets.randbelow(PORTS) // 8 * 8
        self._done: dict[int, FlowTry] = {}

    @property
    def tries(self) -> list[FlowTry]:
        """Those that have ended, in the order in which they began."""
        return [self._done[port] for port in sorted(self._done)]

    @property
    def is_mixed(self) -> bool:
        return len({one.works for one in self.tries}) == 2

    async def run(self, count: int) -> None:
        """Until so many have ended; each begins when the one before it has ended or fallen silent."""
        in_use = 0
        async with asyncio.TaskGroup() as together:
            running: list[asyncio.Task[None]] = []
            while len(self._done) + _unfinished(running) < count and in_use <= MAX_IN_USE:
                if _unfinished(running) >= AT_ONCE:
                    await asyncio.wait(
                        [t for t in running if not t.done()], return_when=asyncio.FIRST_COMPLETED
                    )
                    continue
                port, self._next_port = self._next_port, self._next_port + 1
                task = together.create_task(self._one(port))
                running.append(task)
                await asyncio.wait({task}, timeout=NEXT_S)
                in_use += task.done() and port not in self._done
                await asyncio.sleep(SETTLE_S)

    async def _one(self, port: int) -> None:
        tried = await self._try(port, TRY_S)
        if tried is not None:
            self._done[port] = tried
            self.tell()

    async def run_on(self) -> None:
        """FLOWS in all, or ENOUGH where the port's last bits decide."""
        await self.run(ENOUGH)
        if deciding_modulus(self.tries) is None:
            await self.run(FLOWS)

    async def repeat_silent(self) -> None:
        """Some that never opened, again from the same port, with time for a second and a third SYN; and some that worked."""
        dead = [one.local_port for one in self.tries if one.vanished][:AGAIN]
        alive = self._alive() if dead else []
        left_s = self.attempt.remaining_s - TO_TELL_S
        wait_s = max(LEAST_AGAIN_S, min(AGAIN_S, left_s))  # what is cut off tells nothing
        again = await asyncio.gather(*(self._try(port, wait_s) for port in (*dead, *alive)))
        self.again += [one for one in again if one is not None]  # together: the fast ones alone would mislead
        self.tell()

    def _alive(self) -> list[int]:
        return [one.local_port for one in self.tries if one.works][:AGAIN_ALIVE]

    async def repeat_others(self) -> None:
        """Some that a peer ended or left without an answer, again from the same port, one after the other; and some that
        worked."""
        ended = [one.local_port for one in self.tries if not one.works and not one.vanished]
        dead = ended[:: max(1, len(ended) // AGAIN)][:AGAIN]
        alive = self._alive() if dead else []
        for port in (*dead, *alive):
            await asyncio.sleep(PAUSE_S)
            tried = await self._try(port, TRY_S, LATE_ANSWER_S)
            self.again += [tried] if tried is not None else []
            self.tell()

    async def _try(self, port: int, connect_s: float, answer_s: float = ANSWER_S) -> FlowTry | None:
        """One connection and its first bytes; none where the port is another program's."""
        clock = asyncio.get_running_loop().time
        begun = clock()
        stream: Stream | None = None
        try:
            async with self.context.places:
                begun = clock()
                async with asyncio.timeout(connect_bound_s(connect_s)):
                    stream = await self.context.net.open_tcp(
                        self.address, self.attempt.endpoint.port, TcpOptions(source_port=port)
                    )
                async with asyncio.timeout(answer_s):
                    await say_first(self.content, stream, self.attempt.endpoint, self.context.target)
            outcome: str = FlowOutcome.OPENED if self.content is FirstBytes.NOTHING else FlowOutcome.ANSWERED
        except Exception as error:
            if _is_taken(error):
                return None
            outcome = classify(error).kind.value
        finally:
            if stream is not None:
                await _end(stream)
        return FlowTry(port, outcome, begun - self._begun, clock() - begun, stream is not None)


def _is_taken(error: Exception) -> bool:
    """Whether the local port is another program's. Windows says so by EACCES, which elsewhere is a firewall's answer."""
    if not isinstance(error, OSError):
        return False
    return error.errno in _TAKEN or (error.errno == errno.EACCES and sys.platform == "win32")


def _unfinished(tasks: list[asyncio.Task[None]]) -> int:
    return sum(not task.done() for task in tasks)


async def _end(stream: Stream) -> None:
    if isinstance(stream, Traceable):
        stream.abort()  # a port in TIME-WAIT could not be tried again
        return
    with suppress(OSError):
        await stream.close()
