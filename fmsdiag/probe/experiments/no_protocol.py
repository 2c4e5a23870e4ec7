"""Does it matter what is sent? A connection with nothing on it, and one with bytes of no protocol."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from fmsdiag.model import Direction, ExchangeFacts, NotApplicable, Status, StepName
from fmsdiag.probe.attempt_recorder import CannotBeTried, RunningAttempt
from fmsdiag.probe.attempts import ProbeContext, find, on_its_way
from fmsdiag.probe.experiments import first_bytes
from fmsdiag.probe.failure import PeerClosed
from fmsdiag.probe.transports.connection import connect_tcp

EXCHANGE_S = 2.5
WAIT_S = 1.2
"""For a server that hangs up by itself: an access list or a load balancer without a server behind it does so at once."""


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
            attempt.say(Direction.OUT, f"{first_bytes.OTHER_BYTES} bytes of no protocol")
            try:
                await stream.send(first_bytes.other_bytes())
                if not await stream.receive():
                    raise PeerClosed
            finally:
                step.facts = ExchangeFacts(stream.sent.total, stream.tcp.unacknowledged)
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
