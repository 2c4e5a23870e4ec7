"""What the deep tests of a run saw go wrong beside a connection that works. Pure.

A rule that knows why says so as a finding. What no rule explains is told all the same: see lines/shortfalls.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fmsdiag.diagnosis.evidence.attempts import ENDED, FELL_SILENT
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.model import (
    Attempt,
    Cause,
    ConnectFacts,
    Experiment,
    FailureKind,
    Finding,
    FlowFacts,
    HandshakeFacts,
    IdleFacts,
    IdleOutcome,
    Observation,
    SeriesFacts,
    StepName,
    TlsFacts,
    TryOutcome,
    UploadFacts,
    UploadOutcome,
)

_DEEP = (Experiment.FLOWS, Experiment.BURST, Experiment.HOLD, Experiment.UPLOAD, Experiment.IDLE)
_EXPLAINING = frozenset(
    (
        Cause.CONNECTION_COUNT_LIMITED,
        Cause.CONNECTION_RATE_LIMITED,
        Cause.HIGH_LATENCY,  # these tests wait less than such a way takes
        Cause.IDLE_TIMEOUT,
        Cause.PACKET_LOSS,
        Cause.SOME_CONNECTIONS_FAIL,
        Cause.THROTTLED,
        Cause.UPLOAD_CUT,
    )
)
"""Causes that say why connections, uploads or idle connections fail beside one that works."""


@dataclass(frozen=True)
class Shortfall:
    """A deep test that did not wholly succeed."""

    attempt: Attempt
    step: Observation
    beside_another: bool = False
    """Whether another connection of this run was open there meanwhile: a server may take one at a time from a client."""

    @property
    def may_be_manner(self) -> bool:
        """Whether a healthy server may do so: end an upload that it has not asked for, or a client that does nothing."""
        facts = self.step.facts
        if isinstance(facts, ConnectFacts):
            return self.beside_another
        return isinstance(facts, IdleFacts) or (isinstance(facts, UploadFacts) and facts.outcome in ENDED)


def is_not_accepted(shortfall: Shortfall) -> bool:
    """Whether it is a connection to which the server said no, or which it closed, at `connect`."""
    failure = shortfall.step.failure
    is_answer = failure is not None and failure.kind not in FELL_SILENT
    return isinstance(shortfall.step.facts, ConnectFacts) and is_answer


def shortfalls(run: RunView, findings: Sequence[Finding]) -> tuple[Shortfall, ...]:
    """The deep tests that did not wholly succeed and that no finding explains or shows."""
    if any(finding.cause in _EXPLAINING for finding in findings):
        return ()
    shown = {
        line.observation for finding in findings for line in (*finding.evidence, *finding.counter_evidence)
    }
    found = []
    for experiment in _DEEP:
        for attempt in run.performed(experiment):
            step = next((o for o in attempt.observations if _falls_short(o)), None)
            if step is not None and step.id not in shown:
                found.append(Shortfall(attempt, step, _is_beside(run, attempt, step)))
    return tuple(found)


def _is_beside(run: RunView, attempt: Attempt, step: Observation) -> bool:
    """Whether another attempt was at the same port while this step ended, or this one had two connections itself."""
    if (
        attempt.step(StepName.IDLE) is not None
        or sum(o.step is StepName.TCP for o in attempt.observations) > 1
    ):
        return True
    others = (a for a in run.seen if a is not attempt and a.endpoint.port == attempt.endpoint.port)
    return any(
        a.observations[0].started_s < step.ended_s < a.observations[-1].ended_s
        for a in others
        if a.observations
    )


def _falls_short(step: Observation) -> bool:
    match step.facts:
        case FlowFacts():
            return any(not one.works for one in step.facts.tries)
        case SeriesFacts():
            return any(one.outcome != TryOutcome.OPEN for one in step.facts.tries)
        case UploadFacts():
            return step.facts.outcome != UploadOutcome.COMPLETE
        case IdleFacts():
            return step.facts.idle_outcome != IdleOutcome.ALIVE
        case ConnectFacts():
            kind = step.failure.kind if step.failure is not None else None
            return kind is not None and kind in (FailureKind.REJECTED, *ENDED, *FELL_SILENT)
        case HandshakeFacts() | TlsFacts():
            return step.failure is not None and step.failure.kind in (*ENDED, *FELL_SILENT)
    return False
