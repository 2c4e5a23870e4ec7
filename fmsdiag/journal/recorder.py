"""Hears a run and keeps its journal beside it: on a thread of its own, in pauses of the run, so that no measured time suffers.

A step is in the file at most LATEST_S after it ended, FIRST_LATEST_S in a run's first second. Before the first packet nothing
is loaded that only the journal needs.
"""

from __future__ import annotations

import atexit
import queue
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic

from fmsdiag.history.place import chosen_path as history_path
from fmsdiag.journal.folder import chosen_folder
from fmsdiag.journal.heard import Item, RunEnded
from fmsdiag.log import LOGGER
from fmsdiag.model import AttemptFinished, AttemptStarted, Event, Report, StepFinished

QUIET_S, LATEST_S = 0.05, 0.25
"""Lines are written once nothing has happened for so long; but no later than this."""
FIRST_QUIET_S, FIRST_LATEST_S = 0.25, 1.0
"""The same until the first attempt has ended: what writes them must be loaded first, which takes longer than a line."""
END_WAITS_S = 2.0
"""How long the end of the program waits for the last line."""


def open_journal(environment: Mapping[str, str]) -> Journal | None:
    """The journal of a run that will begin, where one is wanted."""
    folder = chosen_folder(environment)
    return Journal(folder, history_path(environment)) if folder is not None else None


class Journal:
    """Of one run. Its methods return at once and raise nothing; what cannot be written costs the journal alone."""

    def __init__(self, folder: Path, history: Path | None = None) -> None:
        """`history` is the file in which the whole run is kept longer, where that is wanted."""
        self._folder, self._history = folder, history
        self._inbox: queue.SimpleQueue[Item | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="journal", daemon=True)

    def began(self, outline: Report) -> None:
        """`outline` is the report before anything was tried."""
        self._inbox.put(outline)
        self._thread.start()
        atexit.register(self.wait, END_WAITS_S)

    def beside(self, emit: Callable[[Event], None]) -> Callable[[Event], None]:
        """`emit`, with the journal hearing of everything, too."""

        def heard(event: Event) -> None:
            self._inbox.put(event)
            emit(event)

        return heard

    def ended(self, report: Report) -> None:
        """The run has ended: its whole report takes the place of the lines."""
        self._inbox.put(RunEnded(report))
        self._inbox.put(None)

    def wait(self, timeout_s: float) -> None:
        """Until all that came is written, `timeout_s` at most; nothing more comes."""
        self._inbox.put(None)
        if self._thread.is_alive():
            self._thread.join(timeout_s)
        atexit.unregister(self.wait)

    # ---- on the thread
    def _work(self) -> None:
        try:
            batch, is_over = self._next_batch(FIRST_QUIET_S, FIRST_LATEST_S)
            from fmsdiag.journal.writer import JournalFile

            with JournalFile(self._folder, self._history) as file:
                while True:
                    for item in without_repetitions(batch):
                        file.take(item)
                    if is_over:
                        break
                    batch, is_over = self._next_batch(QUIET_S, LATEST_S)
        except OSError as error:
            LOGGER.warning("the journal cannot be written: %s", error.strerror or error)
        except Exception as error:
            LOGGER.warning("the journal ended by a fault", exc_info=error)

    def _next_batch(self, quiet_s: float, latest_s: float) -> tuple[list[Item], bool]:
        """What has come when there is a pause, and whether that was all."""
        batch = [self._inbox.get()]
        end_s = monotonic() + latest_s
        while not isinstance(batch[-1], RunEnded | None):
            if isinstance(batch[-1], AttemptFinished):
                quiet_s, end_s = min(quiet_s, QUIET_S), min(end_s, monotonic() + LATEST_S)
            try:
                batch.append(self._inbox.get(timeout=max(0.0, min(quiet_s, end_s - monotonic()))))
            except queue.Empty:
                break
        return [item for item in batch if item is not None], batch[-1] is None


def without_repetitions(batch: list[Item]) -> list[Item]:
    """Without what a later item of the batch says as well: steps of an attempt that has ended, all of a run that has."""
    if batch and isinstance(batch[-1], RunEnded):
        return [item for item in batch if isinstance(item, Report | RunEnded)]
    ended = {item.attempt.id for item in batch if isinstance(item, AttemptFinished)}
    return [
        item
        for item in batch
        if not (isinstance(item, AttemptStarted | StepFinished) and item.attempt_id in ended)
    ]
