"""The runs that the journals have, for whoever keeps runs longer: also those whose program was killed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fmsdiag.journal.folder import journals
from fmsdiag.journal.last_run import read_run
from fmsdiag.journal.lines import JournalError
from fmsdiag.model import Report


def kept_runs(folder: Path) -> Iterator[Report]:
    """Each run that is not under way, the newest first; what cannot be read is left to last_run(). Raises OSError."""
    for path in journals(folder):
        try:
            run = read_run(path)
        except JournalError:
            continue
        if run is not None:
            yield run[0]
