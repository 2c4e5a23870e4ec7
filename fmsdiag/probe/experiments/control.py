"""The same question to someone who is known to answer, and a web request to the server itself."""

from __future__ import annotations

from contextlib import suppress

from fmsdiag.model import FailureKind, Status
from fmsdiag.probe.attempt_recorder import RunningAttempt, StepFailed
from fmsdiag.probe.attempts import ProbeContext, connect, find, get, on_its_way
from fmsdiag.probe.experiments import TIMEOUT_S
from fmsdiag.probe.sockets.refusals import connect_bound_s
from fmsdiag.probe.transports.connection import connect_tcp, resolve

CONTROL_PATH = "/generate_204"
LEAST_S = 0.5
"""With less time left a second connect would show nothing."""
_STAYS = (FailureKind.NO_ROUTE, FailureKind.NOT_PERMITTED, FailureKind.LOCAL_ERROR)
"""What another connection from here would meet as well."""


async def control_port(attempt: RunningAttempt, context: ProbeContext) -> Status:
    """A connect, and where it fails one more from another local port: one alone shows nothing of the others."""
    addresses = await resolve(attempt, context.net, context.names, with_dns=False)
    try:
        half_s = connect_bound_s(min(TIMEOUT_S, attempt.remaining_s) / 2)
        stream = await connect_tcp(attempt, context.net, addresses[:1], half_s)
    except StepFailed as failed:
        if failed.failure.kind in _STAYS or attempt.remaining_s < LEAST_S:
            raise
        stream = await connect_tcp(attempt, context.net, addresses[:1], TIMEOUT_S)
    with suppress(OSError):
        await stream.close()
    return Status.CONNECTED


async def web_request(attempt: RunningAttempt, context: ProbeContext, path: str) -> Status:
    context = on_its_way(attempt, context)  # a proxy may serve the control host and not the server
    addresses = await find(attempt, context, with_dns=False)
    stream = await connect(attempt, context, addresses[:1])
    try:
        return await get(attempt, context, stream, path)
    finally:
        with suppress(OSError):
            await stream.close()


async def control_http(attempt: RunningAttempt, context: ProbeContext) -> Status:
    return await web_request(attempt, context, CONTROL_PATH)


async def http_on_port(attempt: RunningAttempt, context: ProbeContext) -> Status:
    return await web_request(attempt, context, "/")
