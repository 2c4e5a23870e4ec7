"""Files that pretend to be a .zip for support: bytes, or a good one with some of its bytes changed or its entries renamed."""

from __future__ import annotations

import io
import zipfile

from fmsdiag.messages.visible import visible
from fmsdiag.report.support.archive import MOST_RATIO, Archive, ArchiveError, pack
from tests.fuzz.inputs import Input

RAW, CHANGED, NAMED = range(3)
MOST_CHANGES = 24
_MOMENT = "2026-05-12T12:02:33Z"
_FILES = (("r.html", b"<html>"), ("r.txt", b"report" * 100), ("r.fmsdiag-report", b'{"schema_version": "x"}'))


def seeds() -> list[bytes]:
    """How the rest is meant; for a change two bytes that choose a place and one that is put there; or an entry's name."""
    return [
        bytes((RAW,)) + pack(_FILES, _MOMENT),
        bytes((RAW,)) + b"PK\x05\x06" + bytes(18),
        bytes((NAMED,)) + b"../r.json",
        bytes((NAMED,)) + b"r.json",
        *(bytes((CHANGED,)) + bytes((n // 128, 2 * n % 256, 255 - n)) for n in range(0, 255, 16)),
    ]


def check(data: bytes) -> None:
    """Only ArchiveError, one printable line; what is read is no longer than its directory and its density allow."""
    packed = _file(Input(data))
    try:
        opened = Archive(packed)
        for name in opened.names:
            assert visible(name) == name or "/" not in name
            assert len(opened.read(name)) <= MOST_RATIO * len(packed)
    except ArchiveError as error:
        assert visible(str(error)) == str(error)


def _file(given: Input) -> bytes:
    match given.byte() % 3:
        case 0:
            return given.rest()
        case 1:
            data = bytearray(pack(_FILES, _MOMENT))
            for _ in range(MOST_CHANGES):
                if given:
                    data[given.number(2) % len(data)] = given.byte()
            return bytes(data)
    out = io.BytesIO()
    info = zipfile.ZipInfo("r")
    info.filename = given.rest()[:300].decode("latin-1") or "r"  # set so, no character of it is changed
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(info, b"{}")
    return out.getvalue()
