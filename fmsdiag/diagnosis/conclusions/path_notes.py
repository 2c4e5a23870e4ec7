"""What routers quote of packets: where a device on the path has changed them. Accuses nobody."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from fmsdiag.diagnosis.evidence.changed_datagrams import changed_datagrams
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Experiment, Hop, HopFacts, Note, Observation, QuotedSegment, StepName


class PathNotes(Table, of="path-notes"):
    """Between which routers something is changed."""

    SEGMENT = text(
        "{before:address}, or a device between it and {after:address}, reduces the maximum segment size (MSS) of new "
        "connections from {usual:count} to {less:count} bytes."
    )
    OPTIONS = text(
        "{before:address}, or a device between it and {after:address}, removes TCP options from new connections: "
        "{options:names}."
    )
    DATA = text(
        "{before:address}, or a device between it and {after:address}, changes what UDP packets contain."
    )
    DATA_AT_ONCE = text(
        "UDP packets reach {after:address} with changed content; the device that changes them is on the way there."
    )


def path_notes(run: RunView) -> Iterator[Note]:
    """The first change on the way to the server that quotes show, of new connections and of UDP packets."""
    yield from _of_connections(run)
    yield from _of_datagrams(run)


def _of_connections(run: RunView) -> Iterator[Note]:
    for attempt in run.performed(Experiment.HOPS):
        step = attempt.step(StepName.HOP)
        if step is None or not isinstance(step.facts, HopFacts):
            continue
        told = [hop for hop in step.facts.hops if hop.quoted is not None and hop.responder is not None]
        changes = [note for one, other in pairwise(told) for note in _changes(one, other, step)]
        if changes:
            yield changes[0]
            return


def _of_datagrams(run: RunView) -> Iterator[Note]:
    found = changed_datagrams(run)
    if found is None:
        return
    after = found.after.responder
    if found.before is not None:
        yield Note(PathNotes.DATA.of(before=found.before.responder, after=after), found.step.id)
    else:
        yield Note(PathNotes.DATA_AT_ONCE.of(after=after), found.step.id)


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
