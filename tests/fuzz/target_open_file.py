"""Files that pretend to be a report: JSON, or a page with JSON inside.

Bytes turned around at random are hardly ever JSON any more, so most inputs say what is to be changed in a good report.
"""

from __future__ import annotations

import copy
import functools
import json
from pathlib import Path
from typing import Any

from fmsdiag.report.embedded import escape_json
from fmsdiag.report.html import render
from fmsdiag.report.json import ReportError
from fmsdiag.report.open_file import open_report
from fmsdiag.report.visible import visible
from tests.fuzz.inputs import Input

GOLDEN = Path(__file__).parent.parent / "report" / "golden" / "port_blocked.json"
PALETTE: tuple[Any, ...] = (
    None, True, False, 0, -1, 1e308, 2**63, -(2**70), 0.1, "", "x", "rtmp", "\u202e<script>", "a\0b", "\ud800", "9" * 400,
    [], {}, [None], {"": None}, {"type": "tcp"}, "fmsdiag-report/1.7", "fmsdiag-report/2.0", "2026-01-01T00:00:00Z",
)  # fmt: skip
RAW, PAGE, DEEP = 0, 1, 2
MOST_CHANGES = 24


def seeds() -> list[bytes]:
    """How the rest is meant; then for each change two bytes that choose a place and one that chooses a value."""
    changes = bytes(n * 37 % 256 for n in range(12))
    return [
        bytes((RAW,)) + b"{}",
        bytes((RAW,)) + b"<html><script id=fmsdiag-report>{}</script>",
        bytes((PAGE,)) + changes,
        *(bytes((DEEP,)) + bytes((n, 255 - n, n)) for n in range(0, 255, 16)),
    ]


def check(data: bytes) -> None:
    """Only ReportError, one printable line; what was opened can be saved and opened again, and be shown as a page."""
    try:
        opened = open_report(_file(Input(data)))
    except ReportError as error:
        assert visible(str(error)) == str(error)
        return
    assert visible(opened.notice) == opened.notice
    again = open_report(opened.encode())
    assert again.report == opened.report
    if opened.report is not None:
        render(opened.report)


def _file(given: Input) -> bytes:
    how = given.byte() % 4
    if how == RAW:
        return given.rest()
    document = json.loads(_good())
    for _ in range(MOST_CHANGES):
        if given:
            change(document, given)
    written = json.dumps(document).encode()
    if how != PAGE:
        return written
    return (
        b'<html><script type="application/json" id="fmsdiag-report">'
        + escape_json(written).encode()
        + b"</script>"
    )


@functools.cache
def _good() -> str:
    """A report with fewer attempts than the golden one, so that a change is quick."""
    document = json.loads(GOLDEN.read_text(encoding="utf-8"))
    document["attempts"] = document["attempts"][:2]
    return json.dumps(document)


def change(document: Any, given: Input) -> None:
    """Put a value of the palette, or nothing, in the place of one value."""
    places = list(_places(document))
    if not places:
        return
    holder, key = places[given.number(2) % len(places)]
    choice = given.byte()
    if choice >= 200:
        del holder[key]
    elif choice >= 150 and isinstance(holder, dict):
        holder[f"{key}x"] = holder.pop(key)
    else:
        holder[key] = copy.deepcopy(PALETTE[choice % len(PALETTE)])


def _places(value: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    keys = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        found.append((value, key))
        found += _places(value[key])
    return found
