"""A report as JSON, `fmsdiag-report/1.0`: written pretty, read strictly, its schema generated from the types.

Reports come from other people's computers, so reading one trusts nothing: its size is bounded, its version is
looked at first, and whatever does not fit the types, or that no run can have, is a ReportError that says where.

The schema that is kept in resources/report/ is made anew by

    python -m fmsdiag.report.json > resources/report/fmsdiag-report-1.0.schema.json
"""

from __future__ import annotations

import sys
from typing import Any

import msgspec

from fmsdiag.messages.reader import say
from fmsdiag.model import SCHEMA_VERSION, Report
from fmsdiag.report.file_texts import FileTexts
from fmsdiag.report.plausible import ImplausibleReport, bounded
from fmsdiag.report.visible import one_line

MAX_BYTES = 50_000_000
SCHEMA_ID = "urn:fmsdiag:report:1.0"


class ReportError(ValueError):
    """A file that cannot be opened as a report; the message says why, for people."""


class NewerReport(ReportError):
    """A report of a later major version: its data can be shown, but not understood."""


class _Header(msgspec.Struct):
    """All that is looked at before the rest."""

    schema_version: str = ""


def encode(report: Report) -> bytes:
    """`report` as indented UTF-8 JSON with a newline at its end. Redact it first: this hides nothing."""
    return pretty(report)


def pretty(data: object) -> bytes:
    """Anything that JSON can hold as indented UTF-8 with a newline at its end."""
    return msgspec.json.format(msgspec.json.encode(data), indent=2) + b"\n"


def decode(data: bytes) -> Report:
    """Read a report of this major version. Raises NewerReport for a later one, ReportError for anything else."""
    if len(data) > MAX_BYTES:
        raise ReportError(say(FileTexts.TOO_LARGE, limit=MAX_BYTES))
    version = _version(data)
    try:
        return bounded(msgspec.json.decode(data, type=Report))
    except ImplausibleReport as error:
        raise ReportError(say(FileTexts.DAMAGED, why=one_line(str(error), 120))) from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        if version != SCHEMA_VERSION:
            raise ReportError(
                say(
                    FileTexts.NEWER_WITH_UNKNOWN,
                    version=version,
                    known=SCHEMA_VERSION,
                    why=one_line(str(error)),
                )
            ) from None
        raise ReportError(say(FileTexts.DAMAGED, why=one_line(str(error)))) from None


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a report, generated from the types of the model."""
    generated = msgspec.json.schema(Report)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": SCHEMA_VERSION,
        **generated,
    }


def encode_schema() -> bytes:
    """The schema as the file in resources/report/ has it."""
    return msgspec.json.format(msgspec.json.encode(schema(), order="sorted"), indent=2) + b"\n"


def _version(data: bytes) -> str:
    """The file's schema version, if it is one that this program can read."""
    try:
        version = msgspec.json.decode(data, type=_Header).schema_version
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise ReportError(say(FileTexts.NOT_JSON)) from None
    family, slash, number = version.partition("/")
    if family != SCHEMA_VERSION.partition("/")[0] or not slash:
        raise ReportError(say(FileTexts.NOT_A_REPORT))
    major, known = _major(number), _major(SCHEMA_VERSION.partition("/")[2])
    if major != known:
        kind = NewerReport if major > known else ReportError
        raise kind(say(FileTexts.OTHER_FORMAT, version=one_line(version, 60), known=SCHEMA_VERSION))
    return version


def _major(number: str) -> int:
    """The 1 of "1.7"; -1 for what is no version number."""
    digits = number.partition(".")[0]
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 7 else -1


if __name__ == "__main__":
    sys.stdout.buffer.write(encode_schema())
