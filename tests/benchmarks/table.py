"""How figures are shown: one row a measurement, its numbers side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A measurement; `columns` maps what was compared to its figure with unit."""

    title: str
    columns: dict[str, str]


def show(rows: Sequence[Row]) -> None:
    """Print rows as plain text."""
    width = max((len(row.title) for row in rows), default=0)
    for row in rows:
        print(
            f"{row.title:{width}}  " + "  ".join(f"{name} {figure}" for name, figure in row.columns.items()),
            flush=True,
        )
