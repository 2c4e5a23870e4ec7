"""A comparison in the reader's words: what terminal, Markdown and page lay out, as view.py does for a report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fmsdiag.messages.failures import FAILURE_WORDS
from fmsdiag.messages.host_names import as_typed
from fmsdiag.messages.reader import current_language, render, say
from fmsdiag.messages.text import Table, text
from fmsdiag.messages.visible import one_line, visible
from fmsdiag.model import Message
from fmsdiag.model.messages import Outcome
from fmsdiag.report.comparison.result import ComparedRow, Comparison, Reading, Roles, RowReading, Side
from fmsdiag.report.comparison.texts import row_text
from fmsdiag.report.view import ViewTexts
from fmsdiag.report.words import NOT_MEASURED, MarkWords, Tone, VerdictWords, confidence_word, mark_of_verdict

MOST_ROWS = 60
"""A plan has a dozen; a file may have thousands."""


class ComparisonTexts(Table, of="comparison"):
    """The titles of the parts, and what stands where a part has nothing to show."""

    TITLE = text("Two reports compared")
    CUSTOMER = text("Customer")
    SUPPORT = text("Support")
    BEFORE = text("Before")
    AFTER = text("After")
    REPORTS = text("The two reports")
    REPORT = text("Report")
    SERVER = text("Server")
    # translators: {application} is the name of an application at the server
    SERVER_AND_APPLICATION = text("{host}, application {application:name}")
    TESTED = text("Tested")
    TOOL = text("Program")
    RESULT = text("Result")
    CAUSE = text("Cause: {cause:name}")
    CAUSE_AND_CONFIDENCE = text("Cause: {cause:name}. {confidence:name}")
    EVIDENCE = text("What shows it")
    ROWS = text("What was tried")
    TRIED = text("Tried")
    READING = text("Reading")
    DIFFERENCES = text("Facts that differ")
    FACT = text("Fact")
    CAUTIONS = text("What makes the two hard to compare")
    # translators: a cell of a table: how an attempt ended, and after how long
    OUTCOME = text("{outcome:name}, {took:duration}")
    # translators: a row of a table as a line; the roles are such as "Customer" and "Support"
    ROW = text(
        "{tried:name}: {reading:name} ({first_role:name}: {first:name}; {second_role:name}: {second:name})"
    )
    LINE = text("{label:name}: {first_role:name}: {first:name}; {second_role:name}: {second:name}")


@dataclass(frozen=True)
class SideView:
    """One of the two reports."""

    role: str
    report: str
    server: str
    tested: str
    tool: str
    result: str
    """The verdict's word and headline."""
    cause: str
    """ "Cause: port-blocked. Confirmed" """


@dataclass(frozen=True)
class RowView:
    """One way to the server."""

    tried: str
    first: str
    second: str
    reading: str
    tone: Tone
    line: str
    """All of it, for a face without tables."""


@dataclass(frozen=True)
class DifferenceView:
    """A fact that differs."""

    label: str
    first: str
    second: str
    remark: str
    line: str
    """The fact and both values, for a face without tables."""


class ComparisonView:
    """The parts of one comparison; all text is visible (see visible.py)."""

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison
        roles = _ROLE_NAMES[comparison.roles]
        self.roles = (say(roles[0]), say(roles[1]))
        self.statement = _shown(comparison.statement)
        self.side = _shown(comparison.side_statement) if comparison.side_statement is not None else ""
        self.tone = _TONES.get(comparison.reading, Tone.BAD)
        self.sides = (_side(self.roles[0], comparison.first), _side(self.roles[1], comparison.second))
        kept = comparison.rows[:MOST_ROWS]
        self.rows = tuple(_row(comparison.roles, self.roles, row) for row in kept)
        left_out = len(comparison.rows) - len(kept)
        self.left_out = say(ViewTexts.LEFT_OUT, count=left_out) if left_out else ""
        self.evidence = tuple(map(_shown, comparison.evidence))
        self.cautions = tuple(map(_shown, comparison.cautions))
        self.differences = tuple(
            DifferenceView(
                _shown(each.label),
                _shown(each.first),
                _shown(each.second),
                _shown(each.remark) if each.remark is not None else "",
                self._line(_shown(each.label), _shown(each.first), _shown(each.second)),
            )
            for each in comparison.differences
        )

    @property
    def lines_of_sides(self) -> Iterable[tuple[str, str, str]]:
        """What the two reports are: a label, and what stands for it in each."""
        first, second = self.sides
        yield say(ComparisonTexts.SERVER), first.server, second.server
        yield say(ComparisonTexts.REPORT), first.report, second.report
        yield say(ComparisonTexts.TESTED), first.tested, second.tested
        yield say(ComparisonTexts.TOOL), first.tool, second.tool
        yield say(ComparisonTexts.RESULT), first.result, second.result

    @property
    def described_sides(self) -> Iterable[str]:
        """The same, a line for each label."""
        return (self._line(*cells) for cells in self.lines_of_sides)

    def _line(self, label: str, first: str, second: str) -> str:
        roles = {"first_role": self.roles[0], "second_role": self.roles[1]}
        return say(ComparisonTexts.LINE, label=label, first=first, second=second, **roles)


