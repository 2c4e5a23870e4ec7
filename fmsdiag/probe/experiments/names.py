"""Who knows which name: a second resolver for the server's, the system for the control host's."""

from __future__ import annotations

from fmsdiag.model import DnsFacts, LookupSource, Status, StepName
from fmsdiag.probe.attempt_recorder import RunningAttempt
from fmsdiag.probe.attempts import ProbeContext
from fmsdiag.probe.experiments import TIMEOUT_S
from fmsdiag.probe.transports.connection import resolve
from fmsdiag.probe.transports.names import NoAddress, query

TRIES_S = (0.8, 1.2)
"""Waiting times for a second resolver: one that can be reached at all answers within a fraction of the first."""


async def second_resolver(attempt: RunningAttempt, context: ProbeContext) -> Status:
    """The server's A and AAAA records by another resolver than this computer's own."""
    resolver = attempt.endpoint.host
    name = context.target.host
    async with attempt.step(StepName.DNS, TIMEOUT_S, resolver, 53) as step:
        step.facts = DnsFacts(name, LookupSource.DNS, resolver=resolver)
        try:
            step.facts = await query(context.net, resolver, name, TRIES_S)
        except NoAddress as error:
            step.facts = error.facts
            raise
    return Status.CONNECTED


async def control_name(attempt: RunningAttempt, context: ProbeContext) -> Status:
    """The control host's name by the system's own lookup, as a player would make it; the host itself is not contacted."""
    await resolve(attempt, context.net, context.names, with_dns=False)
    return Status.CONNECTED
