"""The file of the history: an SQLite database with one table, for its owner alone, shared by all programs of one user.

A file that is damaged is set aside, never repaired and never removed; one of a newer version, or one that is something else, is
left alone. What is read comes from a file and is bounded like any report. SQLite: https://www.sqlite.org/docs.html
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from fmsdiag.history.place import SET_ASIDE
from fmsdiag.messages.visible import one_line
from fmsdiag.model import Report, Target, Transport
from fmsdiag.report import json
from fmsdiag.target_url import tc_url

VERSION = 1
APPLICATION = 0x464D5344
""" "FMSD": tells our files from other programs' (PRAGMA application_id)."""
MOST_KEPT = 200
WAITS_S = 5.0
"""For another process that is writing."""
MOST_PACKED = 8_000_000
"""Bytes of one report, compressed."""
_LONGEST = 300
_TABLE = """CREATE TABLE runs (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    report_id TEXT NOT NULL UNIQUE,
    started_at TEXT NOT NULL,
    target TEXT NOT NULL,
    address TEXT NOT NULL,
    status TEXT NOT NULL,
    impaired INTEGER NOT NULL,
    cause TEXT NOT NULL,
    report BLOB NOT NULL
)"""
_OF_OTHERS = ("sqlite_sequence",)
"""Tables that SQLite makes by itself."""
_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class HistoryError(Exception):
    """The history cannot be read or written: the disk is full, the file is locked, a folder is not writable."""


class ForeignHistory(HistoryError):
    """A file of a newer version, or of another program: it is left alone."""


@dataclass(frozen=True)
class Entry:
    """One run in the list, from columns that are shown as they are: bounded, one line each."""

    number: int
    report_id: str
    started_at: str
    address: str
    status: str
    impaired: bool
    cause: str


class History:
    """The runs in one file. Every method raises HistoryError."""

    def __init__(self, path: Path) -> None:
        """Opens the file, makes it where there is none, sets a damaged one aside."""
        self.set_aside: Path | None = None
        """Where a damaged file was put."""
        self._path = path
        try:
            self._connection = self._opened()
        except _Damaged:
            self.set_aside = self._put_aside()
            try:
                self._connection = self._opened()
            except _Damaged as error:
                raise HistoryError(str(error)) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    # ---- what it holds
    def entries(self) -> list[Entry]:
        """The newest first."""
        with self._errors():
            rows = self._connection.execute(
                "SELECT number, report_id, started_at, address, status, impaired, cause FROM runs "
                "ORDER BY started_at DESC, number DESC LIMIT ?",
                (MOST_KEPT,),
            ).fetchall()
        return [_entry(row) for row in rows]

    def report(self, number: int) -> Report | None:
        """The report of a run, or none if there is no such run. Raises ReportError for one that is damaged."""
        return self._one(
            "SELECT report FROM runs WHERE number = ? AND length(report) <= ?", (number, MOST_PACKED)
        )

    def before(self, report: Report) -> Report | None:
        """The last run of the same target before this one. Raises ReportError."""
        return self._one(
            "SELECT report FROM runs WHERE target = ? AND report_id <> ? AND started_at < ? AND length(report) <= ? "
            "ORDER BY started_at DESC, number DESC LIMIT 1",
            (target_key(report.target), report.report_id, report.started_at, MOST_PACKED),
        )

    def has(self, report_id: str) -> bool:
        with self._errors():
            found = self._connection.execute("SELECT 1 FROM runs WHERE report_id = ?", (report_id,))
            return found.fetchone() is not None

    # ---- changing it
    def add(self, report: Report) -> None:
        """Keep a run, in the place of what was kept of it before, and drop the oldest ones. Redact it first."""
        packed = zlib.compress(json.encode(report), 6)
        if len(packed) > MOST_PACKED:
            raise HistoryError(f"the report has {len(packed)} bytes")
        target, verdict = report.target, report.verdict
        values = (
            report.report_id, report.started_at, target_key(target), shown_target(target),
            verdict.status.value, verdict.impaired, verdict.cause, packed,
        )  # fmt: skip
        with self._changing():
            self._connection.execute("DELETE FROM runs WHERE report_id = ?", values[:1])
            self._connection.execute(
                "INSERT INTO runs (report_id, started_at, target, address, status, impaired, cause, report) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                values,
            )
            self._connection.execute(
                "DELETE FROM runs WHERE number NOT IN (SELECT number FROM runs ORDER BY started_at DESC, number DESC LIMIT ?)",
                (MOST_KEPT,),
            )

    def delete(self, number: int) -> str | None:
        """Forget a run; its report's id, or none if there is no such run."""
        with self._changing():
            found = self._connection.execute(
                "SELECT report_id FROM runs WHERE number = ?", (number,)
            ).fetchone()
            self._connection.execute("DELETE FROM runs WHERE number = ?", (number,))
        return str(found[0]) if found else None

    def delete_all(self) -> int:
        """Forget all of them; how many there were."""
        with self._changing():
            return int(self._connection.execute("DELETE FROM runs").rowcount)

    # ---- the file
    def _opened(self) -> sqlite3.Connection:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with contextlib.suppress(FileExistsError):
                os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except OSError as error:
            raise HistoryError(error.strerror or str(error)) from None
        with self._errors():
            connection = sqlite3.connect(self._path, timeout=WAITS_S, isolation_level=None)
            try:
                _prepare(connection)
            except BaseException:
                connection.close()
                raise
        return connection

    def _put_aside(self) -> Path:
        aside = self._path.with_name(f"{self._path.name}{SET_ASIDE}-{time.time_ns()}")
        try:
            self._path.replace(aside)
            with contextlib.suppress(FileNotFoundError):  # SQLite would play it into the new file
                Path(f"{self._path}-journal").replace(f"{aside}-journal")
        except OSError as error:
            raise HistoryError(error.strerror or str(error)) from None
        return aside

    def _one(self, query: str, values: tuple[object, ...]) -> Report | None:
        with self._errors():
            row = self._connection.execute(query, values).fetchone()
        if row is None:
            return None
        return json.decode(_unpacked(row[0]))

    @contextlib.contextmanager
    def _changing(self) -> Iterator[None]:
        """All of it or nothing."""
        with self._errors():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            damage = getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGE
            raise (_Damaged if damage else HistoryError)(str(error)) from None


