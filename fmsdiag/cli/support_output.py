"""The .zip for support from the command line, and how much a report leaves out before it leaves the computer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from fmsdiag.cli.console import CliError, complain
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Redaction, Report

Draw: TypeAlias = Callable[[Report, str], bytes]
"""Draws a report as "pdf" or "png"; raises CliError where Qt is missing. The window's part of fmsdiag has it."""


class SupportTexts(Table, of="cli.support"):
    """What is missing in the file."""

    NO_PDF = text("the .zip has no PDF in it; page, text, and data are complete")


def support_bytes(report: Report, document: bytes | None, draw: Draw | None) -> bytes:
    """The .zip of a redacted report; without Qt it has no PDF, which is said. `document` as in `support_file`."""
    from fmsdiag.report.support.contents import support_file

    pdf = None
    if draw is not None:
        try:
            pdf = draw(report, "pdf")
        except CliError as error:
            complain(error.message)
    if pdf is None:
        complain(say(SupportTexts.NO_PDF))
    return support_file(report, document, pdf)


def redacted(
    report: Report, level: str | None, environment: Mapping[str, str], *, include_sensitive: bool = False
) -> Report:
    """`report` as it may leave this computer: strict where `level` or its profile says so, with pseudonyms that are kept."""
    from fmsdiag.report.redact import is_strict, redact

    if include_sensitive or not (level == Redaction.STRICT or is_strict(report)):
        return redact(report, include_sensitive=include_sensitive)
    from fmsdiag.pseudonyms.place import chosen_path
    from fmsdiag.pseudonyms.strict import redact_strictly

    hidden, problem = redact_strictly(report, chosen_path(environment))
    if problem:
        complain(problem)
    return hidden
