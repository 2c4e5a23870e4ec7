"""The verdict in the terminal: what is wrong, how that is known, and who must do what."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from fmsdiag.cli.console import marked, plain
from fmsdiag.messages.reader import say
from fmsdiag.model import Finding, Report, VerdictStatus
from fmsdiag.report.players import player_rows, recommended_lines
from fmsdiag.report.request_text import request_text
from fmsdiag.report.view import ReportView, ViewTexts, shown
from fmsdiag.report.visible import visible
from fmsdiag.report.words import confidence_word, describe_verdict, mark_of_verdict, readers_of

MAX_NOTES = 8
MAX_FURTHER = 5
_INDENT = (0, 0, 0, 2)


def print_verdict(report: Report, console: Console) -> None:
    """Headline, explanation, evidence, what is ruled out, advice for each reader, further findings and notes."""
    mark = mark_of_verdict(report.verdict.status)
    console.print()
    console.print(marked(mark, describe_verdict(report.verdict), console, bold=True))
    if report.findings:
        _print_finding(report.findings[0], console)
    elif report.verdict.status is VerdictStatus.CONNECTED:
        _paragraph("Nothing is wrong.", console)
    _print_further(report, console)
    if report.recommendation is not None:
        advice = [report.recommendation.url, *recommended_lines(report.recommendation)]
        _list("This would connect", advice, console)
    _list(say(ViewTexts.PLAYERS), [row.line for row in player_rows(report)], console)
    _list("Notes", [shown(note.message) for note in report.notes[:MAX_NOTES]], console)
    if report.contacts:
        _list("Also contacted", list(ReportView(report).contacts), console)


def cause_line(report: Report) -> str:
    """The first finding's cause and confidence: "port-blocked, likely"; "none" without a finding."""
    if not report.findings:
        return report.verdict.cause
    finding = report.findings[0]
    return f"{finding.cause}, {confidence_word(finding.confidence).lower()}"


def _print_finding(finding: Finding, console: Console) -> None:
    _paragraph(shown(finding.explanation), console)
    confidence = confidence_word(finding.confidence)
    said = shown(finding.confidence_reason)
    reason = f": {said}" if said else ""
    _paragraph(f"Cause: {finding.cause}. {confidence}{reason}.".replace("..", "."), console)
    seen = [
        f"{shown(e.message)} [{e.observation}]" if e.observation else shown(e.message)
        for e in finding.evidence
    ]
    _list("What we saw", seen, console)
    _list("What speaks against it", [shown(e.message) for e in finding.counter_evidence], console)
    _list("What this rules out", [shown(message) for message in finding.rules_out], console)
    if finding.decisive_test is not None:
        _list("This test would decide", [shown(finding.decisive_test)], console)
    readers = [(who, text) for who, text in readers_of(finding.advice) if text]
    if readers:
        _heading("Who does what", console)
        for who, text in readers:
            _indented(Text.assemble((f"{who}: ", "bold"), plain(text)), console)
    _print_request(request_text(finding.request), console)


def _print_request(text: str, console: Console) -> None:
    """The firewall request without indent or frame, so that it can be copied as it is."""
    if text.strip():
        _heading("Firewall request, to copy", console)
        console.print(Text(visible(text.strip(), keep_newlines=True)))


def _print_further(report: Report, console: Console) -> None:
    further = report.findings[1 : 1 + MAX_FURTHER]
    lines = [f"{shown(f.headline)} ({f.cause}, {confidence_word(f.confidence).lower()})" for f in further]
    _list("Also found", lines, console)
    if report.rule_errors:
        causes = ", ".join(
            error.cause + (f" ({error.where})" if error.where else "") for error in report.rule_errors
        )
        _paragraph(
            f"A fault of fmsdiag: {causes} could not be judged. This says nothing about your network.",
            console,
        )


def _paragraph(text: str, console: Console) -> None:
    console.print()
    console.print(plain(text))


def _heading(text: str, console: Console) -> None:
    console.print()
    console.print(Text(text, style="bold"))


def _list(heading: str, items: list[str], console: Console) -> None:
    if items:
        _heading(heading, console)
        for item in items:
            _indented(plain(item), console)


def _indented(text: Text, console: Console) -> None:
    """A list item: its further lines stand below its first word."""
    bullet = "•" if console.encoding.lower().startswith("utf") else "-"
    width = max(20, console.width - 4)
    lines = text.wrap(console, width)
    for number, line in enumerate(lines):
        line.rstrip()
        console.print(
            Padding(Text.assemble(bullet if number == 0 else " ", " ", line), _INDENT, expand=False)
        )
