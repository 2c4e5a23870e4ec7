"""Keeps a run that has ended: whatever becomes of it, the run's own result is not touched."""

from __future__ import annotations

from pathlib import Path

from fmsdiag.history.store import ForeignHistory, History, HistoryError
from fmsdiag.log import LOGGER
from fmsdiag.model import Report


def record(path: Path, report: Report) -> None:
    """Keep a redacted report in the history; what keeps it from that is in the log."""
    try:
        with History(path) as history:
            if history.set_aside is not None:
                LOGGER.warning("the history is damaged and was set aside as %s", history.set_aside.name)
            history.add(report)
    except ForeignHistory:
        LOGGER.warning("the history was written by a newer version or another program and is left alone")
    except HistoryError as error:
        LOGGER.warning("the run is not in the history: %s", error)
