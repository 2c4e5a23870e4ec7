"""The search for planted secrets finds them: one that finds nothing would prove nothing."""

from __future__ import annotations

import base64
import contextlib
import sqlite3
import zipfile
import zlib
from pathlib import Path

import pytest

from tests.lab.planted import TYPED, leaks

SECRET = TYPED["password"]


@pytest.mark.parametrize(
    "data",
    [
        f"rtmp://alice:{SECRET}@host/live".encode(),
        SECRET.encode("utf-16-le"),
        SECRET.encode().hex().encode(),
        *(base64.b64encode(b"u" * before + f":{SECRET} and more".encode()) for before in range(3)),
        b"%PDF-1.4\nstream\n" + zlib.compress(SECRET.encode()) + b"\nendstream",
    ],
)
def test_a_secret_is_found_in_every_spelling(data: bytes, tmp_path: Path) -> None:
    """Whatever stands around it."""
    (tmp_path / "file").write_bytes(data)
    assert leaks(tmp_path)[0].endswith(": password")


def test_a_secret_is_found_in_archives_and_databases(tmp_path: Path) -> None:
    """Compressed, and a database in an archive, too."""
    with contextlib.closing(sqlite3.connect(tmp_path / "kept")) as base, base:
        base.execute("CREATE TABLE runs (report BLOB)")
        base.execute("INSERT INTO runs VALUES (?)", [zlib.compress(SECRET.encode())])
    with zipfile.ZipFile(tmp_path / "report.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(tmp_path / "kept", "inner")
    assert leaks(tmp_path) == ["kept (value): password", "report.zip/inner (value): password"]


def test_what_is_no_secret_is_not_found(tmp_path: Path) -> None:
    """Not even most of one."""
    (tmp_path / "file").write_text(SECRET[:-1], encoding="utf-8")
    assert leaks(tmp_path) == []
