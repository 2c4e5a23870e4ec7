"""What routers quote of a SYN: where a device on the path has changed it. Accuses nobody."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Experiment, Hop, HopFacts, Note, Observation, QuotedSegment, StepName


class PathNotes(Table, of="path-notes"):
    """Between which routers something is changed."""

    SEGMENT = text(
        "A device between {before:address} and {after:address} reduces the maximum segment size (MSS) of new connections from "
        "{usual:count} to {less:count} bytes."
    )
    OPTIONS = text(
        "A device between {before:address} and {after:address} removes TCP options from new connections: {options:names}."
    )


def path_notes(run: RunView) -> Iterator[Note]:
    """The first change on the way to the server that two quotes show."""
    for attempt in run.performed(Experiment.HOPS):
        step = attempt.step(StepName.HOP)
        if step is None or not isinstance(step.facts, HopFacts):
            continue
        told = [hop for hop in step.facts.hops if hop.quoted is not None and hop.responder is not None]
        changes = [note for one, other in pairwise(told) for note in _changes(one, other, step)]
        if changes:
            yield changes[0]
            return


def _changes(one: Hop, other: Hop, step: Observation) -> Iterator[Note]:
    first, second = one.quoted, other.quoted
    assert first is not None
    assert second is not None
    where = {"before": one.responder or "", "after": other.responder or ""}
    if first.mss is not None and second.mss is not None and second.mss < first.mss:
        yield Note(PathNotes.SEGMENT.of(**where, usual=first.mss, less=second.mss), step.id)
    removed = _removed(first, second)
    if removed:
        yield Note(PathNotes.OPTIONS.of(**where, options=removed), step.id)


def _removed(first: QuotedSegment, second: QuotedSegment) -> tuple[str, ...]:
    """Options that are gone; only where both quotes hold all of them."""
    if not first.whole or not second.whole:
        return ()
    return tuple(option for option in first.options if option not in second.options)
