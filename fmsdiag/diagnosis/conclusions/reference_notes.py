"""In what a run differs from a reference run made beside the server: told as facts, which accuse nobody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from fmsdiag.diagnosis.evidence.reference import reference_of
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import route_of
from fmsdiag.messages.text import Table, Text, plural, text
from fmsdiag.model import Note, Reference
from fmsdiag.model.messages import Addresses, Names, Quote, Route, Routes

SLOWER = 3.0
"""Times that differ by less say nothing: two networks are never alike."""
LEAST_S = 0.1
"""Nor do times that nobody notices."""
SHOWN = 4
_DIGITS = 16
"""Of a fingerprint, as people compare them."""


class ReferenceNotes(Table, of="reference-notes"):
    """What was the same beside the server, and what was not."""

    ONLY_THERE = text("{routes} connected in the reference run beside the server, but not from here.")
    ONLY_HERE = plural(
        "{routes} connects from here, but did not connect in the reference run beside the server.",
        "{routes} connect from here, but did not connect in the reference run beside the server.",
    )
    NEITHER = text("{routes} did not connect in the reference run beside the server, either.")
    SLOWER = text("{route} took {here:duration} here and {there:duration} in the reference run.")
    OTHER_CERTIFICATE = text(
        "The server shows another certificate here than in the reference run of {at:moment}. Fingerprint here: {here:names}. "
        "In the reference run: {there:names}. Either the server's certificate was replaced since, or a device on the way shows "
        "its own."
    )
    SAME_CERTIFICATE = text("The server shows the same certificate as in the reference run of {at:moment}.")
    OTHER_VERSION = text(
        "The server calls itself {here:quote} here and {there:quote} in the reference run of {at:moment}. Either its software "
        "was changed since, or another server answers here."
    )
    SAME_VERSION = text("The server calls itself {here:quote}, as in the reference run of {at:moment}.")
    OTHER_ADDRESSES = text(
        "The server's name leads to {here:addresses} here and led to {there:addresses} in the reference run of {at:moment}."
    )
    SAME_ADDRESSES = text(
        "The server's name leads to the same address as in the reference run of {at:moment}."
    )


def reference_notes(reference: Reference | None, run: RunView) -> tuple[Note, ...]:
    """Nothing without a reference run of this server."""
    if reference is None or reference.host != run.target.host:
        return ()
    here = reference_of(run.report_id, run.started_at, run.target.host, run.attempts)
    return tuple(_notes(here, reference, run))


def notes_on_reference(said: Iterable[Note]) -> tuple[Note, ...]:
    """Those of a report's notes that `reference_notes` made."""
    ids = {each.id for each in ReferenceNotes.texts()}
    return tuple(note for note in said if note.message.id in ids)


def _notes(here: Reference, there: Reference, run: RunView) -> Iterator[Note]:
    said, at = ReferenceNotes, there.made_at
    yield from _attempts(here, there, run)
    if here.certificates and there.certificates:
        if set(here.certificates) & set(there.certificates):
            yield Note(said.SAME_CERTIFICATE.of(at=at))
        else:
            prints = {"here": _prints(here.certificates), "there": _prints(there.certificates)}
            yield Note(said.OTHER_CERTIFICATE.of(at=at, **prints))
    if here.versions and there.versions:
        if set(here.versions) & set(there.versions):
            yield Note(said.SAME_VERSION.of(at=at, here=Quote(here.versions[0])))
        else:
            names = {"here": Quote(here.versions[0]), "there": Quote(there.versions[0])}
            yield Note(said.OTHER_VERSION.of(at=at, **names))
    if here.addresses and there.addresses and not run.target.is_literal:
        if set(here.addresses) & set(there.addresses):
            yield Note(said.SAME_ADDRESSES.of(at=at))
        else:
            yield Note(
                said.OTHER_ADDRESSES.of(
                    at=at, here=Addresses(here.addresses[:SHOWN]), there=Addresses(there.addresses[:SHOWN])
                )
            )


def _attempts(here: Reference, there: Reference, run: RunView) -> Iterator[Note]:
    """Which ways connected in one of the two runs, and which took much longer here."""
    routes = {attempt.key: route_of(attempt.endpoint) for attempt in reversed(run.own)}
    before = {attempt.key: attempt for attempt in there.attempts}
    pairs = [(routes[a.key], a, before[a.key]) for a in here.attempts if a.key in before and a.key in routes]
    kinds: Sequence[tuple[Text, bool, bool]] = (
        (ReferenceNotes.ONLY_THERE, False, True),
        (ReferenceNotes.ONLY_HERE, True, False),
        (ReferenceNotes.NEITHER, False, False),
    )
    for said, now, then in kinds:
        yield from _of(
            said, (r for r, mine, other in pairs if (mine.connected, other.connected) == (now, then))
        )
    for route, mine, other in pairs:
        if mine.connected and other.connected and _is_slower(mine.took_s, other.took_s):
            yield Note(ReferenceNotes.SLOWER.of(route=route, here=mine.took_s, there=other.took_s))


def _of(said: Text, routes: Iterable[Route]) -> Iterator[Note]:
    found = tuple(dict.fromkeys(routes))
    if found:
        yield Note(said.of(routes=Routes(found)))


def _is_slower(here_s: float | None, there_s: float | None) -> bool:
    return here_s is not None and there_s is not None and here_s > max(LEAST_S, SLOWER * there_s)


def _prints(fingerprints: Iterable[str]) -> Names:
    return Names(tuple(f"{each[:_DIGITS]}…" for each in fingerprints)[:SHOWN])
