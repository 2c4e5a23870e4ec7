"""A report for a ticket: one page of Markdown, under 60 lines, to paste into GitHub, GitLab, Jira or mail.

Whatever a server or a file may have put into the report is escaped: it can neither open a table, a link or a
code block, nor write HTML, nor call somebody by name.
"""

from __future__ import annotations

import re

from fmsdiag.model import Attempt, Finding, Report, VerdictStatus
from fmsdiag.report.outcomes import describe_outcome
from fmsdiag.report.players import TITLE, player_rows, recommended_lines
from fmsdiag.report.redact import INCLUDED
from fmsdiag.report.request_text import request_text
from fmsdiag.report.view import shown
from fmsdiag.report.visible import one_line, visible
from fmsdiag.report.words import (
    confidence_word,
    describe_identity,
    describe_method,
    duration_of,
    format_duration,
    mark_of_verdict,
    readers_of,
)

MAX_LINES = 59
MAX_EVIDENCE = 5
MAX_REQUEST_LINES = 14
MAX_FURTHER = 3
MAX_ATTEMPTS = 12
"""Of the table: how many come before what players would have done."""
TEXT_LIMIT = 700

# The last three: addresses that become links by themselves, and the beginnings of lists.
_SPECIAL = re.compile(
    r"[\\`*_\[\]#|<>~^$]|(?<=http:)/|(?<=https:)/|(?<=ftp:)/|(?<=www)\.|^[-+]|(?<=^\d)[.)]|(?<=^\d\d)[.)]",
    re.IGNORECASE,
)


def render(report: Report) -> str:
    """The report as Markdown, at most 59 lines. Redact it first: this hides nothing."""
    finding = report.findings[0] if report.findings else None
    head, rest = _verdict(report, finding), []
    if finding is not None:
        rest += _acts(finding)
        rest += _request(request_text(finding.request))
        rest += _evidence(finding)
    rest += _further(report)
    rest += _about(report)
    room = MAX_LINES - len(head) - len(rest)
    players = _players(report, room - min(len(report.attempts), MAX_ATTEMPTS) - 4)
    table = _attempts(report, room - len(players))
    return "\n".join([*head, *table, *players, *rest]) + "\n"


def escape(text: str, limit: int = TEXT_LIMIT) -> str:
    """Text from anywhere as one line of Markdown that shows exactly this text."""
    line = one_line(text, limit).replace("&", "&amp;")
    # A mention cannot be escaped: it is looked for after rendering, but never inside code.
    return _SPECIAL.sub(r"\\\g<0>", line).replace("@", "`@`")


def code(text: str, limit: int = 200) -> str:
    """Text from anywhere as inline code, with a fence longer than any run of backticks in it."""
    line = one_line(text, limit)
    fence = "`" * (_longest_run(line) + 1)
    space = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{space}{line}{space}{fence}" if line else ""


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall(r"`+", text)), default=0)


def _cell(text: str) -> str:
    return escape(text, 160)


def _verdict(report: Report, finding: Finding | None) -> list[str]:
    verdict = report.verdict
    mark = mark_of_verdict(verdict.status)
    result = f"**{mark.icon} {mark.word}**"
    if finding is not None:
        result += f" · cause {code(finding.cause, 60)}, {confidence_word(finding.confidence).lower()}"
    elif verdict.status is VerdictStatus.CONNECTED:
        result += " · nothing is wrong"
    target = f"**Server:** {code(report.target.host)}"
    if report.target.application:
        target += f", application {code(report.target.application)}"
    lines = [f"## fmsdiag: {escape(shown(verdict.headline), 160)}", "", f"{result}  ", target]
    if finding is not None:
        lines += ["", escape(shown(finding.explanation))]
    return lines


def _attempts(report: Report, room: int) -> list[str]:
    """The table of attempts in at most `room` lines."""
    if not report.attempts:
        return []
    lines = ["", "| No. | What was tried | Result | Time |", "|---:|---|---|---:|"]
    fits = len(report.attempts) if len(report.attempts) <= room - 3 else room - 4
    lines += [_row(attempt) for attempt in report.attempts[:fits]]
    if len(report.attempts) > fits:
        lines.append(f"| | {len(report.attempts) - fits} more in the JSON report | | |")
    return lines


def _row(attempt: Attempt) -> str:
    cells = [_cell(describe_method(attempt)), _cell(describe_outcome(attempt))]
    return f"| {attempt.id} | {cells[0]} | {cells[1]} | {format_duration(duration_of(attempt))} |"


