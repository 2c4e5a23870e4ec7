"""A report as it will leave the computer, at one level. Made in a thread: a large one takes seconds. No widget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from fmsdiag.model import Redaction, Report
from fmsdiag.report.open_file import OpenedReport
from fmsdiag.report.redact import is_strict, redact


@dataclass(frozen=True)
class PreparedReport:
    """What is saved, and what is shown of it before."""

    report: Report
    """Redacted."""
    data: bytes
    """All of it as JSON: what page, PDF and text are made of."""
    text: str
    hidden: tuple[str, ...]
    """What is left out or masked, in words."""
    problem: str = ""
    """What the user should know, a sentence; mostly nothing."""


def is_fixed(report: Report) -> bool:
    """Whether the level is not the user's to choose: a strict profile asks for the strict one."""
    return is_strict(report)


def prepare(
    report: Report, opened: OpenedReport | None, level: Redaction, environment: Mapping[str, str]
) -> PreparedReport:
    """The report at that level. `opened`: it came from a file, and what this version does not know of it goes along.

    A strict one holds nothing that this version does not know, for that may be anything.
    """
    from fmsdiag.report import json
    from fmsdiag.report.hidden import hidden_lines
    from fmsdiag.report.support.plain_text import as_text

    problem = ""
    if level is Redaction.STRICT or is_fixed(report):
        from fmsdiag.pseudonyms.place import chosen_path
        from fmsdiag.pseudonyms.strict import redact_strictly

        safe, problem = redact_strictly(report, chosen_path(environment))
        data = json.encode(safe)
    else:
        safe = redact(report)
        data = replace(opened, report=safe).encode() if opened is not None else json.encode(safe)
    return PreparedReport(safe, data, as_text(safe), hidden_lines(safe), problem)
