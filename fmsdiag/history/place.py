"""Where the history is, and whether one is kept. Every run asks before its first packet, so that little is imported."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import platformdirs

VARIABLE = "FMSDIAG_HISTORY"
JOURNAL_VARIABLE = "FMSDIAG_JOURNAL"
NO_HISTORY = "none"
FILE_NAME = "history.sqlite3"
SET_ASIDE = ".damaged"
OFF = ".off"
"""The ending of an empty file beside a history to which nothing is added."""


def history_file(environment: Mapping[str, str]) -> Path | None:
    """The file: FMSDIAG_HISTORY, else in this system's folder for a program's data. None: the environment wants none.

    Who wants no record of a run at all, which is FMSDIAG_JOURNAL=none, wants no history.
    """
    chosen = environment.get(VARIABLE)
    if NO_HISTORY in (chosen, environment.get(JOURNAL_VARIABLE)):
        return None
    return Path(chosen).absolute() if chosen else platformdirs.user_data_path("fmsdiag", False) / FILE_NAME


def chosen_path(environment: Mapping[str, str]) -> Path | None:
    """The file that runs are added to. None: the environment wants none, or the user has switched it off."""
    path = history_file(environment)
    return path if path is not None and is_kept(path) else None


def is_kept(path: Path) -> bool:
    """Whether runs are added to this history: as long as no file beside it says that they are not."""
    return not _switch(path).exists()


def keep(path: Path, wanted: bool) -> None:
    """Switch this history on or off, for the window and the command line alike. Raises OSError."""
    switch = _switch(path)
    if wanted:
        switch.unlink(missing_ok=True)
    else:
        switch.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        switch.touch(mode=0o600)


def _switch(path: Path) -> Path:
    return path.with_name(f"{path.name}{OFF}")


def set_aside_files(path: Path) -> list[Path]:
    """Damaged histories that were kept under other names. Raises OSError."""
    if not path.parent.is_dir():
        return []
    beginning = f"{path.name}{SET_ASIDE}"
    found = (each for each in path.parent.iterdir() if each.name.startswith(beginning))
    return sorted(each for each in found if not each.name.endswith("-journal"))
