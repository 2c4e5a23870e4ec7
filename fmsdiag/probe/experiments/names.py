"""Who knows which name: a second resolver for the server's, the system for the control host's."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from fmsdiag.model import NO_CREDENTIALS, DnsFacts, LookupSource, NotApplicable, Status, StepName
from fmsdiag.probe.attempt_recorder import CannotBeTried, RunningAttempt
from fmsdiag.probe.attempts import ProbeContext, run_transport
from fmsdiag.probe.experiments import TIMEOUT_S
from fmsdiag.probe.transports.connection import resolve
from fmsdiag.probe.transports.names import NoAddress, query, query_name

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


async def reverse_name(attempt: RunningAttempt, context: ProbeContext) -> Status:
    """The name of the server's address (a PTR record), asked of this computer's own resolver."""
    resolver = context.names.resolver
    if resolver is None:
        raise CannotBeTried(NotApplicable.NO_NAME_SERVER)
    async with attempt.step(StepName.DNS, TIMEOUT_S, resolver, 53) as step:
        step.facts = DnsFacts(context.target.host, LookupSource.DNS, resolver=resolver)
        step.facts = await query_name(context.net, resolver, context.target.host, TRIES_S)
    return Status.CONNECTED


async def under_name(attempt: RunningAttempt, context: ProbeContext) -> Status:
    """The endpoint's address once more, under the endpoint's name: nobody else is contacted, and no password goes along."""
    name, address = attempt.endpoint.host, attempt.endpoint.address
    async with attempt.step(StepName.DNS, TIMEOUT_S) as step:
        step.facts = DnsFacts(name, LookupSource.SYSTEM)
        step.facts = facts = await context.names.by_system(name)
    if address not in facts.addresses:
        raise CannotBeTried(NotApplicable.OTHER_ADDRESS)
    target = msgspec.structs.replace(context.target, host=name)
    return await run_transport(attempt, replace(context, target=target, credentials=NO_CREDENTIALS))


async def control_name(attempt: RunningAttempt, context: ProbeContext) -> Status:
    """The control host's name by the system's own lookup, as a player would make it; the host itself is not contacted."""
    await resolve(attempt, context.net, context.names, with_dns=False)
    return Status.CONNECTED
