"""What is in a .zip for support: the report as a page, a PDF, plain text and data, side by side. Pure.

Help desks block attachments that end in .html, and a ticket takes one file: this one. The page is for whoever unpacks it,
the PDF and the text for whoever may not open pages, the data for fmsdiag, which opens the .zip as it is.
"""

from __future__ import annotations

from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Report
from fmsdiag.report import html, json
from fmsdiag.report.file_name import file_name
from fmsdiag.report.support.archive import Archive, ArchiveError, pack
from fmsdiag.report.support.plain_text import as_text

DATA = "fmsdiag-report"
"""The ending of a report's data, without its dot."""
_RANKS = ((f".{DATA}",), (".json",), (".html", ".htm"))
"""By which endings the report is looked for: data goes before the page that holds the same data."""


class ContentTexts(Table, of="archive.contents"):
    """Why no report is found in an archive: one sentence each, without a full stop."""

    NONE = text(
        "This archive has no report in it: a file that ends in .fmsdiag-report, .json, or .html is missing"
    )
    SEVERAL = text(
        "This archive has more than one report in it ({first:quote} and {second:quote}). Unpack it, and open one of them"
    )


def support_file(report: Report, document: bytes | None = None, pdf: bytes | None = None) -> bytes:
    """The .zip. Redact the report first: this hides nothing.

    `document` is the report's data where it is more than its own (keys of a newer version); without `pdf` there is none
    in it. The same report gives the same bytes, but for those of the PDF.
    """
    data = document or json.encode(report)
    made = {"html": html.render(report, data).encode(), "txt": as_text(report).encode(), DATA: data}
    order = ("html", "pdf", "txt", DATA)
    files = made | ({"pdf": pdf} if pdf is not None else {})
    return pack(
        ((file_name(report, ending), files[ending]) for ending in order if ending in files),
        report.started_at,
    )


def report_in(data: bytes) -> bytes:
    """The bytes of the one report in a .zip, as data or as a page. Raises ArchiveError with a reason for people."""
    archive = Archive(data)
    for endings in _RANKS:
        found = [name for name in archive.names if name.lower().endswith(endings)]
        if len(found) > 1:
            raise ArchiveError(say(ContentTexts.SEVERAL, first=found[0][:60], second=found[1][:60]))
        if found:
            return archive.read(found[0])
    raise ArchiveError(say(ContentTexts.NONE))
