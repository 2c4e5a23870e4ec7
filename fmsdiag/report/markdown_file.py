"""A report as a Markdown file: the ticket without its limit of lines, then all that the page has beside it.

It is escaped as in markdown.py, whose first lines it shares.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Text
from fmsdiag.messages.visible import visible
from fmsdiag.model import Report
from fmsdiag.report.environment_section import environment_facts, method, target_facts
from fmsdiag.report.fact_rows import Fact
from fmsdiag.report.markdown import code, escape, escape_inside, fenced, table_row, ticket_lines
from fmsdiag.report.page import AttemptPart, Page, StepPart
from fmsdiag.report.page_texts import PageTexts
from fmsdiag.report.view import FindingView, Line, ReaderView, ViewTexts

LONGEST = 20_000
"""Characters of one text: a report that was opened holds none longer."""


def render_file(report: Report) -> str:
    """The whole report as Markdown. Redact it first: this hides nothing."""
    page = Page(report)
    lines = [
        *ticket_lines(report, most=None, where=lambda line: _place(page, line)),
        *_findings(page),
        *_target(page),
        *_section(PageTexts.ENVIRONMENT, _facts(environment_facts(report))),
        *_section(PageTexts.STEPS, _steps(page)),
        *_section(PageTexts.TRANSCRIPT, _transcripts(page)),
        *_section(ViewTexts.HIDDEN, _hidden(page)),
        *_section(PageTexts.METHOD, _paragraphs(method(report))),
    ]
    return "\n".join(lines) + "\n"


def _section(title: Text, lines: Iterable[str]) -> Iterator[str]:
    yield from ("", f"## {escape(say(title))}")
    yield from lines


def _head(words: str) -> list[str]:
    return ["", f"### {_text(words)}"]


def _text(words: str) -> str:
    return escape(visible(words), LONGEST)


def _inside(words: str) -> str:
    """Text that begins no line."""
    return escape_inside(visible(words), LONGEST)


def _paragraphs(paragraphs: Iterable[str]) -> Iterator[str]:
    for paragraph in paragraphs:
        yield from ("", _text(paragraph))


def _items(title: Text, lines: Iterable[str]) -> Iterator[str]:
    """A list under its title; nothing where it is empty."""
    found = list(lines)
    if found:
        yield from ("", f"**{escape(say(title))}**", "")
        yield from (f"- {_text(line)}" for line in found)


def _facts(facts: Iterable[Fact]) -> Iterator[str]:
    yield ""
    for label, lines in facts:
        if len(lines) == 1:
            yield f"- {_text(label)}: {_inside(lines[0])}"
        else:
            yield f"- {_text(label)}:"
            yield from (f"  - {_text(line)}" for line in lines)


# ---- findings


def _findings(page: Page) -> Iterator[str]:
    """Who has nothing to do, the first finding's page of reference, and every other finding whole."""
    for reader in page.view.readers:
        if not reader.steps:
            yield from _reader(reader)
    first = page.view.finding
    if first is not None and first.more:
        yield from ("", _text(first.more))
    for finding in page.view.findings[1:]:
        yield from _finding(page, finding)


def _finding(page: Page, finding: FindingView) -> Iterator[str]:
    yield from _head(say(PageTexts.ALSO_FOUND, headline=finding.headline))
    yield from (
        "",
        _text(finding.explanation),
        "",
        f"{code(finding.cause)} · {_text(finding.confidence_line)}",
    )
    yield from _items(ViewTexts.WHAT_WE_SAW, _evidence(page, finding.seen))
    yield from _items(ViewTexts.AGAINST, _evidence(page, finding.against))
    yield from _items(ViewTexts.RULES_OUT, finding.rules_out)
    yield from _items(ViewTexts.EXPLAINS, finding.explains)
    yield from _items(ViewTexts.DECIDES, [finding.decides] if finding.decides else [])
    for reader in finding.readers:
        yield from _reader(reader)
    if finding.request:
        yield from ("", f"**{escape(say(ViewTexts.REQUEST))}**", "", *fenced(finding.request))
    if finding.more:
        yield from ("", _text(finding.more))


def _evidence(page: Page, lines: Iterable[Line]) -> Iterator[str]:
    for line in lines:
        link = page.link(line)
        yield f"{line.text} ({link.words})" if link is not None else line.text


def _place(page: Page, line: Line) -> str:
    link = page.link(line)
    return _text(link.words) if link is not None else ""


def _reader(reader: ReaderView) -> Iterator[str]:
    yield from ("", f"**{_text(reader.name)}**", "")
    yield from (f"{number}. {_text(step.text)}" for number, step in enumerate(reader.steps, 1))
    if not reader.steps:
        yield _text(reader.nothing)


# ---- facts


def _hidden(page: Page) -> Iterator[str]:
    yield ""
    yield from (f"- {_text(line)}" for line in page.view.hidden)
    if not page.view.hidden:
        yield escape(say(PageTexts.NOTHING_HIDDEN))


def _target(page: Page) -> Iterator[str]:
    yield from _section(PageTexts.TARGET, _facts(target_facts(page.report)))
    if page.view.identity:
        yield from _head(say(PageTexts.SOFTWARE))
        yield from ("", _text(say(PageTexts.SOFTWARE_LIMITS)), "")
        yield from (f"- {_text(line)}" for line in _evidence(page, page.view.marks))


def _steps(page: Page) -> Iterator[str]:
    if not page.attempts:
        yield from ("", escape(say(PageTexts.NO_ATTEMPT)))
    for attempt in page.attempts:
        yield from _attempt(attempt)


def _attempt(attempt: AttemptPart) -> Iterator[str]:
    yield from _head(say(PageTexts.TRANSCRIPT_OF, title=attempt.title, method=attempt.method))
    told = [attempt.mark.icon, _inside(attempt.outcome), _inside(attempt.took)]
    where = [code(attempt.key), _inside(say(PageTexts.ON_HOST, host=attempt.host))]
    asked = [_inside(say(PageTexts.ASKED_BY, cause=attempt.asked_by))] if attempt.asked_by else []
    yield from ("", " · ".join((*told, *where, *asked)))
    if not attempt.steps:
        yield from ("", escape(say(PageTexts.NO_STEP)))
    for step in attempt.steps:
        yield from _step(step)


def _step(step: StepPart) -> Iterator[str]:
    yield from ("", f"**{_inside(step.label)}** · {_inside(step.outcome)} · {_inside(step.times)}")
    if step.facts:
        yield from _facts(step.facts)
    for title, lines in step.dumps:
        yield from ("", _text(title), "", *fenced(lines))


def _transcripts(page: Page) -> Iterator[str]:
    talking = [attempt for attempt in page.attempts if attempt.transcript]
    if not talking:
        yield from ("", escape(say(PageTexts.NO_MESSAGE)))
    for attempt in talking:
        yield from _head(say(PageTexts.TRANSCRIPT_OF, title=attempt.title, method=attempt.method))
        titles = (PageTexts.AT, PageTexts.DIRECTION, PageTexts.MESSAGE)
        yield from ("", table_row(*(escape(say(title)) for title in titles)), "|---:|---|---|")
        for line in attempt.transcript:
            arrow = "→" if line.is_sent else "←"
            yield table_row(_inside(line.at), f"{arrow} {_inside(line.direction)}", _inside(line.message))
