"""Files of another program: read up to a bound, and only where they are files."""

from __future__ import annotations

import os
import stat
from pathlib import Path


class UnreadableFile(Exception):
    """A file that cannot be read; the text is the system's reason, "" for one that is too large or no file."""


def read_whole(path: Path, most: int) -> bytes:
    """All of a file of at most `most` bytes. Raises UnreadableFile."""
    data = _read(path, most + 1, from_end=False)
    if len(data) > most:
        raise UnreadableFile("")
    return data


def read_end(path: Path, most: int) -> bytes:
    """The last `most` bytes of a file at most. Raises UnreadableFile."""
    return _read(path, most, from_end=True)


def _read(path: Path, most: int, *, from_end: bool) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # opening a pipe would wait for its other end
            raise UnreadableFile("")
        with path.open("rb") as file:
            if from_end:
                file.seek(max(0, os.fstat(file.fileno()).st_size - most))
            return file.read(most)
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        raise UnreadableFile(getattr(error, "strerror", None) or str(error)) from None
