"""Where the pseudonyms are kept."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import platformdirs

VARIABLE = "FMSDIAG_PSEUDONYMS"
NONE_KEPT = "none"
FILE_NAME = "pseudonyms.sqlite3"
SET_ASIDE = ".damaged"


def chosen_path(environment: Mapping[str, str]) -> Path | None:
    """The file: FMSDIAG_PSEUDONYMS, else in this system's folder for a program's data. None: none is kept.

    Then a name holds within one report only.
    """
    chosen = environment.get(VARIABLE)
    if chosen == NONE_KEPT:
        return None
    return Path(chosen).absolute() if chosen else platformdirs.user_data_path("fmsdiag", False) / FILE_NAME


def set_aside_files(path: Path) -> list[Path]:
    """Damaged files that were kept under other names. Raises OSError."""
    if not path.parent.is_dir():
        return []
    beginning = f"{path.name}{SET_ASIDE}"
    found = (each for each in path.parent.iterdir() if each.name.startswith(beginning))
    return sorted(each for each in found if not each.name.endswith("-journal"))
