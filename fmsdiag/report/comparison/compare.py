"""Compares two reports: rows joined on attempt keys, one reading, the side that it points to, and the facts. Pure.

The first report is the customer's and the second one support's own run, unless they are said to be one customer's before and
after. That is never guessed: reports hide what would tell one computer from another (see facts.seems_the_same_computer).
"""

from __future__ import annotations

from collections.abc import Iterator

from fmsdiag.messages.text import Text
from fmsdiag.model import Message, Report
from fmsdiag.model.messages import Listed, Routes
from fmsdiag.report.comparison.facts import cautions, differences, has_cause
from fmsdiag.report.comparison.result import COMPARISON_VERSION, Comparison, Reading, Roles, Side
from fmsdiag.report.comparison.rows import compared_rows
from fmsdiag.report.comparison.sides import Conclusion, conclude
from fmsdiag.report.comparison.texts import found_texts, outcome_text, reading_text, side_text
from fmsdiag.report.english import with_english
from fmsdiag.report.visible import one_line

MOST_ROUTES = 4
"""Of those that a sentence names; the rows show all."""
MOST_EVIDENCE = 6


def compare(first: Report, second: Report, roles: Roles = Roles.CUSTOMER_AND_SUPPORT) -> Comparison:
    """What two reports show together. Redact them first: this hides nothing."""
    same_server = first.target.host == second.target.host
    rows = compared_rows(first, second, comparable=same_server)
    found = _conclusion(first, second, same_server)
    conclusion = found if found is not None else conclude(first, second, rows)
    side = conclusion.side
    compared = Comparison(
        schema_version=COMPARISON_VERSION,
        roles=roles,
        reading=conclusion.reading,
        statement=_statement(conclusion, first, second, roles),
        first=_side(first),
        second=_side(second),
        side=side,
        side_statement=side_text(roles, side).of() if side is not None else None,
        rows=rows,
        evidence=tuple(_evidence(conclusion, first, second, roles)),
        differences=differences(first, second, same_server=same_server),
        cautions=() if found is not None and same_server else cautions(first, second, roles),
    )
    return with_english(compared)


def _conclusion(first: Report, second: Report, same_server: bool) -> Conclusion | None:
    """What keeps the two from being compared; none where they can be."""
    if not same_server:
        return Conclusion(Reading.DIFFERENT_SERVERS)
    if (first.report_id, first.started_at) == (second.report_id, second.started_at):
        return Conclusion(Reading.SAME_REPORT)
    return None


def _statement(conclusion: Conclusion, first: Report, second: Report, roles: Roles) -> Message:
    said = reading_text(roles, conclusion.reading)
    if conclusion.reading is Reading.DIFFERENT_SERVERS:
        return said.of(first=first.target.host, second=second.target.host)
    if "routes" in said.places:
        return said.of(routes=Routes(tuple(row.route for row in conclusion.rows[:MOST_ROUTES])))
    return said.of()


def _side(report: Report) -> Side:
    return Side(
        report_id=one_line(report.report_id, 60),
        started_at=one_line(report.started_at, 60),
        host=report.target.host,
        status=report.verdict.status,
        headline=report.verdict.headline,
        cause=one_line(report.verdict.cause, 60),
        tool=report.tool,
        application=one_line(report.target.application, 120),
        confidence=report.verdict.confidence,
    )


def _evidence(conclusion: Conclusion, first: Report, second: Report, roles: Roles) -> Iterator[Message]:
    """What each report found itself, then the rows that decide."""
    if conclusion.reading is Reading.SAME_REPORT:
        return
    for report, said in zip((first, second), found_texts(roles), strict=True):
        if has_cause(report):
            yield _found(report, said)
    for row in conclusion.rows[:MOST_EVIDENCE]:
        if row.first is not None and row.second is not None:
            yield outcome_text(roles).of(route=row.route, first=row.first, second=row.second)


def _found(report: Report, said: Text) -> Message:
    return said.of(headline=Listed((report.verdict.headline,)), cause=one_line(report.verdict.cause, 60))
