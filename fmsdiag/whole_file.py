"""Files that are there whole or not at all: written beside, brought to the disk, then put in the old one's place."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Write `data` to `path`. Raises OSError (ValueError for a null character); then an older file is as it was.

    A link stays one, its file is replaced; an older file's permissions are kept. What is no file, such as a device or a
    pipe, is written to.
    """
    place = Path(os.path.realpath(path))
    old = place.stat() if place.exists() else None
    if old is not None and not stat.S_ISREG(old.st_mode):
        place.write_bytes(data)
        return
    beside = place.with_name(f".fmsdiag-{secrets.token_hex(6)}.part")
    try:
        _write(beside, data)
        if old is not None:
            beside.chmod(stat.S_IMODE(old.st_mode))
        beside.replace(place)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise
    _sync_folder(place.parent)


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """The new name survives a power cut, too, where the system lets a folder be opened."""
    with contextlib.suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
