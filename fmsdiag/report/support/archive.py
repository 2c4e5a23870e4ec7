"""A .zip that holds a few files side by side, written the same each time and read with distrust. Pure.

What is read comes from a mail or a ticket: its directory is bounded before it is looked at, nothing is ever unpacked to
the disk, and of all entries only the one that is asked for is inflated, up to what it was declared to be. Folders, links,
encryption and archives within the archive have no use here and are refused. Format: APPNOTE.TXT 6.3.10, PKWARE
(https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT).
"""

from __future__ import annotations

import io
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable

from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.messages.visible import one_line

MOST_BYTES = 50_000_000
"""Of the whole file, and of one entry when it is inflated."""
MOST_INFLATED = 100_000_000
"""Of all entries together, as they are declared."""
MOST_ENTRIES = 16
MOST_RATIO = 200
"""Inflated bytes for each that is stored. A report and its page are at 5 to 30; what is denser, `pack` does not compress."""
LONGEST_NAME = 200

_MOST_DIRECTORY = 64 * 1024
_FIRST = (b"PK\x03\x04", b"PK\x05\x06")
"""A local file header (4.3.7); in an archive without entries the end of the directory (4.3.16)."""
_END = struct.Struct("<4s4H2LH")
_ZIP64_END = b"PK\x06\x07"
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_READ_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_UNIX = 3
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_LATEST_YEAR = 2107
_MOMENT = re.compile(r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)")
_ARCHIVES = (".zip", ".7z", ".rar", ".gz", ".bz2", ".xz", ".zst", ".tar", ".tgz", ".jar", ".cab", ".iso")


class ArchiveTexts(Table, of="archive"):
    """Why an archive is not read: one sentence each, without a full stop, for a file's name stands before it."""

    DAMAGED = text("This archive is damaged or not complete")
    TOO_MANY = text(
        "This archive has more than {most:count} files, so it is not what fmsdiag saves for support"
    )
    TOO_LARGE = text("This archive is too large for a report: {name:quote} would have more than {limit:size}")
    ALL_TOO_LARGE = text(
        "This archive is too large for a report: its files would have more than {limit:size}"
    )
    TOO_DENSE = text(
        "{name:quote} in this archive is compressed more than a report can be, so it is not opened"
    )
    HAS_PATH = text(
        "This archive has folders or paths ({name:quote}). Unpack it, and open the report that is in it"
    )
    HAS_LINK = text("{name:quote} in this archive is not a plain file, so the archive is not opened")
    TWICE = text("This archive has two files that are called {name:quote}")
    ENCRYPTED = text("This archive is protected by a password. Unpack it, and open the report that is in it")
    METHOD = text("{name:quote} in this archive is compressed in a way that fmsdiag does not read")
    NESTED = text("This archive has another archive in it ({name:quote}). Unpack it, and open the report")


class ArchiveError(ValueError):
    """An archive that is not read; the message says why, for people."""


def looks_like_archive(data: bytes) -> bool:
    """Whether a file begins as a .zip does; neither JSON nor a page can."""
    return data.startswith(_FIRST)


def pack(files: Iterable[tuple[str, bytes]], moment: str) -> bytes:
    """A .zip of these files, in their order; the same files and the same moment give the same bytes.

    `moment` is RFC 3339, UTC; one that is no date, or that a .zip cannot hold, becomes the first that it can (1980).
    """
    stamp = _stamp(moment)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files:
            info = zipfile.ZipInfo(name, stamp)
            info.create_system = _UNIX
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            dense = len(zlib.compress(data, 6)) * MOST_RATIO < len(data)
            info.compress_type = zipfile.ZIP_STORED if dense else zipfile.ZIP_DEFLATED
            archive.writestr(info, data, compresslevel=6)
    return out.getvalue()


def _stamp(moment: str) -> tuple[int, int, int, int, int, int]:
    found = _MOMENT.match(moment)
    if found is None:
        return _EARLIEST
    year, month, day, hour, minute, second = (int(part) for part in found.groups())
    is_date = 1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60 and second < 60
    if not (is_date and _EARLIEST[0] <= year <= _LATEST_YEAR):
        return _EARLIEST
    return year, month, day, hour, minute, second


