"""The file of the pseudonyms: an SQLite database for its owner alone, shared by all programs of one user.

Giving a name and keeping it is one transaction, so that two programs never give one name to two things. A number is not
used again, not even when all names were deleted: older reports still have it. SQLite: https://www.sqlite.org/docs.html
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from fmsdiag.messages.visible import one_line
from fmsdiag.pseudonyms.place import SET_ASIDE, set_aside_files
from fmsdiag.report.pseudonyms import LONGEST_VALUE, MOST_KEPT, NameKind, Pseudonym, PseudonymBook

VERSION = 1
APPLICATION = 0x464D5350
""" "FMSP": tells our files from other programs' (PRAGMA application_id)."""
WAITS_S = 5.0
"""For another process that is writing."""
APART = 10_000
"""After damage, numbers begin so much higher: those before are in reports, and what they stood for is not known any more."""
_TABLES = {
    "names": "CREATE TABLE names (kind TEXT NOT NULL, number INTEGER NOT NULL, value TEXT NOT NULL, "
    "PRIMARY KEY (kind, number), UNIQUE (kind, value))",
    "numbers": "CREATE TABLE numbers (kind TEXT PRIMARY KEY, last INTEGER NOT NULL)",
}
_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class PseudonymError(Exception):
    """The pseudonyms cannot be read or kept: the disk is full, the file is locked, or a newer version's."""


@contextlib.contextmanager
def lent_book(path: Path) -> Iterator[PseudonymBook]:
    """The book of pseudonyms; what is new in it when the block ends is kept. Raises PseudonymError.

    Another program's names wait until then. A block that raises keeps nothing.
    """
    with _opened(path) as connection:
        book = PseudonymBook(_known(connection), _last(connection))
        yield book
        _keep(connection, book)


def kept_pseudonyms(path: Path) -> tuple[Pseudonym, ...]:
    """All of them, by kind and number. Raises PseudonymError."""
    if not path.exists():
        return ()
    with _opened(path) as connection:
        order = list(NameKind)
        return tuple(sorted(_known(connection), key=lambda each: (order.index(each.kind), each.number)))


def forget_pseudonyms(path: Path) -> int:
    """Delete all of them; how many there were. Raises PseudonymError."""
    if not path.exists():
        return 0
    with _opened(path) as connection:
        return int(connection.execute("DELETE FROM names").rowcount)


def _known(connection: sqlite3.Connection) -> list[Pseudonym]:
    """Columns of a file are anything; what fits no pseudonym is passed over."""
    rows = connection.execute(
        "SELECT kind, number, value FROM names WHERE length(value) <= ? LIMIT ?", (LONGEST_VALUE, MOST_KEPT)
    )
    return [
        Pseudonym(NameKind(kind), number, one_line(value, LONGEST_VALUE))
        for kind, number, value in rows
        if kind in set(NameKind) and isinstance(number, int) and number > 0 and isinstance(value, str)
    ]


def _last(connection: sqlite3.Connection) -> dict[NameKind, int]:
    rows = connection.execute("SELECT kind, last FROM numbers LIMIT 100")
    return {NameKind(kind): last for kind, last in rows if kind in set(NameKind) and isinstance(last, int)}


def _keep(connection: sqlite3.Connection, book: PseudonymBook) -> None:
    for each in book.new:
        row = (each.kind.value, each.number)
        connection.execute("INSERT INTO names (kind, number, value) VALUES (?, ?, ?)", (*row, each.value))
        connection.execute(
            "INSERT INTO numbers (kind, last) VALUES (?, ?) ON CONFLICT (kind) DO UPDATE SET last = max(last, excluded.last)",
            row,
        )
    connection.execute(
        "DELETE FROM names WHERE rowid NOT IN (SELECT rowid FROM names ORDER BY rowid DESC LIMIT ?)",
        (MOST_KEPT,),
    )


# ---- the file


class _Damaged(PseudonymError):
    """What SQLite cannot read, or what is not as this program made it."""


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The file within a transaction, made where there is none, and a damaged one set aside. Raises PseudonymError."""
    try:
        connection = _begun(path)
    except _Damaged:
        _put_aside(path)
        connection = _begun(path)
    with contextlib.closing(connection), _errors():
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise


def _begun(path: Path) -> sqlite3.Connection:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with contextlib.suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as error:
        raise PseudonymError(error.strerror or str(error)) from None
    with _errors():
        connection = sqlite3.connect(path, timeout=WAITS_S, isolation_level=None)
        try:
            _prepare(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Begin a transaction, look whether the file is ours, and make the tables in a new one."""
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA secure_delete = ON")  # what is deleted is not to be found in the file
    connection.execute("BEGIN IMMEDIATE")  # two programs may give names at the same time
    application, version = (
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
    )
    there = dict(connection.execute("SELECT name, sql FROM sqlite_master").fetchall())
    if not there and not application and not version:
        for table in _TABLES.values():
            connection.execute(table)
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
        first = APART * len(set_aside_files(path))
        rows = [(kind.value, first) for kind in NameKind]
        connection.executemany("INSERT INTO numbers (kind, last) VALUES (?, ?)", rows)
    elif application != APPLICATION or version > VERSION:
        raise PseudonymError("the file is a newer version's or another program's")
    elif {name: sql for name, sql in there.items() if not name.startswith("sqlite_autoindex_")} != _TABLES:
        raise _Damaged("the tables are not as they were made")  # no trigger or view of anybody's is run


def _put_aside(path: Path) -> None:
    aside = path.with_name(f"{path.name}{SET_ASIDE}-{time.time_ns()}")
    try:
        path.replace(aside)
        with contextlib.suppress(FileNotFoundError):  # SQLite would play it into the new file
            Path(f"{path}-journal").replace(f"{aside}-journal")
    except OSError as error:
        raise PseudonymError(error.strerror or str(error)) from None


@contextlib.contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        damage = getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGE
        raise (_Damaged if damage else PseudonymError)(str(error)) from None
