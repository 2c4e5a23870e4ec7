"""The verdict in the terminal: the parts of a report's view, in the order in which they are read."""

from __future__ import annotations

from rich.console import Console

from fmsdiag.cli.console import marked
from fmsdiag.cli.paragraphs import (
    print_as_it_is,
    print_heading,
    print_list,
    print_paragraph,
    print_steps,
    print_wrapped,
)
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Report
from fmsdiag.report.view import FindingView, ReportView, ViewTexts
from fmsdiag.report.words import describe_verdict

MAX_NOTES = 8
MAX_FURTHER = 5


class CardTexts(Table, of="cli.card"):
    """How the terminal puts a finding into one line."""

    # translators: {cause} is an id such as port-blocked
    CAUSE = text("Cause: {cause:name}. {confidence:name}")
    FURTHER = text("{headline:name} ({cause:name}, {confidence:name})")
    ID_AND_CONFIDENCE = text("{cause:name}, {confidence:name}")
    # translators: {observation} is the id of a step, such as 1.tcp
    SEEN = text("{line:name} [{observation:name}]")


def print_verdict(report: Report, console: Console) -> None:
    """Headline, explanation, what we saw, who does what, and everything else that the report's view has."""
    view = ReportView(report)
    console.print()
    print_wrapped(marked(view.mark, describe_verdict(report.verdict), console, bold=True), console)
    if view.prepared:
        print_wrapped(view.prepared, console)
    finding = view.finding
    print_paragraph(finding.explanation if finding is not None else view.paragraph, console)
    if finding is not None:
        cause = say(CardTexts.CAUSE, cause=finding.cause, confidence=finding.confidence_line)
        print_paragraph(cause, console)
    print_paragraph(view.code_line, console)
    seen = [
        say(CardTexts.SEEN, line=line.text, observation=line.observation) if line.observation else line.text
        for line in view.seen
    ]
    print_list(say(ViewTexts.WHAT_WE_SAW), seen, console)
    print_list(say(ViewTexts.PATH), view.path_lines, console)
    if finding is not None:
        _print_proof(finding, console)
    print_list(say(ViewTexts.DECIDES), [view.decides] if view.decides else [], console)
    _print_readers(view, console)
    if finding is not None and finding.request:
        print_heading(say(ViewTexts.REQUEST), console)
        print_as_it_is(finding.request, console)
    _print_surroundings(view, console)


def cause_line(report: Report) -> str:
    """The first finding's cause and confidence: "port-blocked, likely"; "none" without a finding."""
    finding = ReportView(report).finding
    if finding is None:
        return report.verdict.cause
    return say(CardTexts.ID_AND_CONFIDENCE, cause=finding.cause, confidence=finding.confidence)


def _print_proof(finding: FindingView, console: Console) -> None:
    print_list(say(ViewTexts.AGAINST), [line.text for line in finding.against], console)
    print_list(say(ViewTexts.RULES_OUT), finding.rules_out, console)
    print_list(say(ViewTexts.EXPLAINS), finding.explains, console)


def _print_readers(view: ReportView, console: Console) -> None:
    readers = [reader for reader in view.readers if reader.steps]
    if readers:
        print_heading(say(ViewTexts.WHO_DOES_WHAT), console)
    for reader in readers:
        print_steps(reader.name, [step.text for step in reader.steps], console)


def _print_surroundings(view: ReportView, console: Console) -> None:
    further = [
        say(CardTexts.FURTHER, headline=f.headline, cause=f.cause, confidence=f.confidence)
        for f in view.findings[1:]
    ]
    print_list(say(ViewTexts.ALSO_FOUND), _at_most(further, MAX_FURTHER), console)
    if view.recommendation is not None:
        best = view.recommendation
        print_list(say(ViewTexts.RECOMMENDED), [best.url, *best.lines], console)
    print_list(say(ViewTexts.PLAYERS), [row.line for row in view.players], console)
    notes = _at_most([line.text for line in view.notes], MAX_NOTES)
    print_list(say(ViewTexts.NOTES), [*notes, *filter(None, [view.identity_line])], console)
    print_list(say(ViewTexts.CONTACTS), view.contacts, console)
    print_list(say(ViewTexts.HIDDEN), view.hidden, console)


def _at_most(lines: list[str], most: int) -> list[str]:
    """The first lines, and how many were left out."""
    left_out = len(lines) - most
    return lines if left_out <= 0 else [*lines[:most], say(ViewTexts.LEFT_OUT, count=left_out)]
