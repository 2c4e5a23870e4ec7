"""Where journals are: one file for each run, the last few of them, readable by their owner alone.

Every run asks for its place here before its first packet, so that little is imported.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

import platformdirs

VARIABLE = "FMSDIAG_JOURNAL"
NO_JOURNAL = "none"
SUFFIX = ".jsonl"
SET_ASIDE = ".damaged"
MOST_KEPT = 5
"""Runs; the oldest make room for a new one."""


def chosen_folder(environment: Mapping[str, str]) -> Path | None:
    """The folder of journals: FMSDIAG_JOURNAL, else this system's for a program's state. None: none is wanted."""
    chosen = environment.get(VARIABLE)
    if chosen == NO_JOURNAL:
        return None
    return Path(chosen).absolute() if chosen else platformdirs.user_state_path("fmsdiag", False) / "journal"


def new_path(folder: Path, report_id: str) -> Path:
    """The file of a run that begins now; names are in the order of time."""
    return folder / f"{time.time_ns():020d}-{report_id}{SUFFIX}"


def journals(folder: Path) -> list[Path]:
    """The journals there, the last one first. Raises OSError."""
    if not folder.is_dir():
        return []
    return sorted((p for p in folder.iterdir() if p.suffix == SUFFIX), key=lambda p: p.name, reverse=True)


def forget(folder: Path, report_id: str | None) -> None:
    """Remove the journals of a run; none: of all runs. Raises OSError."""
    for path in journals(folder):
        if report_id is None or path.name.endswith(f"-{report_id}{SUFFIX}"):
            path.unlink(missing_ok=True)


def make_room(folder: Path, kept: int = MOST_KEPT) -> None:
    """Remove the oldest journals, and what was set aside before the kept ones. Raises OSError."""
    left = journals(folder)[:kept]
    for path in [p for p in folder.iterdir() if p.suffix in (SUFFIX, SET_ASIDE)]:
        if path not in left and (len(left) >= kept or path.suffix == SUFFIX) and path.name < left[-1].name:
            path.unlink(missing_ok=True)
