"""A strict report with this computer's pseudonyms. It is always made: where they cannot be kept, that is said."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Report
from fmsdiag.pseudonyms.store import PseudonymError, lent_book
from fmsdiag.report.pseudonyms import PseudonymBook
from fmsdiag.report.redact import redact
from fmsdiag.report.sensitive import Identity


class StrictTexts(Table, of="pseudonyms.strict"):
    # translators: {reason} is the database's own
    NOT_KEPT = text(
        "The pseudonyms in this report could not be kept on this computer ({reason:name}), so what they stand for cannot be "
        "read back."
    )


class StrictReport(NamedTuple):
    report: Report
    problem: str
    """Why its pseudonyms are not kept, a sentence; mostly nothing."""


def redact_strictly(report: Report, path: Path | None, identity: Identity | None = None) -> StrictReport:
    """`report` with names in place of all that names its network; `path` is the file of the pseudonyms, none: none is kept."""
    if path is None:
        return StrictReport(redact(report, identity=identity, pseudonyms=PseudonymBook()), "")
    try:
        with lent_book(path) as book:
            hidden = redact(report, identity=identity, pseudonyms=book)
    except PseudonymError as error:
        hidden = redact(report, identity=identity, pseudonyms=PseudonymBook())
        return StrictReport(hidden, say(StrictTexts.NOT_KEPT, reason=str(error)))
    return StrictReport(hidden, "")
