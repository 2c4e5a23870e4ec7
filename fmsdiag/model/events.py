"""What is told while a run goes on; the objects are those that the report keeps."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from fmsdiag.model.attempts import Attempt, Endpoint, Observation
from fmsdiag.model.conclusions import Finding
from fmsdiag.model.options import Plan
from fmsdiag.model.vocabulary import Experiment, Purpose, StepName


class AttemptStarted(msgspec.Struct, frozen=True):
    attempt_id: int
    endpoint: Endpoint
    purpose: Purpose
    at_s: float
    experiment: Experiment | None = None
    asked_by: str | None = None


class StepStarted(msgspec.Struct, frozen=True):
    attempt_id: int
    step: StepName
    at_s: float
    timeout_s: float | None = None


class StepFinished(msgspec.Struct, frozen=True):
    attempt_id: int
    observation: Observation


class AttemptFinished(msgspec.Struct, frozen=True):
    attempt: Attempt


class FindingsChanged(msgspec.Struct, frozen=True):
    findings: tuple[Finding, ...]


class PlanMade(msgspec.Struct, frozen=True):
    """First of all events: what will be tried, so that a timeline can show what has not started yet."""

    plan: Plan
    attempt_ids: tuple[int, ...]  # of plan.attempts, in the same order


Event: TypeAlias = PlanMade | AttemptStarted | StepStarted | StepFinished | AttemptFinished | FindingsChanged
