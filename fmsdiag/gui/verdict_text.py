"""What the verdict card says of a report, and the summary that it copies. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from fmsdiag.model import Actor, Advice, Attempt, Evidence, Finding, Purpose, Report, VerdictStatus
from fmsdiag.report.words import (
    confidence_word,
    describe_method,
    describe_outcome,
    format_duration,
    mark_of_verdict,
    readers_of,
)

SEEN_LINES = 5
_WITHOUT_FINDING = {
    VerdictStatus.CONNECTED: "The first attempt of the plan was accepted. Nothing stands in the way.",
    VerdictStatus.CONNECTED_BY_FALLBACK: "A later attempt of the plan was accepted, so a player would connect, "
    "but only after waiting for the earlier ones.",
    VerdictStatus.REJECTED: "The server was reached and spoke RTMP, so the network works; the server said no.",
    VerdictStatus.UNREACHABLE: "No attempt reached an RTMP server.",
    VerdictStatus.INCONCLUSIVE: "What was seen does not tell the cause.",
    VerdictStatus.STOPPED: "The test was stopped before it was complete. "
    "Nothing is concluded from attempts that had not finished.",
}


@dataclass(frozen=True)
class CardText:
    """The card's words, whatever the report was."""

    word: str
    headline: str
    paragraph: str
    confidence: str
    seen: tuple[Evidence, ...]
    against: tuple[Evidence, ...]
    rules_out: tuple[str, ...]
    also: tuple[str, ...]
    advice: tuple[tuple[str, str], ...]
    """The three readers by name, each with what to do ("" where there is nothing)."""
    acts: int
    """Which of them can mend it: an index into `advice`."""
    firewall_request: str


def card_text(report: Report) -> CardText:
    """The words of the card for `report`."""
    finding = report.findings[0] if report.findings else None
    verdict = report.verdict
    return CardText(
        word=mark_of_verdict(verdict.status).word,
        headline=verdict.headline,
        paragraph=_paragraph(report, finding),
        confidence=_confidence(finding),
        seen=finding.evidence[:SEEN_LINES] if finding and finding.evidence else _attempts_seen(report),
        against=finding.counter_evidence if finding else (),
        rules_out=finding.rules_out if finding else (),
        also=(*(other.headline for other in report.findings[1:]), *(note.text for note in report.notes)),
        advice=readers_of(finding.advice if finding else Advice()),
        acts=list(Actor).index(finding.acts[0]) if finding and finding.acts else 0,
        firewall_request=finding.advice.firewall_request if finding else "",
    )


def summary_text(report: Report) -> str:
    """A few lines for a chat or a ticket; `report` is redacted already."""
    text, target = card_text(report), report.target
    lines = [
        f"{text.word}: {text.headline}",
        text.paragraph,
        "",
        f"Server: {target.host}, application: {target.application or '(none)'}",
    ]
    lines += [f"- {_attempt_line(attempt)}" for attempt in _planned(report)]
    if text.confidence:
        lines += ["", text.confidence]
    todo = [f"{name}: {advice}" for name, advice in text.advice if advice]
    if todo:
        lines += ["", *todo]
    lines += ["", f"fmsdiag {report.tool.version}, report {report.report_id}, {report.started_at}"]
    return "\n".join(lines)


def _paragraph(report: Report, finding: Finding | None) -> str:
    if finding is not None:
        decides = f" This test would decide: {finding.decisive_test}" if finding.decisive_test else ""
        return finding.explanation + decides
    advice = f" {report.recommendation.text}" if report.recommendation and report.recommendation.text else ""
    return _WITHOUT_FINDING[report.verdict.status] + advice


def _confidence(finding: Finding | None) -> str:
    if finding is None:
        return ""
    word = confidence_word(finding.confidence)
    return f"{word}: {finding.confidence_reason}" if finding.confidence_reason else word


def _attempts_seen(report: Report) -> tuple[Evidence, ...]:
    return tuple(Evidence(_attempt_line(a), str(a.id)) for a in _planned(report)[:SEEN_LINES])


def _planned(report: Report) -> list[Attempt]:
    return [attempt for attempt in report.attempts if attempt.purpose is Purpose.FALLBACK]


def _attempt_line(attempt: Attempt) -> str:
    line = f"{describe_method(attempt)}: {describe_outcome(attempt)}"
    if attempt.started_s is not None and attempt.ended_s is not None and "after" not in line:
        line += f" ({format_duration(attempt.ended_s - attempt.started_s)})"
    return line
