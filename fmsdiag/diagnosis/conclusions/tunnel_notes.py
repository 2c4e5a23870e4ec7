"""What RTMPT's /fcs/ident2 says, as notes: a server that sends Flash Player to another address than the one it came to."""

from __future__ import annotations

from collections.abc import Iterator

from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.messages.text import unconverted
from fmsdiag.model import Note, StepName, TunnelFacts
from fmsdiag.target import is_private_address


def ident_notes(run: RunView) -> Iterator[Note]:
    """One note for each address that ident2 named and that is none of the server's; it decides nothing here."""
    told: set[str] = set()
    for seen in run.steps(StepName.TUNNEL):
        named = seen.facts.ident_address if isinstance(seen.facts, TunnelFacts) else None
        if named is None or named in told or named in (seen.address, *run.addresses):
            continue
        told.add(named)
        private = (
            ", a private address that cannot be reached from elsewhere," if is_private_address(named) else ""
        )
        yield _note(
            f"The server's RTMPT names {named}{private} as its own (ident2). Flash Player would have gone on there "
            f"instead of at {seen.address}.",
            seen.id,
        )


def _note(text: str, observation: str = "") -> Note:
    return Note(unconverted(text), observation)
