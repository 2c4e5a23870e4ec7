"""Writes the file of one run: redacted, for its owner alone, bounded."""

from __future__ import annotations

import os
from pathlib import Path
from time import monotonic
from typing import Self

import msgspec
import psutil

from fmsdiag.history.record import record
from fmsdiag.journal.folder import make_room, new_path
from fmsdiag.journal.heard import Item, RunEnded
from fmsdiag.journal.lines import Began, Ended, Saw, encode
from fmsdiag.model import (
    Attempt,
    AttemptFinished,
    AttemptStarted,
    NotApplicable,
    PlanMade,
    Report,
    Status,
    StepFinished,
)
from fmsdiag.report.json import MAX_BYTES
from fmsdiag.report.redact import PartsRedactor, redact
from fmsdiag.whole_file import write_whole

SYNC_EVERY_S = 1.0
"""How often lines are brought to the disk at most; a crash of this program loses none of them in any case."""
MOST_BYTES = MAX_BYTES // 2
"""Of lines of one run: a run that tells more is kept up to there, and whole once it has ended."""


class JournalFile:
    """Takes what the journal heard, in order; its methods raise OSError."""

    def __init__(self, folder: Path, history: Path | None = None) -> None:
        self._folder, self._history = folder, history
        self._path: Path | None = None
        self._file: int | None = None
        self._written, self._synced_s = 0, 0.0
        self._running: dict[int, Attempt] = {}
        self._redactor: PartsRedactor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._shut()

    def _shut(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def take(self, item: Item) -> None:
        """Write what `item` tells, if it tells anything that is kept."""
        match item:
            case Report():
                self._begin(item)
            case RunEnded(report=report):
                self._end(report)
            case PlanMade():
                self._plan(item)
            case AttemptStarted():
                self._start(item)
            case StepFinished() if item.attempt_id in self._running:
                attempt = self._running[item.attempt_id]
                self._saw(msgspec.structs.replace(attempt, observations=(item.observation,)))
            case AttemptFinished():
                self._running.pop(item.attempt.id, None)
                self._saw(item.attempt, has_ended=True)

    def _begin(self, outline: Report) -> None:
        self._redactor = PartsRedactor(outline)
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path = new_path(self._folder, outline.report_id)
        self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        own = psutil.Process()
        self._write(encode(Began(redact(outline), own.pid, own.create_time())))
        make_room(self._folder)

    def _plan(self, made: PlanMade) -> None:
        """What no turn has come to yet."""
        for number, planned in zip(made.attempt_ids, made.plan.attempts, strict=True):
            self._saw(
                Attempt(
                    number,
                    planned.endpoint,
                    planned.purpose,
                    Status.NOT_STARTED,
                    planned.endpoint.key,
                    not_applicable=NotApplicable.NO_TURN,
                )
            )

    def _start(self, event: AttemptStarted) -> None:
        attempt = Attempt(
            event.attempt_id,
            event.endpoint,
            event.purpose,
            Status.CANCELLED,
            event.endpoint.key,
            experiment=event.experiment,
            asked_by=event.asked_by,
            started_s=event.at_s,
        )
        self._running[event.attempt_id] = attempt
        self._saw(attempt)

    def _saw(self, attempt: Attempt, has_ended: bool = False) -> None:
        if self._redactor is not None and self._written < MOST_BYTES:
            hidden, codes = self._redactor.hidden(attempt)
            self._write(encode(Saw(hidden, has_ended, codes)))

    def _end(self, report: Report) -> None:
        redacted = redact(report)
        line = encode(Ended(redacted))
        try:
            if self._path is not None and len(line) <= MAX_BYTES:
                self._shut()  # Windows replaces no file that is open
                write_whole(self._path, line)
        finally:  # last, for it may wait for another program
            if self._history is not None:
                record(self._history, redacted)

    def _write(self, line: bytes) -> None:
        if self._file is None:
            return
        left = memoryview(line)
        while left:
            left = left[os.write(self._file, left) :]
        self._written += len(line)
        if monotonic() - self._synced_s >= SYNC_EVERY_S:
            os.fsync(self._file)
            self._synced_s = monotonic()
