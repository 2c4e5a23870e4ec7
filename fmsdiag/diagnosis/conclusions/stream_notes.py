"""What came of publishing and playing, as notes; a refusal is a finding instead (rules/server/stream_refused.py)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fmsdiag.diagnosis.evidence.attempts import FELL_SILENT
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.streams import STREAM_STEPS, is_refused_or_cut
from fmsdiag.diagnosis.lines.attempts import outcome_of_step
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.model import (
    Attempt,
    Experiment,
    Message,
    Note,
    Observation,
    StepName,
    StreamFacts,
    UploadFacts,
    UploadOutcome,
)

LITTLE_BYTES_S = 250_000
"""2 Mbit/s, less than most streams of today."""
_STEPS = dict(STREAM_STEPS)


class StreamNotes(Table, of="streams"):
    """What became of the stream that the user named."""

    PUBLISH_NOT_TRIED = text("Publishing was not tested: the server did not accept a second connection.")
    PLAY_NOT_TRIED = text("Playing was not tested: the server did not accept a second connection.")
    PUBLISH_NO_CONNECTION = text("Publishing was not tested: no connection that can publish was accepted.")
    PLAY_NO_CONNECTION = text("Playing was not tested: no connection that can play was accepted.")
    PUBLISHED = text(
        "Publishing to your stream is accepted: the server kept it for {held:duration}. No video or audio was sent."
    )
    PUBLISHED_EMPTY = text(
        "Publishing to your stream is accepted: the server kept it for {held:duration}. No video or audio was sent, so this "
        "does not show how fast an upload gets through. The deep tests measure that."
    )
    PUBLISH_FAILED = text("Publishing to your stream failed: {outcome}.")
    UPLOADED = text(
        "The upload test on port {port} reached {rate:rate}. It is short, so a stream may reach more or less."
    )
    ON_AIR = text("Your stream is on air: video or audio arrived.")
    SILENT = text(
        "The server agreed to play your stream, but no video or audio arrived within {held:duration}. Most likely nobody "
        "is publishing to it now; some servers agree to play any name."
    )
    PLAY_FAILED = text("Playing your stream failed: {outcome}.")


_NOT_TRIED: Mapping[StepName, Text] = {
    StepName.PUBLISH: StreamNotes.PUBLISH_NOT_TRIED,
    StepName.PLAY: StreamNotes.PLAY_NOT_TRIED,
}


def stream_notes(run: RunView) -> Iterator[Note]:
    """One note for each of the two that the user asked for and that was not refused."""
    for wanted, experiment, said in (
        (run.options.publish, Experiment.PUBLISH, StreamNotes.PUBLISH_NO_CONNECTION),
        (run.options.play, Experiment.PLAY, StreamNotes.PLAY_NO_CONNECTION),
    ):
        if wanted and not any(a.experiment is experiment for a in run.attempts):
            yield Note(said.of())
    for attempt in run.seen:
        name = _STEPS.get(attempt.experiment) if attempt.experiment else None
        if name is None:
            continue
        step = attempt.step(name)
        if step is None or not isinstance(step.facts, StreamFacts):
            yield Note(_NOT_TRIED[name].of(), _last(attempt))
        elif not is_refused_or_cut(step, step.facts):
            yield Note(_note(run, step, step.facts), step.id)


def upload_notes(run: RunView) -> Iterator[Note]:
    """How fast the upload test was, where that is little for a stream."""
    for attempt in run.performed(Experiment.UPLOAD):
        step = attempt.step(StepName.UPLOAD)
        facts = step.facts if step is not None else None
        if step is None or not isinstance(facts, UploadFacts) or facts.outcome != UploadOutcome.COMPLETE:
            continue
        rate = facts.bytes_taken / max(facts.elapsed_s, 0.001)
        if rate < LITTLE_BYTES_S:
            yield Note(StreamNotes.UPLOADED.of(port=attempt.endpoint.port, rate=rate), step.id)


def _note(run: RunView, step: Observation, facts: StreamFacts) -> Message:
    if step.step is StepName.PUBLISH:
        if not step.ok:
            return StreamNotes.PUBLISH_FAILED.of(outcome=outcome_of_step(step))
        measured = bool(run.performed(Experiment.UPLOAD))
        said = StreamNotes.PUBLISHED if measured else StreamNotes.PUBLISHED_EMPTY
        return said.of(held=facts.held_s or 0.0)
    if step.ok:
        return StreamNotes.ON_AIR.of()
    if facts.held_s is not None and step.failure is not None and step.failure.kind in FELL_SILENT:
        return StreamNotes.SILENT.of(held=facts.held_s)
    return StreamNotes.PLAY_FAILED.of(outcome=outcome_of_step(step))


def _last(attempt: Attempt) -> str:
    return attempt.observations[-1].id if attempt.observations else ""
