"""Where a server sends its clients: `connect` rejected with code 302 and another address (AMS, SRS).

Each hop is an attempt of its own, a follow-up at another endpoint: what is seen there is said of another server, and must
not count for or against the one that the user named. Credentials stay with the server that the user gave them for.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import msgspec

from fmsdiag.messages.text import Table, text
from fmsdiag.model import (
    NO_CREDENTIALS,
    Attempt,
    ConnectFacts,
    Endpoint,
    Experiment,
    NotApplicable,
    Status,
    StepName,
    Target,
    Transport,
)
from fmsdiag.probe.attempt_recorder import RunningAttempt
from fmsdiag.probe.attempts import ProbeContext, run_attempt
from fmsdiag.probe.redirect_places import is_other_service, leads_inside
from fmsdiag.probe.transports.conversation import ConnectOptions
from fmsdiag.target import parse_url
from fmsdiag.target_texts import TargetError

MAX_HOPS = 3
HOP_TIMEOUT_S = 5.0


class RedirectTexts(Table, of="redirect"):
    """What is wrong with an address that a server names."""

    NO_SCHEME = text("The address does not begin with rtmp:// or a related scheme")


Begin = Callable[[Endpoint, Experiment, float], RunningAttempt]
"""Makes a follow-up attempt that is told and kept: where, why, and within how many seconds."""


async def follow(
    rejected: Attempt, context: ProbeContext, begin: Begin
) -> tuple[Attempt, ProbeContext] | None:
    """Follow the redirect of a rejected attempt, at most MAX_HOPS of them.

    Returns the attempt that was accepted and the surroundings in which it was, or None. What is not followed is an
    attempt that does not apply, with the reason: a circle, a hop too many, an address that is none, another service's
    port, and an address in here that a public server names (what stands in this network is none of its business).
    """
    here, target = rejected, context.target
    own_addresses = await addresses_of_server(rejected, context)
    visited = {_place(rejected.endpoint, target)}
    came_from: tuple[str, ...] = ()
    while (facts := redirect_of(here)) is not None and facts.redirect:
        came_from += (facts.tc_url.partition("?")[0],)
        try:
            target = read_redirect(facts.redirect, context.target)
        except TargetError:
            _refuse(begin, here.endpoint, NotApplicable.REDIRECT_UNUSABLE)
            return None
        endpoint = _endpoint(target, rejected.endpoint)
        reason: NotApplicable | None = None
        if _place(endpoint, target) in visited:
            reason = NotApplicable.REDIRECT_CIRCLE
        elif len(came_from) > MAX_HOPS:
            reason = NotApplicable.REDIRECT_TOO_FAR
        elif is_other_service(endpoint.port) and endpoint.port != rejected.endpoint.port:
            reason = NotApplicable.REDIRECT_OTHER_SERVICE
        elif await _address_inside(target, context, own_addresses):
            reason = NotApplicable.REDIRECT_PRIVATE
        if reason is not None:
            _refuse(begin, endpoint, reason)
            return None
        visited.add(_place(endpoint, target))
        there = replace(
            context,
            target=target,
            credentials=context.credentials if target.host == context.target.host else NO_CREDENTIALS,
            connect=ConnectOptions(redirected_from=came_from),
        )
        here = await run_attempt(begin(endpoint, Experiment.REDIRECT, HOP_TIMEOUT_S), there)
        if here.status is Status.CONNECTED:
            return here, there
    return None


def redirect_of(attempt: Attempt) -> ConnectFacts | None:
    """The answer to `connect` of an attempt that was sent elsewhere, or none."""
    step = attempt.step(StepName.CONNECT)
    if attempt.status is not Status.REJECTED or step is None or not isinstance(step.facts, ConnectFacts):
        return None
    return step.facts if step.facts.redirect else None


def read_redirect(url: str, original: Target) -> Target:
    """A redirect's URL, which is a whole tcUrl, as a Target with the original's stream.

    Raises TargetError for what is no URL of the RTMP family.
    """
    if "://" not in url[:16]:
        raise TargetError("server", RedirectTexts.NO_SCHEME)
    target = parse_url(url)
    application = "/".join(part for part in (target.application, target.stream) if part)
    return msgspec.structs.replace(
        target, application=application or original.application, stream=original.stream
    )


def _endpoint(target: Target, like: Endpoint) -> Endpoint:
    transport = target.transport or Transport.RTMP
    port = target.port or transport.default_port
    return Endpoint(transport, target.host, port, like.family)


def _place(endpoint: Endpoint, target: Target) -> tuple[str, str, int, str]:
    return endpoint.transport.value, endpoint.host, endpoint.port, target.application


async def addresses_of_server(attempt: Attempt, context: ProbeContext) -> tuple[str, ...]:
    """The addresses of the server that redirected; behind a proxy the attempt's own is the proxy's."""
    step = attempt.step(StepName.CONNECT)
    if attempt.endpoint.proxy is None and step is not None and step.address is not None:
        return (step.address,)
    return await _addresses(context.target, context)


async def _address_inside(target: Target, context: ProbeContext, own: tuple[str, ...]) -> str | None:
    """The address of a redirect's host that leads into this network, where the server that named it is not there."""
    return next((a for a in await _addresses(target, context) if leads_inside(a, own)), None)


async def _addresses(target: Target, context: ProbeContext) -> tuple[str, ...]:
    """A host's addresses; the run's lookups are shared, so that a hop gets the same answer."""
    if target.is_literal:
        return (target.host,)
    with suppress(Exception):  # what is wrong with the name is recorded by the hop itself
        return (await context.names.by_system(target.host)).addresses
    return ()


def _refuse(begin: Begin, endpoint: Endpoint, reason: NotApplicable) -> None:
    begin(endpoint, Experiment.REDIRECT, HOP_TIMEOUT_S).finish(Status.NOT_APPLICABLE, reason)
