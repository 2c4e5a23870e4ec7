"""Where a path ends: connects with a rising time-to-live, and who answers them."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from fmsdiag.model import FailureKind, Hop, HopFacts, Status, StepName
from fmsdiag.probe.attempts import Surroundings
from fmsdiag.probe.connection import resolve
from fmsdiag.probe.failure import classify
from fmsdiag.probe.step import RunningAttempt

MAX_HOPS = 24
HOPS_AT_ONCE = 6
HOP_TIMEOUT_S = 0.9
SILENT_HOPS = 4


async def hops(attempt: RunningAttempt, around: Surroundings) -> Status:
    """TCP connects with time-to-live 1, 2, 3 …: who sends "time exceeded", and what ends the path."""
    addresses = await resolve(attempt, around.net, around.names, with_dns=False)
    address, port = addresses[0], attempt.endpoint.port
    found: list[Hop] = []
    async with attempt.step(StepName.HOP, None, address, port) as step:
        for first in range(1, MAX_HOPS + 1, HOPS_AT_ONCE):
            ttls = range(first, first + HOPS_AT_ONCE)
            group = await asyncio.gather(*(_hop(around, address, port, ttl) for ttl in ttls))
            for hop in group:
                found.append(hop)
                if hop.outcome in ("open", "refused", "unreachable"):
                    break
            supported = any(h.responder for h in found) or found[-1].outcome != "unreachable"
            step.facts = HopFacts(port, tuple(found), supported)
            if found[-1].outcome in ("open", "refused", "unreachable") or _fell_silent(found):
                break
    return Status.CONNECTED


def _fell_silent(hops: list[Hop]) -> bool:
    """Whether nothing is to be expected behind: single hops are often silent, four in a row are an end."""
    return len(hops) >= SILENT_HOPS and all(h.outcome == "silent" for h in hops[-SILENT_HOPS:])


async def _hop(around: Surroundings, address: str, port: int, ttl: int) -> Hop:
    begun = asyncio.get_running_loop().time()
    try:
        async with asyncio.timeout(HOP_TIMEOUT_S):
            stream = await around.net.open_tcp(address, port, ttl)
        with suppress(OSError):
            await stream.close()
        outcome: str = "open"
        responder: str | None = address
    except (TimeoutError, OSError) as error:
        failure = classify(error)
        icmp = failure.icmp
        responder = icmp.sender if icmp else None
        if icmp is not None and icmp.type == (3 if ":" in address else 11):  # ICMPv6 and ICMP
            outcome = "time-exceeded"
        elif failure.kind in (FailureKind.REFUSED, FailureKind.RESET):
            outcome = "refused"
        elif failure.kind is FailureKind.TIMED_OUT:
            outcome = "silent"
        else:
            outcome = "unreachable"
    return Hop(ttl, outcome, responder, asyncio.get_running_loop().time() - begun)
