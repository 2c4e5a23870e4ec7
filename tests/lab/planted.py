"""Secrets that a customer types, and the search for them in every file that a support case leaves behind.

The search reads what a reader could read: parts of .zip files, what SQLite files and PDFs hold compressed, and a PDF's text.
"""

from __future__ import annotations

import base64
import contextlib
import io
import re
import shutil
import sqlite3
import subprocess
import urllib.parse
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

TYPED: Mapping[str, str] = {
    "password": "Rhabarber-Kuchen-58",
    "stream key": "live_4417_pflaumenmus_x9",
    "published key": "show_9082_quittengelee_k3",
    "query token": "tok-6651-holunder-vq7",
    "proxy password": "Zwiebelkuchen-7316",
}
"""What each is, and it; long enough that none is found by chance."""

_FLATE = re.compile(rb"stream\r?\n")


def leaks(folder: Path, secrets: Mapping[str, str] = TYPED) -> list[str]:
    """The files below `folder`, and parts of them, that hold one of the secrets in any spelling, with what they hold."""
    spelled = {name: tuple(spellings(secret)) for name, secret in secrets.items()}
    return [
        f"{place}: {name}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for place, data in contents(path.relative_to(folder).as_posix(), path.read_bytes())
        for name, each in spelled.items()
        if any(one in data for one in each)
    ]


def spellings(secret: str) -> Iterator[bytes]:
    """As text of two encodings, in a URL, in hexadecimal, and in Base64 wherever it begins in what is encoded."""
    plain = secret.encode()
    yield plain
    yield secret.encode("utf-16-le")
    yield urllib.parse.quote(secret, safe="").encode()
    yield plain.hex().encode()
    yield plain.hex(" ").encode()
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + plain)
        yield encoded[4 if before else 0 : -4]  # less what depends on its neighbors


def contents(place: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """A file's bytes, then those of what is in it, each with where it is."""
    yield place, data
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield from contents(f"{place}/{name}", archive.read(name))
    elif data.startswith(b"%PDF-"):
        yield from ((f"{place} (stream)", each) for each in _inflated(_FLATE.split(data)[1:]))
        yield f"{place} (text)", _text_of_pdf(data)
    elif data.startswith(b"SQLite format 3\0"):
        yield from ((f"{place} (value)", each) for each in _values(data))


def _values(data: bytes) -> Iterator[bytes]:
    with contextlib.closing(sqlite3.connect(":memory:")) as base:
        base.deserialize(data)
        for (table,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in base.execute(f'SELECT * FROM "{table}"'):
                packed = [value for value in row if isinstance(value, bytes)]
                yield from (*packed, *_inflated(packed))


def _inflated(each: Iterable[bytes]) -> Iterator[bytes]:
    for data in each:
        with contextlib.suppress(zlib.error):
            yield zlib.decompressobj().decompress(data)


def _text_of_pdf(data: bytes) -> bytes:
    program = shutil.which("pdftotext")
    if program is None:
        return b""
    return subprocess.run([program, "-", "-"], input=data, capture_output=True).stdout
