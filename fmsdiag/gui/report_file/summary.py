"""A few lines about a report, for a chat or a ticket. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Purpose, Report
from fmsdiag.report.view import FindingView, ReportView, ViewTexts, attempt_line, listed
from fmsdiag.report.visible import one_line


class SummaryTexts(Table, of="gui.summary"):
    """Line by line, in this order."""

    # translators: {word} is a verdict such as "Rejected by server", {headline} a sentence
    VERDICT = text("{word:name}: {headline:name}")
    SERVER = text("Server: {host}")
    SERVER_AND_APPLICATION = text("Server: {host}, application: {application:name}")
    ALSO_FOUND = text("Also found: {headline:name}")
    DECIDES = text("This test would decide: {test:name}")
    CONNECTS = text("This connects: {url}")
    # translators: {cause} is an id such as port-blocked
    CAUSE = text("Cause: {cause:name}. {confidence:name}")
    EXPLAINS = text("Also considered, but explained by this cause: {causes:name}.")
    # translators: {reader} is "You" or another reader, whose steps follow
    STEPS = text("{reader:name}:")
    LEFT_OUT = text(
        "Left out: evidence, checks, players, server software, notes, contacts, and what is hidden. The report has them."
    )
    MADE_BY = text("fmsdiag {version:name}, report {report:name}, {at:moment}")


def summary_text(report: Report) -> str:
    """The summary of a report that may leave this computer: it is redacted already."""
    return "\n".join(_lines(report, ReportView(report)))


def _lines(report: Report, view: ReportView) -> Iterator[str]:
    target, host = report.target, one_line(report.target.host, 120)
    yield say(SummaryTexts.VERDICT, word=view.mark.word, headline=view.headline)
    yield view.finding.explanation if view.finding is not None else view.paragraph
    yield ""
    if target.application:
        application = one_line(target.application, 120)
        yield say(SummaryTexts.SERVER_AND_APPLICATION, host=host, application=application)
    else:
        yield say(SummaryTexts.SERVER, host=host)
    for attempt in report.attempts:
        if attempt.purpose is Purpose.FALLBACK:
            yield f"- {attempt_line(attempt)}"
    yield from _conclusions(view)
    yield from _steps(view)
    yield from _request(view.finding)
    yield ""
    yield say(SummaryTexts.LEFT_OUT)
    made = {
        "version": one_line(report.tool.version, 40),
        "report": one_line(report.report_id, 60),
        "at": one_line(report.started_at, 40),
    }
    yield view.code_line
    yield say(SummaryTexts.MADE_BY, **made)


def _conclusions(view: ReportView) -> Iterator[str]:
    if view.finding is not None:
        yield ""
        yield say(SummaryTexts.CAUSE, cause=view.finding.cause, confidence=view.finding.confidence_line)
        if view.finding.explains:
            yield say(SummaryTexts.EXPLAINS, causes=listed(view.finding.explains))
    for other in view.findings[1:]:
        yield say(SummaryTexts.ALSO_FOUND, headline=other.headline)
    if view.decides:
        yield say(SummaryTexts.DECIDES, test=view.decides)
    if view.recommendation is not None:
        yield ""
        yield say(SummaryTexts.CONNECTS, url=view.recommendation.url)
        yield from view.recommendation.lines


def _steps(view: ReportView) -> Iterator[str]:
    for reader in view.readers:
        if reader.steps:
            yield ""
            yield say(SummaryTexts.STEPS, reader=reader.name)
            yield from (f"{number}. {step.text}" for number, step in enumerate(reader.steps, 1))


def _request(finding: FindingView | None) -> Iterator[str]:
    if finding is not None and finding.request:
        yield ""
        yield say(ViewTexts.REQUEST)
        yield from finding.request
