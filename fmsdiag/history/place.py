"""Where the history is. Every run asks for it before its first packet, so that little is imported."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import platformdirs

VARIABLE = "FMSDIAG_HISTORY"
JOURNAL_VARIABLE = "FMSDIAG_JOURNAL"
NO_HISTORY = "none"
FILE_NAME = "history.sqlite3"
SET_ASIDE = ".damaged"


def chosen_path(environment: Mapping[str, str]) -> Path | None:
    """The file: FMSDIAG_HISTORY, else in this system's folder for a program's data. None: none is wanted.

    Who wants no record of a run at all, which is FMSDIAG_JOURNAL=none, wants no history.
    """
    chosen = environment.get(VARIABLE)
    if NO_HISTORY in (chosen, environment.get(JOURNAL_VARIABLE)):
        return None
    return Path(chosen).absolute() if chosen else platformdirs.user_data_path("fmsdiag", False) / FILE_NAME


def set_aside_files(path: Path) -> list[Path]:
    """Damaged histories that were kept under other names. Raises OSError."""
    if not path.parent.is_dir():
        return []
    beginning = f"{path.name}{SET_ASIDE}"
    found = (each for each in path.parent.iterdir() if each.name.startswith(beginning))
    return sorted(each for each in found if not each.name.endswith("-journal"))
