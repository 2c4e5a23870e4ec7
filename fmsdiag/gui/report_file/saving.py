"""What leaves the window: texts for the clipboard and report files, always redacted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from fmsdiag.gui.report_file.leaving import as_it_leaves
from fmsdiag.gui.report_file.summary import summary_text
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.model import Report
from fmsdiag.report import json
from fmsdiag.report.file_name import file_name
from fmsdiag.report.open_file import OWN_EXTENSION, OpenedReport
from fmsdiag.report.redact import is_strict, redact
from fmsdiag.report.request_text import request_text
from fmsdiag.whole_file import write_whole


class FilterTexts(Table, of="gui.filters"):
    """The kinds of files in a file dialog; the part in parentheses is a file name pattern."""

    HTML = text("Report to read and to open again (*.html)")
    OWN = text("Report that opens in fmsdiag (*.fmsdiag-report)")
    JSON = text("Report as data (*.json)")
    MARKDOWN = text("Report as text (*.md)")


FILTERS: dict[str, Text] = {
    ".html": FilterTexts.HTML,
    OWN_EXTENSION: FilterTexts.OWN,
    ".json": FilterTexts.JSON,
    ".md": FilterTexts.MARKDOWN,
}
"""The kinds of files by their suffix."""
DATA = (OWN_EXTENSION, ".json")
"""The suffixes under which a report is JSON."""


def suggested_name(report: Report, suffix: str = "html") -> str:
    """ "fmsdiag_host_20260512T1202Z_ab12.html" """
    return file_name(report, suffix)


def filter_of(suffix: str) -> str:
    """The file dialog's entry for a suffix without its dot."""
    return say(FILTERS[f".{suffix}"])


def path_with_suffix(path: str, chosen_filter: str, suggested: str = ".html") -> Path:
    """The path as the file dialog gave it, with the suffix of the chosen format.

    A suffix of ours that was typed is kept, unless it is the `suggested` name's and another format was chosen.
    """
    found = Path(path)
    wanted = next((suffix for suffix, said in FILTERS.items() if say(said) == chosen_filter), suggested)
    if found.suffix.lower() == suggested != wanted:
        return found.with_suffix(wanted)
    return found if found.suffix.lower() in FILTERS else found.with_name(found.name + wanted)


def write_report(report: Report, path: Path, opened: OpenedReport | None = None) -> None:
    """Write the redacted report in the format of the path's suffix; raises OSError.

    As a page and as JSON, an opened report keeps what this version does not know of it.
    """
    safe = as_it_leaves(report)
    keeps_unknown = opened is not None and not is_strict(report)  # it may be anything
    document = replace(opened, report=safe).encode() if keeps_unknown and opened else json.encode(safe)
    match path.suffix.lower():
        case ".md":
            from fmsdiag.report.markdown_file import render_file  # the window is filled sooner without

            data = render_file(safe).encode("utf-8")
        case ".html":
            from fmsdiag.report import html

            data = html.render(safe, document).encode("utf-8")
        case _:
            data = document
    write_whole(path, data)


def summary(report: Report) -> str:
    """A few redacted lines for a chat or a ticket."""
    return summary_text(as_it_leaves(report))


def ticket(report: Report) -> str:
    """The redacted report as Markdown."""
    from fmsdiag.report import markdown

    return markdown.render(as_it_leaves(report))


def request_of(report: Report, number: int = 0) -> str:
    """The request to the network's administrator of the finding of that number, or nothing if it has none.

    It names the network's own addresses, also with a strict profile: it goes to their owner.
    """
    findings = redact(report).findings
    return request_text(findings[number].request) if number < len(findings) else ""
