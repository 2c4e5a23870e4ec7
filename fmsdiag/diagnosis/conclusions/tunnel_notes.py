"""What RTMPT's /fcs/ident2 says, as notes: a server that sends Flash Player to another address than the one it came to."""

from __future__ import annotations

from collections.abc import Iterator

from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Note, StepName, TunnelFacts
from fmsdiag.model.messages import Address
from fmsdiag.private_addresses import is_private_address


class TunnelNotes(Table, of="tunnel-notes"):
    """Where Flash Player would have gone on."""

    ELSEWHERE = text(
        "For RTMPT, the server names {named:address} as its own address (ident2). Flash Player would continue there instead of "
        "at {address}."
    )
    PRIVATE = text(
        "For RTMPT, the server names {named:address} as its own address (ident2), a private address that cannot be reached "
        "from elsewhere. Flash Player would continue there instead of at {address}."
    )


def ident_notes(run: RunView) -> Iterator[Note]:
    """One note for each address that ident2 named and that is none of the server's; it decides nothing here."""
    noted: set[str] = set()
    for seen in run.steps(StepName.TUNNEL):
        named = seen.facts.ident_address if isinstance(seen.facts, TunnelFacts) else None
        if named is None or named in noted or named in (seen.address, *run.addresses):
            continue
        noted.add(named)
        said = TunnelNotes.PRIVATE if is_private_address(named) else TunnelNotes.ELSEWHERE
        yield Note(said.of(named=named, address=Address(seen.address or "")), seen.id)
