"""The last run of this computer's user: whole, or as far as it came."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from fmsdiag.journal.folder import SET_ASIDE, journals
from fmsdiag.journal.lines import Began, JournalError, header_of, report_in
from fmsdiag.log import LOGGER
from fmsdiag.model import Report
from fmsdiag.report.json import MAX_BYTES

_SAME_PROCESS_S = 2.0
"""By how much the system's own figures for the start of one process may differ."""


@dataclass(frozen=True)
class LastRun:
    """What the journals have of it."""

    report: Report | None  # none: there is no journal that can be read
    interrupted: bool = False
    lines_lost: int = 0  # that could not be read, of this run
    set_aside: tuple[Path, ...] = field(default=())  # damaged journals, by their new names


def last_run(folder: Path) -> LastRun:
    """The last run that is not under way. A journal of which nothing can be read is set aside, and the one before it is it.

    Raises OSError where the folder cannot be read.
    """
    set_aside: list[Path] = []
    for path in journals(folder):
        try:
            run = read_run(path)
        except JournalError as error:
            LOGGER.warning("the journal %s is damaged and was set aside: %s", path.name, error)
            set_aside.append(_set_aside(path))
            continue
        if run is None:
            continue
        report, has_ended, lost = run
        if lost:
            LOGGER.warning("the journal %s has %d damaged lines", path.name, lost)
        return LastRun(report, not has_ended, lost, tuple(set_aside))
    return LastRun(None, set_aside=tuple(set_aside))


def read_run(path: Path) -> tuple[Report, bool, int] | None:
    """What report_in() makes of a journal; none while the run is under way. Raises JournalError, OSError."""
    data = _read(path)
    return None if _is_under_way(header_of(data)) else report_in(data)


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise JournalError("the file is too large")
    return data


def _set_aside(path: Path) -> Path:
    aside = path.with_suffix(SET_ASIDE)
    os.replace(path, aside)
    return aside


def _is_under_way(header: object) -> bool:
    """Whether the process that began this run still lives."""
    if not isinstance(header, Began):
        return False
    try:
        process = psutil.Process(header.process)
        began_s, status = process.create_time(), process.status()
    except (psutil.Error, ValueError, OverflowError):
        return False
    return status != psutil.STATUS_ZOMBIE and abs(began_s - header.process_began_s) < _SAME_PROCESS_S
