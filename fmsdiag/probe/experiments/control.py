"""The same question to somebody who is known to answer, and a web request to the server itself."""

from __future__ import annotations

from contextlib import suppress

from fmsdiag.model import Status
from fmsdiag.probe.attempt_recorder import RunningAttempt
from fmsdiag.probe.attempts import Surroundings, connect, find, get, on_its_way
from fmsdiag.probe.experiments import TIMEOUT_S
from fmsdiag.probe.transports.connection import connect_tcp, resolve

CONTROL_PATH = "/generate_204"


async def control_port(attempt: RunningAttempt, around: Surroundings) -> Status:
    addresses = await resolve(attempt, around.net, around.names, with_dns=False)
    stream = await connect_tcp(attempt, around.net, addresses[:1], TIMEOUT_S)
    with suppress(OSError):
        await stream.close()
    return Status.CONNECTED


async def web_request(attempt: RunningAttempt, around: Surroundings, path: str) -> Status:
    around = on_its_way(attempt, around)  # a proxy may serve the control host and not the server
    addresses = await find(attempt, around, with_dns=False)
    stream = await connect(attempt, around, addresses[:1])
    try:
        return await get(attempt, stream, path, around.exchanges)
    finally:
        with suppress(OSError):
            await stream.close()


async def control_http(attempt: RunningAttempt, around: Surroundings) -> Status:
    return await web_request(attempt, around, CONTROL_PATH)


async def http_on_port(attempt: RunningAttempt, around: Surroundings) -> Status:
    return await web_request(attempt, around, "/")
