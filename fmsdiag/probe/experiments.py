"""The follow-up questions: each one exchange, performed only when a rule asks, shown as an attempt of its own."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace

import msgspec

from fmsdiag.model import (
    NO_CREDENTIALS,
    Attempt,
    DnsFacts,
    Experiment,
    FailureKind,
    Hop,
    HopFacts,
    Purpose,
    Question,
    Status,
    StepName,
)
from fmsdiag.probe.attempts import Surroundings, concluded, get, run_attempt
from fmsdiag.probe.connection import connect_tcp, resolve
from fmsdiag.probe.conversation import ConnectOptions
from fmsdiag.probe.failure import classify
from fmsdiag.probe.names import NoAddress, query
from fmsdiag.probe.step import RunningAttempt

CONTROL_PATH = "/generate_204"
MAX_HOPS = 24
HOPS_AT_ONCE = 6
HOP_TIMEOUT_S = 0.9
SILENT_HOPS = 4
TIMEOUT_S = 3.0
"""For one experiment: long enough for a retransmitted SYN, short enough for several of them."""


def purpose_of(question: Question) -> Purpose:
    """Questions to a third party are controls, those to the server itself follow-ups."""
    controls = (Experiment.CONTROL_PORT, Experiment.CONTROL_HTTP, Experiment.SECOND_RESOLVER)
    return Purpose.CONTROL if question.experiment in controls else Purpose.FOLLOW_UP


async def perform(question: Question, attempt: RunningAttempt, around: Surroundings) -> Attempt:
    """Carry out one experiment; like an attempt, it raises nothing but cancellation."""
    if question.experiment is Experiment.MADE_UP_APPLICATION:
        # random, so that no server can have an application of that name
        other = msgspec.structs.replace(
            around.target, application=f"fmsdiag-{secrets.token_hex(4)}", stream=None, query=None
        )
        return await run_attempt(attempt, replace(around, target=other, credentials=NO_CREDENTIALS))
    if question.experiment in (Experiment.PLAIN_ON_TLS_PORT, Experiment.TLS_ON_PORT):
        # whether RTMP is spoken is all that is asked: what the user would have encrypted is not told in clear
        return await run_attempt(
            attempt, replace(around, connect=ConnectOptions(knocks=True), credentials=NO_CREDENTIALS)
        )
    attempt.start()
    return await concluded(attempt, _EXPERIMENTS[question.experiment](attempt, around))


async def _control_port(attempt: RunningAttempt, around: Surroundings) -> Status:
    addresses = await resolve(attempt, around.net, around.names, with_dns=False)
    stream = await connect_tcp(attempt, around.net, addresses[:1], TIMEOUT_S)
    with suppress(OSError):
        await stream.close()
    return Status.CONNECTED


async def _http(attempt: RunningAttempt, around: Surroundings, path: str) -> Status:
    addresses = await resolve(attempt, around.net, around.names, with_dns=False)
    stream = await connect_tcp(attempt, around.net, addresses[:1], TIMEOUT_S)
    try:
        return await get(attempt, stream, path)
    finally:
        with suppress(OSError):
            await stream.close()


async def _control_http(attempt: RunningAttempt, around: Surroundings) -> Status:
    return await _http(attempt, around, CONTROL_PATH)


async def _http_on_port(attempt: RunningAttempt, around: Surroundings) -> Status:
    return await _http(attempt, around, "/")


async def _second_resolver(attempt: RunningAttempt, around: Surroundings) -> Status:
    resolver = attempt.endpoint.host
    name = around.target.host
    async with attempt.step(StepName.DNS, TIMEOUT_S, resolver, 53) as step:
        step.facts = DnsFacts(name, "dns", resolver=resolver)
        try:
            step.facts = await query(around.net, resolver, name)
        except NoAddress as error:
            step.facts = error.facts
            raise
    return Status.CONNECTED


async def _hops(attempt: RunningAttempt, around: Surroundings) -> Status:
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


_EXPERIMENTS: dict[Experiment, Callable[[RunningAttempt, Surroundings], Awaitable[Status]]] = {
    Experiment.CONTROL_PORT: _control_port,
    Experiment.CONTROL_HTTP: _control_http,
    Experiment.HTTP_ON_PORT: _http_on_port,
    Experiment.SECOND_RESOLVER: _second_resolver,
    Experiment.HOPS: _hops,
}
