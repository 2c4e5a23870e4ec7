"""Opening a saved report again, JSON, HTML or the .zip for support: for window and command line, whichever program wrote it.

A file may come from another computer. Its size is bounded before it is read, nothing in it is run or followed,
and whatever is no report is a ReportError that says why. A report of a newer major version is opened as raw data
with a notice; keys that a newer minor version added are kept when it is saved again.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from fmsdiag.messages.reader import say
from fmsdiag.model import SCHEMA_VERSION, Report
from fmsdiag.report import json
from fmsdiag.report.embedded import find_json, looks_like_html
from fmsdiag.report.file_texts import FileTexts
from fmsdiag.report.json import ReportError
from fmsdiag.report.support.archive import ArchiveError, looks_like_archive
from fmsdiag.report.unknown_keys import has_unknown, with_unknown
from fmsdiag.report.visible import one_line

OWN_EXTENSION = ".fmsdiag-report"
"""The ending of a report's JSON that systems may open with fmsdiag; `.json` belongs to every program."""
SUPPORT_EXTENSION = ".zip"
EXTENSIONS = (".html", ".htm", OWN_EXTENSION, ".json", SUPPORT_EXTENSION)
"""The endings of the files that can be opened. What is in a file decides, not its ending."""


@dataclass(frozen=True)
class OpenedReport:
    """A report as it was opened. `report` is none for a newer major version: then there is only `raw`."""

    report: Report | None
    raw: dict[str, Any] = field(repr=False)
    notice: str = ""
    """What a reader should know about it, one line; mostly nothing."""

    def encode(self) -> bytes:
        """The report as JSON, with everything that was in the file, also what this version does not know."""
        if self.report is None:
            return json.pretty(self.raw)
        return json.pretty(with_unknown(self.report, self.raw))


def open_report(source: str | os.PathLike[str] | bytes) -> OpenedReport:
    """The report in a file, or in its bytes. Raises ReportError with a reason for people."""
    data = source if isinstance(source, bytes) else _read(Path(source))
    if len(data) > json.MAX_BYTES:
        raise ReportError(say(FileTexts.TOO_LARGE, limit=json.MAX_BYTES))
    document = _document(data)
    try:
        report = json.decode(document)
    except json.NewerReport as error:
        return OpenedReport(None, _mapping(document), str(error))
    raw = _mapping(document)
    if report.schema_version != SCHEMA_VERSION and has_unknown(report, raw):
        version = one_line(report.schema_version, 60)
        return OpenedReport(
            report,
            raw,
            say(FileTexts.NEWER_KEPT, version=version),
        )
    return OpenedReport(report, raw)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(json.MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        reason = getattr(error, "strerror", None) or str(error)
        raise ReportError(say(FileTexts.CANNOT_OPEN, reason=reason)) from None


def _document(data: bytes) -> bytes:
    """The JSON of the file: all of it, or what a page or an archive has inside."""
    if looks_like_archive(data):
        from fmsdiag.report.support.contents import report_in  # a page's parts, which most files need not

        try:
            data = report_in(data)
        except ArchiveError as error:
            raise ReportError(str(error)) from None
    if not looks_like_html(data):
        return data.removeprefix(b"\xef\xbb\xbf")
    found = find_json(data)
    if found is None:
        raise ReportError(say(FileTexts.NO_REPORT_IN_PAGE))
    return found


def _mapping(document: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(document, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise ReportError(say(FileTexts.NOT_JSON)) from None