_ROLE_NAMES = {
    Roles.CUSTOMER_AND_SUPPORT: (ComparisonTexts.CUSTOMER, ComparisonTexts.SUPPORT),
    Roles.BEFORE_AND_AFTER: (ComparisonTexts.BEFORE, ComparisonTexts.AFTER),
}
_TONES = {
    Reading.BOTH_CONNECT: Tone.GOOD,
    Reading.SAME_REPORT: Tone.NEUTRAL,
    Reading.NOTHING_COMMON: Tone.NEUTRAL,
    Reading.DIFFERENT_SERVERS: Tone.NEUTRAL,
    Reading.FIRST_IMPAIRED: Tone.CAUTION,
    Reading.SECOND_IMPAIRED: Tone.CAUTION,
    Reading.FIRST_FAILS_PARTLY: Tone.CAUTION,
    Reading.SECOND_FAILS_PARTLY: Tone.CAUTION,
    Reading.BOTH_FAIL_PARTLY: Tone.CAUTION,
}
_ROW_TONES = {
    RowReading.BOTH_CONNECT: Tone.GOOD,
    RowReading.ONLY_FIRST_TESTED: Tone.NEUTRAL,
    RowReading.ONLY_SECOND_TESTED: Tone.NEUTRAL,
    RowReading.NOT_FINISHED: Tone.NEUTRAL,
    RowReading.NOT_COMPARABLE: Tone.NEUTRAL,
    RowReading.BOTH_FAIL_ALIKE: Tone.CAUTION,
    RowReading.BOTH_FAIL_DIFFERENTLY: Tone.CAUTION,
}


def _shown(message: Message) -> str:
    return visible(render(message))


def _side(role: str, side: Side) -> SideView:
    cause = one_line(side.cause, 60)
    server, application = as_typed(one_line(side.host, 200)), one_line(side.application, 120)
    if application:
        server = say(ComparisonTexts.SERVER_AND_APPLICATION, host=side.host, application=application)
    sure = side.confidence
    return SideView(
        role=role,
        report=one_line(side.report_id, 60),
        server=visible(server),
        tested=visible(current_language().moment(one_line(side.started_at, 60))),
        tool=one_line(f"{side.tool.name} {side.tool.version}", 60),
        result=say(
            VerdictWords.WITH_HEADLINE,
            word=mark_of_verdict(side.status).word,
            headline=one_line(render(side.headline), 300),
        ),
        cause=say(ComparisonTexts.CAUSE, cause=cause)
        if sure is None
        else say(ComparisonTexts.CAUSE_AND_CONFIDENCE, cause=cause, confidence=confidence_word(sure)),
    )


def _row(roles: Roles, names: tuple[str, str], row: ComparedRow) -> RowView:
    tone = _ROW_TONES.get(row.reading, Tone.BAD)
    tried = visible(current_language().route(row.route))
    first, second, reading = _outcome(row.first), _outcome(row.second), say(row_text(roles, row.reading))
    values = {"tried": tried, "reading": reading, "first": first, "second": second}
    line = say(ComparisonTexts.ROW, first_role=names[0], second_role=names[1], **values)
    return RowView(tried, first, second, reading, tone, line)


def _outcome(outcome: Outcome | None) -> str:
    """ "No answer, 5.0 s"; a dash where there is none."""
    if outcome is None:
        return NOT_MEASURED
    word = MarkWords.CONNECTED if outcome.kind is None else FAILURE_WORDS[outcome.kind]
    return visible(say(ComparisonTexts.OUTCOME, outcome=say(word), took=outcome.elapsed_s))
