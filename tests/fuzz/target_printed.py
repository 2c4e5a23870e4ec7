"""Reports from a file, printed in every way: in a terminal of any width, as Markdown, as a page, as a few lines."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from rich.console import Console

from fmsdiag.cli.console import make_console
from fmsdiag.cli.show_command import show_report
from fmsdiag.gui.report_file.summary import summary_text
from fmsdiag.messages.visible import visible
from fmsdiag.model import Report
from fmsdiag.report import html, markdown
from fmsdiag.report.file_name import file_name
from fmsdiag.report.json import ReportError
from fmsdiag.report.open_file import open_report
from fmsdiag.report.plausible import bounded
from fmsdiag.report.redact import redact
from fmsdiag.report.sensitive import Identity
from tests.fuzz import changed_report
from tests.fuzz.inputs import Input

WEIGHT = 3
NOBODY = Identity()
WIDTHS = (20, 80, 33, 200)
_SCRIPT = re.compile(r"<script\b(?![^<>]*\bid=\"fmsdiag-report\")", re.IGNORECASE)
_OURS = "\u200e\u200f\u2066\u2067\u2068\u2069"
"""Direction marks that this program's own texts have around values."""


def seeds() -> list[bytes]:
    """The terminal's width, then a changed report."""
    return [bytes((n,)) + seed for n, seed in enumerate(changed_report.seeds())]


def longer(size: int) -> Iterator[tuple[str, bytes]]:
    for name, changed in changed_report.longer(size):
        yield name, b"\1" + changed


def check(data: bytes) -> None:
    """Nothing that a terminal, a browser or a renderer of Markdown would obey; each can be written as UTF-8."""
    given = Input(data)
    width = WIDTHS[given.byte() % len(WIDTHS)]
    try:
        report = open_report(changed_report.file_of(given)).report
    except ReportError:
        return
    assert report is not None
    safe = redact(report, identity=NOBODY)
    assert redact(safe, identity=NOBODY) == safe
    assert_shown(_terminal(report, width))
    assert_shown(markdown.render(safe))
    assert_shown(summary_text(safe))
    page = html.render(safe)
    assert_shown(page)
    assert not _SCRIPT.search(page)
    assert open_report(page.encode()).report == bounded(
        safe
    )  # what hides is longer than some of what it hides
    name = file_name(safe, "html")
    assert "/" not in name
    assert name.isascii()
    assert len(name) < 200


def assert_shown(printed: str) -> None:
    """All of it can be seen, but line ends and our own direction marks."""
    printed.encode()
    plain = printed.translate(dict.fromkeys(map(ord, _OURS)))
    assert visible(plain, keep_newlines=True) == plain


def _terminal(report: Report, width: int) -> str:
    paper = io.StringIO()
    console: Console = make_console(paper, color=False)
    console.width = width
    show_report(report, console)
    return paper.getvalue()
