"""Where and how a report was made, and what it says of players, contacts and what is hidden: as every face tells it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from fmsdiag.gui.details.explanation import fact_lines
from fmsdiag.gui.details.pane import Span, Style
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.messages.visible import one_line
from fmsdiag.model import Report
from fmsdiag.report.environment_section import environment_facts, target_facts
from fmsdiag.report.fact_rows import Fact
from fmsdiag.report.view import ReportView, ViewTexts
from fmsdiag.report.words import format_duration


class EnvironmentTexts(Table, of="gui.environment"):
    """Headings, and labels that no other face needs."""

    NO_REPORT = text("Details about this computer's network appear here after the test.")
    COMPUTER = text("This computer")
    TEST = text("The test")
    REPORT = text("The report")
    STARTED = text("Started")
    STARTED_AT = text("{at:moment}")
    TOOK = text("Duration")
    SOFTWARE = text("Server software")
    MARKS = text("Identified by")
    NUMBER = text("Number")
    NOT_HIDDEN = text("Nothing yet. Secrets are hidden when the report is saved, copied, or printed.")
    FAULTS = text("Internal errors in fmsdiag; they are not problems with the network")
    # translators: {cause} is what was checked, {error} an exception, {where} a line of the program
    FAULT = text("{cause:name}: {error:name} ({where:name})")


def environment_spans(report: Report | None) -> list[Span]:
    """The report's surroundings in lines."""
    if report is None:
        return [Span(say(EnvironmentTexts.NO_REPORT), Style.MUTED)]
    view = ReportView(report)
    parts = (
        (say(EnvironmentTexts.COMPUTER), environment_facts(report)),
        (say(EnvironmentTexts.TEST), list(_test(report, view))),
        (say(EnvironmentTexts.REPORT), list(_report(report, view))),
    )
    spans = [span for title, facts in parts for span in _section(title, facts)]
    if view.players:
        spans.append(Span(f"\n{say(ViewTexts.PLAYERS)}\n", Style.HEAD))
        spans += (Span(f"{row.line}\n") for row in view.players)
    return spans


def _test(report: Report, view: ReportView) -> Iterator[Fact]:
    yield say(EnvironmentTexts.STARTED), (say(EnvironmentTexts.STARTED_AT, at=report.started_at),)
    yield say(EnvironmentTexts.TOOK), (format_duration(report.duration_s),)
    yield from target_facts(report)
    if view.identity:
        yield say(EnvironmentTexts.SOFTWARE), (view.identity,)
        yield from _kept(EnvironmentTexts.MARKS, tuple(line.text for line in view.marks))


def _report(report: Report, view: ReportView) -> Iterator[Fact]:
    yield say(EnvironmentTexts.NUMBER), (one_line(report.report_id, 60),)
    yield say(ViewTexts.HIDDEN), view.hidden or (say(EnvironmentTexts.NOT_HIDDEN),)
    faults = (
        say(
            EnvironmentTexts.FAULT,
            cause=one_line(fault.cause, 60),
            error=one_line(fault.error, 200),
            where=one_line(fault.where or "?", 80),
        )
        for fault in report.rule_errors
    )
    yield from _kept(EnvironmentTexts.FAULTS, tuple(faults))


def _kept(label: Text, lines: Sequence[str]) -> Iterator[Fact]:
    if lines:
        yield say(label), tuple(lines)


def _section(title: str, facts: Iterable[Fact]) -> Iterator[Span]:
    yield Span(f"\n{title}\n", Style.HEAD)
    for label, lines in facts:
        yield from fact_lines(label, lines)
