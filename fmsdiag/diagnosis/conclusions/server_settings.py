"""Where the operator turns the screw: one setting for each product, the right one first where the product is known."""

from __future__ import annotations

from collections.abc import Mapping

from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.server_software import AMS, NGINX, RED5, SRS, WOWZA

KNOWN = 0.6
"""From which probability on a product is taken for known: software_notes calls that "likely"."""
_SHORT = {AMS: "AMS", WOWZA: "Wowza", RED5: "Red5", NGINX: "nginx-rtmp", SRS: "SRS"}


def settings(run: RunView, by_software: Mapping[str, str]) -> str:
    """What to look at, as sentences: of the product that the server seems to be, else of all that are listed.

    `by_software` has names of server_software as keys and clauses without a full stop as values.
    """
    identity = run.server_software
    if identity is not None and identity.probability >= KNOWN and identity.software in by_software:
        return f"This looks like {identity.software}: {by_software[identity.software]}."
    listed = "; ".join(f"{_SHORT.get(name, name)}: {text}" for name, text in by_software.items())
    return f"{listed}."


def is_likely(run: RunView, software: str) -> bool:
    """Whether the server seems to be that product."""
    identity = run.server_software
    return identity is not None and identity.software == software and identity.probability >= KNOWN
