"""What came of publishing and playing, as notes; a refusal is a finding instead (rules/stream_refused.py)."""

from __future__ import annotations

from collections.abc import Iterator

from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.messages.text import unconverted
from fmsdiag.model import Attempt, Experiment, Note, Observation, Status, StepName, StreamFacts

_STEPS = {Experiment.PUBLISH: StepName.PUBLISH, Experiment.PLAY: StepName.PLAY}


def stream_notes(run: RunView) -> Iterator[Note]:
    """One note for each of the two that the user asked for and that was not refused."""
    for attempt in run.seen:
        name = _STEPS.get(attempt.experiment) if attempt.experiment else None
        if name is None or attempt.status is Status.REJECTED:
            continue
        step = attempt.step(name)
        if step is None or not isinstance(step.facts, StreamFacts):
            yield _note(
                f"{_DOING[name]} could not be tried: the second connection was not accepted.", _last(attempt)
            )
        else:
            yield _note(_told(step, step.facts), step.id)


_DOING = {StepName.PUBLISH: "Publishing", StepName.PLAY: "Playing"}


def _told(step: Observation, facts: StreamFacts) -> str:
    if step.step is StepName.PUBLISH:
        if step.ok:
            return f"Publishing to your stream works: the server agreed, and held the stream for {facts.held_s or 0:.1f} s."
        return "The server did not answer the wish to publish."
    if step.ok:
        return "Your stream is on air: its first picture or sound came."
    if facts.held_s is not None:
        return (
            f"The server agreed to play your stream, but no picture or sound came within {facts.held_s:.0f} s: nobody seems "
            "to be publishing it now. Several servers agree to any name."
        )
    return "The server did not answer the wish to play."


def _last(attempt: Attempt) -> str:
    return attempt.observations[-1].id if attempt.observations else ""


def _note(text: str, observation: str = "") -> Note:
    return Note(unconverted(text), observation)