class Archive:
    """The entries of a .zip that passed; they are inflated one by one."""

    def __init__(self, data: bytes) -> None:
        """Looks at the directory alone. Raises ArchiveError for whatever no archive of fmsdiag has."""
        _check_end(data)
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, struct.error, NotImplementedError):
            raise ArchiveError(say(ArchiveTexts.DAMAGED)) from None
        entries = self._archive.infolist()
        if len(entries) > MOST_ENTRIES:
            raise ArchiveError(say(ArchiveTexts.TOO_MANY, most=MOST_ENTRIES))
        names: set[str] = set()
        for entry in entries:
            _check(entry)
            folded = unicodedata.normalize("NFKC", entry.filename).casefold()
            if folded in names:
                raise ArchiveError(say(ArchiveTexts.TWICE, name=_shown(entry)))
            names.add(folded)
        if sum(entry.file_size for entry in entries) > MOST_INFLATED:
            raise ArchiveError(say(ArchiveTexts.ALL_TOO_LARGE, limit=MOST_INFLATED))
        self.names: tuple[str, ...] = tuple(entry.filename for entry in entries)
        """In the order of the directory."""

    def read(self, name: str) -> bytes:
        """What one entry holds. Raises ArchiveError where it is not what the directory says of it."""
        entry = self._archive.getinfo(name)
        try:
            with self._archive.open(entry) as file:
                data = file.read(entry.file_size + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, struct.error, RuntimeError):
            raise ArchiveError(say(ArchiveTexts.DAMAGED)) from None  # NotImplementedError is a RuntimeError
        if len(data) != entry.file_size:
            raise ArchiveError(say(ArchiveTexts.DAMAGED))
        if looks_like_archive(data):
            raise ArchiveError(say(ArchiveTexts.NESTED, name=_shown(entry)))
        return data


def _check_end(data: bytes) -> None:
    """The end of the directory stands at the file's end and is plain: then what zipfile looks at is bounded by it."""
    if len(data) > MOST_BYTES:
        raise ArchiveError(say(ArchiveTexts.ALL_TOO_LARGE, limit=MOST_BYTES))
    if len(data) < _END.size:
        raise ArchiveError(say(ArchiveTexts.DAMAGED))
    signature, disk, first_disk, on_disk, count, size, offset, comment = _END.unpack(data[-_END.size :])
    is_plain = signature == b"PK\x05\x06" and not comment and not disk and not first_disk and on_disk == count
    locator = len(data) - _END.size - 20
    if not is_plain or (locator >= 0 and data[locator : locator + 4] == _ZIP64_END):
        raise ArchiveError(say(ArchiveTexts.DAMAGED))
    if count > MOST_ENTRIES or size > _MOST_DIRECTORY:
        raise ArchiveError(say(ArchiveTexts.TOO_MANY, most=MOST_ENTRIES))
    if offset + size != len(data) - _END.size:  # something stands before the archive, or inside it
        raise ArchiveError(say(ArchiveTexts.DAMAGED))


def _check(entry: zipfile.ZipInfo) -> None:
    """Raises ArchiveError for an entry that could be more, or somewhere else, than a plain file."""
    name = entry.orig_filename  # before zipfile cuts it at a null character and turns its slashes
    if not name or len(name) > LONGEST_NAME or name in (".", "..") or _is_path(name):
        raise ArchiveError(say(ArchiveTexts.HAS_PATH, name=_shown(entry)))
    mode = entry.external_attr >> 16
    if entry.create_system == _UNIX and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        raise ArchiveError(say(ArchiveTexts.HAS_LINK, name=_shown(entry)))
    if entry.flag_bits & _ENCRYPTED:
        raise ArchiveError(say(ArchiveTexts.ENCRYPTED))
    if entry.compress_type not in _READ_METHODS:
        raise ArchiveError(say(ArchiveTexts.METHOD, name=_shown(entry)))
    if name.lower().endswith(_ARCHIVES):
        raise ArchiveError(say(ArchiveTexts.NESTED, name=_shown(entry)))
    if entry.file_size > MOST_BYTES:
        raise ArchiveError(say(ArchiveTexts.TOO_LARGE, name=_shown(entry), limit=MOST_BYTES))
    if entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
        raise ArchiveError(say(ArchiveTexts.TOO_DENSE, name=_shown(entry)))


def _is_path(name: str) -> bool:
    """Whether any system could take it for more than a name: separators, drives, streams, control characters."""
    return any(c in "/\\:" or ord(c) < 0x20 or ord(c) == 0x7F for c in name)


def _shown(entry: zipfile.ZipInfo) -> str:
    return one_line(entry.orig_filename, 60)
