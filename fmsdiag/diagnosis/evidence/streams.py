"""What came of publishing or playing the user's own stream. Pure functions over a run."""

from __future__ import annotations

from collections.abc import Iterator

from fmsdiag.diagnosis.evidence.attempts import ENDED, FELL_SILENT
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.model import Attempt, Experiment, FailureKind, Observation, StepName, StreamFacts

STREAM_STEPS = ((Experiment.PUBLISH, StepName.PUBLISH), (Experiment.PLAY, StepName.PLAY))
"""The tests of a stream, and the step in which each asks for it."""


def stream_tests(run: RunView) -> Iterator[tuple[Attempt, Observation | None]]:
    """Each test of a stream with that step; none where its connection failed before."""
    for experiment, name in STREAM_STEPS:
        for attempt in run.performed(experiment):
            yield attempt, attempt.step(name)


def is_refused_or_cut(step: Observation, facts: StreamFacts) -> bool:
    """Whether the stream was not given: in words, by an end of the connection, or by no answer at all.

    Of a stream that it agreed to play, a server may have nothing: that is no refusal.
    """
    kind = step.failure.kind if step.failure is not None else None
    if kind in FELL_SILENT:
        return facts.created is False or facts.held_s is None
    return kind is FailureKind.REJECTED or kind in ENDED
