"""A report as plain text, for whoever can open nothing else: a ticket, a mail, a terminal. Pure.

The parts of the page in its order, up to the steps: those are in the page and in the data. Lines have at most 80 columns,
but for the request to the network's administrator and addresses, which are there to be copied.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from fmsdiag.messages.host_names import as_typed
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.messages.visible import one_line, visible
from fmsdiag.model import Report
from fmsdiag.report.environment_section import environment_facts, method, target_facts
from fmsdiag.report.fact_rows import Fact
from fmsdiag.report.hidden import HiddenTexts
from fmsdiag.report.page_texts import PageTexts
from fmsdiag.report.rows import Row
from fmsdiag.report.sections import section_title
from fmsdiag.report.view import FindingView, ReaderView, ReportView, ViewTexts

WIDTH = 80
"""Columns: what mail programs and terminals show without breaking a line themselves."""
_BULLET = "- "


class PlainTexts(Table, of="plain-text"):
    """Labels of the text alone; its headings are the page's."""

    # translators: {mark} is a sign such as ✗, {word} a verdict such as "Unreachable"
    VERDICT = text("{mark:name} {word:name}")
    LABELED = text("{label:name}: {words:name}")
    # translators: {cause} is an id such as port-blocked
    CAUSE = text("Cause: {cause:name}. {confidence:name}")
    # translators: {method} is what was tried, {outcome} what came of it; {took} is a time
    ROW = text("{number:name}. {method:name}: {outcome:name}")
    ROW_TIMED = text("{number:name}. {method:name}: {outcome:name} ({took:name})")


def as_text(report: Report) -> str:
    """The report for people. Redact it first: this hides nothing."""
    view = ReportView(report)
    blocks = (*_verdict(view), *_advice(view), *_evidence(view), *_around(view))
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _verdict(view: ReportView) -> Iterator[list[str]]:
    report = view.report
    about = [say(PageTexts.ABOUT, moment=report.started_at, report=report.report_id), view.code_line]
    server = [as_typed(report.target.host)]
    if report.target.application:
        server.append(say(PageTexts.APPLICATION, application=report.target.application))
    yield _wrapped((say(PageTexts.BRAND), *server, *about, *filter(None, [view.prepared])))
    if view.is_private:
        yield _wrapped((say(PageTexts.KEEP_PRIVATE), say(HiddenTexts.INCLUDED)))
    yield _wrapped((say(PlainTexts.VERDICT, mark=view.mark.icon, word=view.mark.word), view.headline))
    yield _wrapped(view.paragraph.split("\n"))
    if (finding := view.finding) is not None:
        yield _wrapped([_cause(finding)])
    if (found := view.recommendation) is not None:
        yield _listed(ViewTexts.RECOMMENDED, (found.url, *found.lines))


def _advice(view: ReportView) -> Iterator[list[str]]:
    if any(reader.steps for reader in view.readers):
        yield _heading(say(ViewTexts.WHO_DOES_WHAT))
    yield from _readers(view.readers)
    yield _request(view.request)


def _evidence(view: ReportView) -> Iterator[list[str]]:
    for section, rows in view.rows:
        yield [
            *_heading(section_title(section) or say(PageTexts.TIMELINE)),
            *(line for row in rows for line in _row(row)),
        ]
    yield _listed(ViewTexts.PATH, view.path_lines)
    yield _listed(ViewTexts.WHAT_WE_SAW, (line.text for line in view.seen))
    if view.finding is not None:
        yield from _proof(view.finding)
    yield _listed(ViewTexts.DECIDES, filter(None, [view.decides]))
    for other in view.findings[1:]:
        yield _heading(say(PageTexts.ALSO_FOUND, headline=other.headline))
        yield _wrapped((other.explanation, _cause(other)))
        yield _listed(ViewTexts.WHAT_WE_SAW, (line.text for line in other.seen))
        yield from _proof(other)
        yield from _readers(other.readers)
        yield _request(other.request)
    yield _listed(ViewTexts.NOTES, (*(line.text for line in view.notes), *filter(None, [view.identity_line])))
    yield _listed(ViewTexts.PLAYERS, (row.line for row in view.players))


def _around(view: ReportView) -> Iterator[list[str]]:
    yield _facts(PageTexts.TARGET, target_facts(view.report))
    yield _facts(PageTexts.ENVIRONMENT, environment_facts(view.report))
    yield _listed(ViewTexts.CONTACTS, view.contacts)
    hidden = view.hidden or (say(PageTexts.NOTHING_HIDDEN),)
    yield _listed(ViewTexts.HIDDEN, hidden)
    yield [*_heading(say(PageTexts.METHOD)), *_wrapped(method(view.report))]


def _proof(finding: FindingView) -> Iterator[list[str]]:
    yield _listed(ViewTexts.AGAINST, (line.text for line in finding.against))
    yield _listed(ViewTexts.RULES_OUT, finding.rules_out)
    yield _listed(ViewTexts.EXPLAINS, finding.explains)


def _readers(readers: Iterable[ReaderView]) -> Iterator[list[str]]:
    for reader in readers:
        if reader.steps:
            steps = enumerate(reader.steps, 1)
            numbered = [line for n, step in steps for line in _hanging(f"{n}. ", step.text)]
            yield [*_wrapped([reader.name]), *numbered]


def _request(lines: tuple[str, ...]) -> list[str]:
    """Unwrapped: it is copied."""
    return [*_heading(say(ViewTexts.REQUEST)), *map(visible, lines)] if lines else []


def _row(row: Row) -> list[str]:
    values = {"number": row.number, "method": row.method, "outcome": row.outcome}
    timed = any(character.isdigit() for character in row.took)
    said = say(PlainTexts.ROW_TIMED, **values, took=row.took) if timed else say(PlainTexts.ROW, **values)
    return _hanging(f"{row.mark.icon} ", said)


def _cause(finding: FindingView) -> str:
    return say(PlainTexts.CAUSE, cause=finding.cause, confidence=finding.confidence_line)


def _facts(title: Text, facts: Iterable[Fact]) -> list[str]:
    lines = [
        line
        for label, values in facts
        for value in values
        for line in _hanging(_BULLET, say(PlainTexts.LABELED, label=label, words=visible(value)))
    ]
    return [*_heading(say(title)), *lines] if lines else []


def _listed(title: Text, items: Iterable[str]) -> list[str]:
    lines = [line for item in items for line in _hanging(_BULLET, item)]
    return [*_heading(say(title)), *lines] if lines else []


def _heading(words: str) -> list[str]:
    shown = one_line(words)
    return [shown, "-" * min(len(shown), WIDTH)]


def _wrapped(paragraphs: Iterable[str]) -> list[str]:
    return [line for words in paragraphs for line in _hanging("", words)]


def _hanging(mark: str, words: str) -> list[str]:
    """The words behind `mark`; further lines begin where the first word does."""
    return textwrap.wrap(
        visible(words, keep_newlines=True),
        WIDTH,
        initial_indent=mark,
        subsequent_indent=" " * len(mark),
        break_long_words=False,
        break_on_hyphens=False,
    ) or [mark.rstrip()]
