"""What becomes of TLS elsewhere or otherwise: at the control host, without or with another server name, in older versions.

One connection each, which ends with the handshake; nothing is sent inside.
"""

from __future__ import annotations

from contextlib import suppress

import msgspec

from fmsdiag.model import NotApplicable, Status, StepName, TlsFacts
from fmsdiag.probe.attempt_recorder import CannotBeTried, RunningAttempt
from fmsdiag.probe.attempts import ProbeContext, connect, find, on_its_way
from fmsdiag.probe.experiments import TIMEOUT_S
from fmsdiag.probe.transports.connection import start_tls
from fmsdiag.probe.transports.tls import OFFERED, OFFERED_TO_OLD, TlsStream, knows_old_versions

OTHER_NAME = "www.example.com"
"""A name that no filter has a reason to know (RFC 2606); nobody of that name is contacted."""
VERSIONS = ("TLS 1.2", "TLS 1.1", "TLS 1.0")


async def control_tls(attempt: RunningAttempt, context: ProbeContext) -> Status:
    """TLS to the control host, verified as any program would; its certificate is in the facts either way."""
    context = on_its_way(attempt, context)
    addresses = await find(attempt, context, with_dns=False)
    stream = await connect(attempt, context, addresses[:1])
    try:
        await start_tls(attempt, stream)
    finally:
        with suppress(OSError):
            await stream.close()
    return Status.CONNECTED


async def tls_without_name(attempt: RunningAttempt, context: ProbeContext) -> Status:
    """TLS to the server that names nobody. What certificate it shows does not matter, only whether it answers."""
    await _shake_hands(attempt, context, None)
    return Status.CONNECTED


async def tls_other_name(attempt: RunningAttempt, context: ProbeContext) -> Status:
    """TLS to the server under a name that is not its own."""
    await _shake_hands(attempt, context, OTHER_NAME)
    return Status.CONNECTED


async def tls_versions(attempt: RunningAttempt, context: ProbeContext) -> Status:
    """TLS 1.0 to 1.2 with every cipher at once: the server's choice is the best that it can do."""
    if not knows_old_versions():
        raise CannotBeTried(NotApplicable.NO_OLD_TLS)
    await _shake_hands(attempt, context, attempt.endpoint.host, any_version=True)
    return Status.CONNECTED


async def _shake_hands(
    attempt: RunningAttempt, context: ProbeContext, name: str | None, any_version: bool = False
) -> None:
    context = on_its_way(attempt, context)
    addresses = await find(attempt, context, with_dns=False)
    stream = await connect(attempt, context, addresses[:1])
    tried = VERSIONS if any_version else ()
    try:
        async with attempt.step(StepName.TLS, TIMEOUT_S, stream.address, stream.port) as step:
            offered = OFFERED_TO_OLD if any_version else OFFERED
            step.facts = TlsFacts(name, offered=offered, versions_tried=tried)
            step.watch(stream)
            tls = TlsStream(stream, name, verify=False, any_version=any_version)
            error: BaseException | None = None
            try:
                await tls.handshake()
            except BaseException as failed:
                error = failed
                raise
            finally:
                # not a second look behind a refused certificate, which is what "skipped" means
                step.facts = msgspec.structs.replace(
                    tls.facts(error), versions_tried=tried, verification_skipped=False
                )
    finally:
        with suppress(OSError):
            await stream.close()
