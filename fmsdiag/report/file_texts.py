"""Why a file cannot be opened as a report, and what is said of one that can be opened in part."""

from __future__ import annotations

from fmsdiag.messages.text import Table, text


class FileTexts(Table, of="files"):
    """One sentence each, without a full stop: faces put a file's name before it."""

    TOO_LARGE = text("This file is too large for a report (over {limit:size})")
    CANNOT_OPEN = text("This file cannot be opened: {reason:name}")
    NOT_JSON = text("This file is not an fmsdiag report: it is not JSON, or not complete")
    NOT_A_REPORT = text("This file is not an fmsdiag report: it does not name the format fmsdiag-report")
    NO_REPORT_IN_PAGE = text(
        "This page contains no fmsdiag report, or a mail program has removed the data from it. Open the file "
        "as it was saved, or the JSON report"
    )
    DAMAGED = text("This report is damaged: {why:name}")
    # translators: {version} is a format such as fmsdiag-report/1.3
    NEWER_WITH_UNKNOWN = text(
        "This report was written by a newer fmsdiag ({version:name}; this one reads {known:name}) and contains "
        "something that this version does not know: {why:name}"
    )
    OTHER_FORMAT = text(
        "This report has the format {version:name}; this fmsdiag reads {known:name}. Open it with the fmsdiag that wrote it, "
        "or a newer one"
    )
    NEWER_KEPT = text(
        "Written by a newer fmsdiag ({version:name}); what this version does not know is kept but not shown"
    )
