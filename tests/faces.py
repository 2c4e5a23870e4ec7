"""Every face of a report as the text that a person reads in it: for the tests that all of them say the same."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QAbstractButton, QLabel, QPlainTextEdit, QTextEdit, QWidget

from fmsdiag.cli.timeline import print_timeline
from fmsdiag.cli.verdict_card import print_verdict
from fmsdiag.gui.details.details import Details
from fmsdiag.gui.report_file.summary import summary_text
from fmsdiag.gui.verdict.card import VerdictCard
from fmsdiag.model import Report
from fmsdiag.report import html as page
from fmsdiag.report import markdown
from tests.cli.replays import console_on_paper

WIDE = 100_000
"""Columns, so that a terminal breaks no line."""
_UNSEEN = re.compile(r"<(style|script|head)\b.*?</\1>", re.S)
_MARKDOWN = re.compile(r"\\(?=[^A-Za-z0-9\s])|(?<=@)`|`(?=@)|\*\*")


def terminal(report: Report) -> str:
    """What `fmsdiag show` prints of a report."""
    console, paper = console_on_paper(WIDE)
    print_timeline(report, console)
    print_verdict(report, console)
    return words(paper.getvalue())


def ticket(report: Report) -> str:
    """The Markdown without its escapes."""
    return words(html.unescape(_MARKDOWN.sub("", markdown.render(report))))


def web_page(report: Report) -> str:
    """The page without its tags, data and styles."""
    return words(html.unescape(re.sub(r"<[^>]*>", " ", _UNSEEN.sub(" ", page.render(report)))))


def window(report: Report) -> str:
    """What the card shows, the texts of all that is not hidden in it, and the page of the details that it leads to."""
    card, details = VerdictCard(), Details()
    card.show_report(report)
    details.show_report(report)
    shown = words("\n".join((*_texts_of(card), details.page.toPlainText())))
    card.deleteLater()
    details.deleteLater()
    return shown


def summary(report: Report) -> str:
    """What Copy Summary copies."""
    return words(summary_text(report))


FACES: Mapping[str, Callable[[Report], str]] = {
    "terminal": terminal,
    "ticket": ticket,
    "page": web_page,
    "window": window,
    "summary": summary,
}


def words(text: str) -> str:
    """A text without its line breaks and indents."""
    return " ".join(text.split())


def _texts_of(card: QWidget) -> list[str]:
    found = []
    for widget in card.findChildren(QWidget):
        if not widget.isHidden():
            match widget:
                case QLabel() | QAbstractButton():
                    found.append(widget.text())
                case QPlainTextEdit() | QTextEdit():
                    found.append(widget.toPlainText())
    return found
