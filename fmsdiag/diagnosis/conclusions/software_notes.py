"""What the server seems to be, as a note."""

from __future__ import annotations

from collections.abc import Iterator

from fmsdiag.messages.text import Table, text
from fmsdiag.model import Note, ServerIdentity
from fmsdiag.model.messages import Name

ALMOST_CERTAIN, LIKELY, POSSIBLE = 0.9, 0.6, 0.5
"""From which probability on each word is used; below the last, nothing is said."""


class SoftwareNotes(Table, of="software"):
    """By how sure it is."""

    ALMOST_CERTAIN = text("The server is almost certainly {software:name}.")
    LIKELY = text("The server is likely {software:name}.")
    POSSIBLE = text("The server may be {software:name}.")


def software_notes(identity: ServerIdentity | None) -> Iterator[Note]:
    """One note, where one product is more likely than not."""
    if identity is None or identity.probability < POSSIBLE:
        return
    said = SoftwareNotes.POSSIBLE
    if identity.probability >= ALMOST_CERTAIN:
        said = SoftwareNotes.ALMOST_CERTAIN
    elif identity.probability >= LIKELY:
        said = SoftwareNotes.LIKELY
    yield Note(
        said.of(software=Name(identity.software)), identity.marks[0].observation if identity.marks else ""
    )
