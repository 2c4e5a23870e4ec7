"""Nothing that the page says is missing in the file."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from fmsdiag.model import Report
from fmsdiag.report import html
from fmsdiag.report.markdown import render
from fmsdiag.report.markdown_file import render_file
from fmsdiag.report.redact import redact
from fmsdiag.report.sensitive import Identity
from tests.report import samples, transport_samples
from tests.report.hostile import hostile, hostile_values
from tests.report.path_samples import two_places

REPORTS = [
    samples.healthy,
    samples.port_blocked,
    samples.rejected,
    samples.unreachable,
    samples.stopped,
    samples.interrupted,
    transport_samples.proxied,
    transport_samples.rtmfp,
    transport_samples.published,
    two_places,
]
NOT_IN_A_FILE = (
    "Its data is inside this page as JSON", "action needed", "Keep this file private.", " · report ",
    "The list of steps shows what happened.", "The QR code holds the result",
)  # fmt: skip
"""What is true of the page only, and what the ticket says in its own words."""


class Words(HTMLParser):
    """The texts of a page, without its drawings, style and data."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._skipped: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("svg", "style", "script", "head") or ("class", "legend") in attrs:
            self._skipped.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._skipped and self._skipped[-1] == tag:
            self._skipped.pop()

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if words and not self._skipped:
            self.texts.append(words)


def texts_of(page: str) -> list[str]:
    parser = Words()
    parser.feed(page)
    return parser.texts


def read_aloud(markdown: str) -> str:
    """The text without its marks, on one line."""
    plain = re.sub(r"\\([\\`*_\[\]#|<>~^$/.)+-])", r"\1", markdown)
    return " ".join(re.sub(r"[`*|]|^ *- |^#+ ", " ", plain, flags=re.MULTILINE).replace("&amp;", "&").split())


def letters(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


def missing(report: Report) -> list[str]:
    """Texts of the page that the file has nowhere."""
    said = letters(read_aloud(render_file(report)))
    headings = {"fmsdiag report", "Timeline", "Evidence", "Confidence", "Cause", "What to do"}
    return [
        words
        for words in dict.fromkeys(texts_of(html.render(report)))
        if letters(words) not in said
        and words not in headings
        and not any(only in words for only in NOT_IN_A_FILE)
    ]


@pytest.mark.parametrize("make", REPORTS, ids=lambda make: make.__name__)
def test_nothing_of_the_page_is_missing(make: Callable[[], Report]) -> None:
    assert missing(redact(make(), identity=Identity())) == []


@pytest.mark.parametrize("name", samples.RECORDED)
def test_nothing_of_a_recorded_run_is_missing(name: str) -> None:
    assert missing(samples.recorded(name)) == []


def test_it_begins_as_the_ticket_does_and_leaves_nothing_out() -> None:
    report = samples.port_blocked()
    whole, ticket = render_file(report), render(report)
    assert whole.splitlines()[:20] == ticket.splitlines()[:20]
    assert "left out" in ticket
    assert "left out" not in whole


@pytest.mark.parametrize("make", [hostile, hostile_values])
def test_hostile_reports_are_text(make: Callable[[], Report]) -> None:
    text = render_file(make())
    assert "\x1b" not in text
    assert "\u202e" not in text
    without_blocks = re.sub(r"(?ms)^(`{3,})text$.*?^\1$", "", text)
    outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", without_blocks)
    assert not re.search(r"(?<!\\)<(script|img)", outside)