class _Damaged(HistoryError):
    """What SQLite cannot read, or what is not as this program made it."""


def _prepare(connection: sqlite3.Connection) -> None:
    """Look whether the file is ours, and make the table in a new one. Raises ForeignHistory, _Damaged, sqlite3.Error."""
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA secure_delete = ON")  # what is deleted is not to be found in the file
    connection.execute("BEGIN IMMEDIATE")  # two programs may find a new file at the same time
    try:
        application, version = (
            connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
        )
        there = dict(connection.execute("SELECT name, sql FROM sqlite_master").fetchall())
        if not there and not application and not version:
            connection.execute(_TABLE)
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            connection.execute(f"PRAGMA user_version = {VERSION}")
        elif application != APPLICATION or version > VERSION:
            raise ForeignHistory
        else:
            ours = {
                name for name in there if name not in _OF_OTHERS and not name.startswith("sqlite_autoindex_")
            }
            if ours != {"runs"} or there["runs"] != _TABLE:  # no trigger or view of anybody's is run
                raise _Damaged("the table is not as it was made")
        connection.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


def shown_target(target: Target) -> str:
    """The address as it can be tested again: without stream and query."""
    transport = target.transport or Transport.RTMP
    plain = msgspec.structs.replace(target, query=None)
    return tc_url(plain, transport, target.port or transport.default_port)


def target_key(target: Target) -> str:
    """What makes two runs tests of the same: the address without its stream."""
    transport = target.transport.value if target.transport is not None else ""
    return "|".join((transport, target.host, str(target.port or ""), target.application))


def _entry(row: tuple[object, ...]) -> Entry:
    number, impaired = (each if isinstance(each, int) else 0 for each in (row[0], row[5]))
    report_id, started_at, address, status, cause = (
        one_line(str(row[n])[:_LONGEST], _LONGEST) for n in (1, 2, 3, 4, 6)
    )
    return Entry(number, report_id, started_at, address, status, bool(impaired), cause)


def _unpacked(packed: object) -> bytes:
    """Raises ReportError."""
    unpacker = zlib.decompressobj()
    try:
        data = unpacker.decompress(packed if isinstance(packed, bytes) else b"", json.MAX_BYTES)
    except zlib.error:
        data = b""
    return data if unpacker.eof else b""