def _acts(finding: Finding) -> list[str]:
    lines = [f"- **{who}:** {escape(text)}" for who, text in readers_of(finding.advice) if text]
    return ["", "### Who does what", "", *lines] if lines else []


def _request(text: str) -> list[str]:
    """The firewall request as a code block, so that it can be copied as it is."""
    if not text.strip():
        return []
    shown = visible(text.strip(), keep_newlines=True).split("\n")
    if len(shown) > MAX_REQUEST_LINES:
        shown = [*shown[: MAX_REQUEST_LINES - 1], " ".join(shown[MAX_REQUEST_LINES - 1 :])]
    fence = "`" * max(3, _longest_run("\n".join(shown)) + 1)
    return ["", "**Firewall request, to copy:**", "", f"{fence}text", *shown, fence]


def _evidence(finding: Finding) -> list[str]:
    lines = []
    for evidence in finding.evidence[:MAX_EVIDENCE]:
        where = f" ({code(evidence.observation, 40)})" if evidence.observation else ""
        lines.append(f"- {escape(shown(evidence.message), 300)}{where}")
    lines += [f"- Speaks against it: {escape(shown(e.message), 300)}" for e in finding.counter_evidence[:2]]
    if finding.rules_out:
        ruled_out = "; ".join(shown(message).rstrip(".") for message in finding.rules_out)
        lines.append(f"- Ruled out: {escape(ruled_out, 400)}")
    if finding.decisive_test is not None:
        lines.append(f"- This test would decide: {escape(shown(finding.decisive_test), 300)}")
    return ["", "### What we saw", "", *lines] if lines else []


def _further(report: Report) -> list[str]:
    """Further findings, notes, what would connect, and faults of fmsdiag itself."""
    lines = [
        f"- Also found: {escape(shown(further.headline), 200)} ({code(further.cause, 60)}, "
        f"{confidence_word(further.confidence).lower()})"
        for further in report.findings[1 : 1 + MAX_FURTHER]
    ]
    if report.identity is not None:
        lines.append(f"- {escape(describe_identity(report.identity), 200)}.")
    lines += [f"- Note: {escape(shown(note.message), 300)}" for note in report.notes[:MAX_FURTHER]]
    if report.recommendation is not None:
        told = [escape(line, 400) for line in recommended_lines(report.recommendation)]
        lines.append(" ".join([f"- This would connect: {code(report.recommendation.url)}", *told]))
    if report.rule_errors:
        causes = ", ".join(
            code(error.cause, 60) + (f" ({code(error.where, 80)})" if error.where else "")
            for error in report.rule_errors[:5]
        )
        lines.append(
            f"- A fault of fmsdiag: {causes} could not be judged. This says nothing about the network."
        )
    return ["", *lines] if lines else []


def _players(report: Report, room: int) -> list[str]:
    """What players would have done, in at most `room` lines; left out where not all or at least three of them fit."""
    rows = player_rows(report)
    fits = min(room - 3, len(rows))
    if not rows or fits < min(3, len(rows)):
        return []
    lines = [f"| {_cell(row.players)} | {_cell(row.outcome)} | {_cell(row.note)} |" for row in rows[:fits]]
    return ["", f"| {TITLE} | Outcome | |", "|---|---|---|", *lines]


def _about(report: Report) -> list[str]:
    where = escape(report.environment.system or "unknown system", 120)
    when = escape(utc_moment(report.started_at), 40)
    plan, took = code(report.plan.name, 40), format_duration(report.duration_s)
    tool = escape(f"{report.tool.name} {report.tool.version}", 80)
    lines = [
        "",
        f"Tested {when} for {took}, plan {plan}, on {where}  ",
        f"Report {code(report.report_id, 60)}, {tool}",
    ]
    if report.contacts:
        lines[-1] += "  "
        lines.append(f"Also contacted: {escape('; '.join(report.contacts), 300)}")
    hidden = [entry for entry in report.redaction if entry != INCLUDED]
    if hidden:
        lines[-1] += "  "
        lines.append(f"Hidden here: {escape('; '.join(hidden), 700)}")
    if INCLUDED in report.redaction:
        lines[-1] += "  "
        lines.append(f"**Keep private:** {escape(INCLUDED)}")
    return lines


def utc_moment(started_at: str) -> str:
    """ "2026-05-12T12:02:33.5Z" for people: "2026-05-12 12:02:33 UTC"; other text stays as it is."""
    match = re.fullmatch(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?(?:Z|\+00:00)", started_at)
    return f"{match[1]} {match[2]} UTC" if match else one_line(started_at, 40)
