"""Reports with the attempts that a test wants, for the codes."""

from __future__ import annotations

import msgspec

from fmsdiag.model import (
    Attempt,
    Endpoint,
    Failure,
    FailureKind,
    Plan,
    PlanName,
    Purpose,
    Report,
    Status,
    StepName,
)
from tests.report import samples


def ended(
    number: int,
    endpoint: Endpoint,
    failure: FailureKind | None = None,
    *,
    step: StepName = StepName.TCP,
    purpose: Purpose = Purpose.FALLBACK,
    status: Status | None = None,
) -> Attempt:
    """An attempt that connected, or failed in that step."""
    if failure is None:
        return samples.attempt(number, endpoint, status or Status.CONNECTED, purpose=purpose)
    seen = samples.observed(number, step, 0.0, 1.0, failure=Failure(failure))
    return samples.attempt(number, endpoint, status or Status.FAILED, seen, purpose=purpose)


def run(plan: PlanName, *attempts: Attempt) -> Report:
    """A report of these attempts; what it concludes does not matter."""
    return msgspec.structs.replace(samples.port_blocked(), plan=Plan(plan, ()), attempts=attempts)
