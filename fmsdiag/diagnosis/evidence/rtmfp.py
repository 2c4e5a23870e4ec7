"""What a run saw of RTMFP where nothing else was to connect: the queries that the rules about it share. Pure.

Where the plan also has routes over TCP, failed RTMFP is no finding: then only the TCP routes are looked into.
"""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.attempts import FELL_SILENT, failed_with
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.model import (
    Attempt,
    FailureKind,
    KeyingFacts,
    Observation,
    Status,
    StepName,
    Transport,
    UdpFacts,
)


def only_way(run: RunView) -> Attempt | None:
    """The plan's first attempt, if all of the plan's are RTMFP and none of them was answered with yes or no."""
    tried = run.fallback
    if not tried or any(a.endpoint.transport is not Transport.RTMFP for a in tried):
        return None
    return None if any(a.status is not Status.FAILED for a in tried) else tried[0]


def _redirected(attempt: Attempt) -> bool:
    """Whether the server did answer, and sent us on."""
    return not_followed(attempt) is not None or any(
        o.step is StepName.UDP and o.ok for o in attempt.observations
    )


def silent_greeting(attempt: Attempt) -> Observation | None:
    """The greeting to which nothing came back, not even an ICMP error."""
    ended = attempt.failed_step
    silent = failed_with(attempt, StepName.UDP, *FELL_SILENT) and not _redirected(attempt)
    return ended if silent and ended is not None and ended.icmp is None else None


def refused_greeting(attempt: Attempt) -> Observation | None:
    """The greeting that the server's own system dismissed: ICMP port unreachable from the address that was asked."""
    ended = attempt.failed_step
    if ended is None or _redirected(attempt) or not failed_with(attempt, StepName.UDP, FailureKind.REFUSED):
        return None
    icmp = ended.icmp
    if icmp is None:
        return ended  # the system says that it was refused, and not by whom
    return ended if icmp.is_port_unreachable and icmp.sender in (None, ended.address) else None


def strange_greeting(attempt: Attempt) -> Observation | None:
    """The greeting that was answered with something else, or with RTMFP that makes no sense."""
    return attempt.failed_step if failed_with(attempt, StepName.UDP, FailureKind.UNEXPECTED_REPLY) else None


def speaks_rtmfp(strange: Observation) -> bool:
    """Whether a strange answer was RTMFP nevertheless: for that it must have been opened with RTMFP's own key."""
    failure = strange.failure
    return failure is not None and (
        "RTMFP" in (failure.looks_like or "") or failure.detail.startswith("an RTMFP ")
    )


def redirects_in_a_circle(strange: Observation) -> bool:
    """Whether the server only sent us on, to where we had asked already or without end."""
    return strange.failure is not None and "redirect" in strange.failure.detail


def not_followed(attempt: Attempt) -> Observation | None:
    """The greeting that was only answered with redirects to where this program asks nobody."""
    step = attempt.failed_step
    if step is None or step.step is not StepName.UDP or not isinstance(step.facts, UdpFacts):
        return None
    return step if step.facts.not_followed else None


def unkeyed(attempt: Attempt) -> Observation | None:
    """The key exchange that was never answered, though the greeting was."""
    return attempt.failed_step if failed_with(attempt, StepName.HANDSHAKE, *FELL_SILENT) else None


def undecipherable(attempt: Attempt) -> Observation | None:
    """The key exchange that was answered with what cannot be read."""
    return (
        attempt.failed_step
        if failed_with(attempt, StepName.HANDSHAKE, FailureKind.UNEXPECTED_REPLY)
        else None
    )


def undecided(attempt: Attempt) -> Observation | None:
    """The `connect` that was never answered."""
    return attempt.failed_step if failed_with(attempt, StepName.CONNECT, *FELL_SILENT) else None


def keys_sent(step: Observation) -> int:
    """How often our half of the key exchange was sent."""
    return step.facts.datagrams_sent if isinstance(step.facts, KeyingFacts) else 0
