"""What one attempt shows: each fact is decided here, once."""

from __future__ import annotations

from collections.abc import Sequence

from fmsdiag.model import (
    Attempt,
    ConnectFacts,
    FailureKind,
    HandshakeFacts,
    Observation,
    StepName,
)

TO_THE_PROXY = (StepName.DNS, StepName.TCP)
"""The steps that an attempt through a proxy makes with the proxy alone."""


def failed_with(attempt: Attempt, step: StepName, *kinds: FailureKind) -> bool:
    """Whether the attempt ended at that step in one of these ways; a proxy's own name and port do not count."""
    ended = attempt.failed_step
    if attempt.endpoint.proxy is not None and step in TO_THE_PROXY:
        return False
    return (
        ended is not None and ended.step is step and ended.failure is not None and ended.failure.kind in kinds
    )


def media_spoken(observations: Sequence[Observation]) -> Observation | None:
    """The handshake by which a server has shown that it speaks RTMP; `attempt.behind_certificate` has what is
    behind one."""
    return next((o for o in observations if o.step is StepName.HANDSHAKE and o.ok), None)


def handshake_facts(attempt: Attempt) -> HandshakeFacts | None:
    step = attempt.step(StepName.HANDSHAKE)
    return step.facts if step is not None and isinstance(step.facts, HandshakeFacts) else None


def connect_facts(attempt: Attempt) -> ConnectFacts | None:
    step = attempt.step(StepName.CONNECT)
    return step.facts if step is not None and isinstance(step.facts, ConnectFacts) else None
