"""What leaves the window: texts for the clipboard and report files, always redacted."""

from __future__ import annotations

from pathlib import Path

from fmsdiag.gui.verdict_text import summary_text
from fmsdiag.model import Report
from fmsdiag.report import json, markdown
from fmsdiag.report.file_name import file_name
from fmsdiag.report.redact import redact

FILTERS = {"Report for support (*.json)": ".json", "Text for a ticket (*.md)": ".md"}


def suggested_name(report: Report) -> str:
    """ "fmsdiag_host_20260512T1202Z_ab12.json" """
    return file_name(report, "json")


def path_with_suffix(path: str, chosen_filter: str) -> Path:
    """The path as the file dialog gave it, with the suffix of the chosen format.

    A suffix of ours that was typed is kept, unless it is the suggested name's and another format was chosen.
    """
    found, wanted = Path(path), FILTERS.get(chosen_filter, ".json")
    if found.suffix.lower() == ".json" and wanted == ".md":
        return found.with_suffix(".md")
    return found if found.suffix.lower() in FILTERS.values() else found.with_name(found.name + wanted)


def write_report(report: Report, path: Path) -> None:
    """Write the redacted report in the format of the path's suffix; raises OSError."""
    safe = redact(report)
    as_text = path.suffix.lower() == ".md"
    path.write_bytes(markdown.render(safe).encode("utf-8") if as_text else json.encode(safe))


def summary(report: Report) -> str:
    """A few redacted lines for a chat or a ticket."""
    return summary_text(redact(report))


def firewall_request(report: Report) -> str:
    """The request for the network's administrator, or nothing if the first finding has none."""
    findings = redact(report).findings
    return findings[0].advice.firewall_request if findings else ""
