"""A report as it leaves the window: redacted, and with pseudonyms where its profile is strict."""

from __future__ import annotations

import os

from fmsdiag.model import Report
from fmsdiag.report.redact import is_strict, redact


def as_it_leaves(report: Report) -> Report:
    """`report` for a file, the clipboard or paper. That pseudonyms could not be kept is in the log."""
    if not is_strict(report):
        return redact(report)
    from fmsdiag.log import LOGGER
    from fmsdiag.pseudonyms.place import chosen_path
    from fmsdiag.pseudonyms.strict import redact_strictly

    hidden, problem = redact_strictly(report, chosen_path(os.environ))
    if problem:
        LOGGER.warning("the pseudonyms of a strict report could not be kept")
    return hidden
