"""A report for a ticket: one page of Markdown, under 60 lines, to paste into GitHub, GitLab, Jira or mail.

Whatever a server or a file may have put into the report is escaped: it can neither open a table, a link or a
code block, nor write HTML, nor mention a user. What there is no room for is counted: "3 more left out".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from fmsdiag.messages.host_names import as_typed
from fmsdiag.messages.reader import current_language, say
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.messages.visible import one_line, visible
from fmsdiag.model import Report, VerdictStatus
from fmsdiag.report.environment_section import describe_tool
from fmsdiag.report.hidden import HiddenTexts
from fmsdiag.report.players import PlayerRow
from fmsdiag.report.rows import Row
from fmsdiag.report.view import FindingView, Line, ReaderView, ReportView, ViewTexts

MAX_LINES = 59
MAX_REQUEST_LINES = 12
MOST_BESIDE = 120
"""Characters of a note that shares its line with the next one."""
TEXT_LIMIT = 700

# The last four: addresses that become links by themselves.
_SPECIAL = re.compile(
    r"[\\`*_\[\]#|<>~^$]|(?<=http:)/|(?<=https:)/|(?<=ftp:)/|(?<=www)\.",
    re.IGNORECASE,
)
_START = re.compile(r"^[-+]|(?<=^\d)[.)]|(?<=^\d\d)[.)]")
"""The beginnings of lists."""


class MarkdownTexts(Table, of="markdown"):
    """A ticket's own labels."""

    SERVER = text("Server")
    APPLICATION = text("application {application:name}")
    CAUSE = text("cause {cause:name}")
    NOTHING_WRONG = text("no problems found")
    NUMBER = text("No.")
    TRIED = text("What was tried")
    RESULT = text("Result")
    TIME = text("Time")
    PLAYER = text("Player")
    NOTE = text("Note")
    SERVER_SEEMS = text("Server software")
    TESTED = text("Tested {at:moment} for {took:duration}, plan {plan:name}, on {system:name}")
    TESTED_SOMEWHERE = text("Tested {at:moment} for {took:duration}, plan {plan:name}")
    REPORT = text("Report {report:name}, {tool:name}")
    KEEP_PRIVATE = text("Keep private")


@dataclass
class _Block:
    """Lines of which the last may be left out, down to `least`; how many is said in a line of its own."""

    head: list[str]
    items: list[str]
    least: int
    more: str = "- {}"
    """Markdown around the words that say how many are left out."""
    foot: tuple[str, ...] = ()
    shown: int = -1

    def __post_init__(self) -> None:
        self.shown = len(self.items)

    def __len__(self) -> int:
        if not self.items:
            return 0
        return len(self._head) + self.shown + (self.shown < len(self.items)) + len(self.foot)

    @property
    def _head(self) -> list[str]:
        """A table without a row has no head."""
        return self.head if self.shown else self.head[:1]

    def shrink(self, surplus: int) -> None:
        """Leave out as many items as there are lines too many, and one more for the line that says so."""
        if surplus > 0:
            self.shown = max(min(self.least, self.shown), self.shown - surplus - 1)

    def lines(self) -> list[str]:
        if not self.items:
            return []
        left_out = len(self.items) - self.shown
        words = say(ViewTexts.LEFT_OUT if self.shown else ViewTexts.NOT_SHOWN, count=left_out)
        said = [self.more.replace("{}", escape(words))] if left_out else []
        return [*self._head, *self.items[: self.shown], *said, *self.foot]


def render(report: Report) -> str:
    """The report as Markdown, at most 59 lines. Redact it first: this hides nothing."""
    return "\n".join(ticket_lines(report)) + "\n"


def ticket_lines(
    report: Report, most: int | None = MAX_LINES, where: Callable[[Line], str] | None = None
) -> list[str]:
    """The ticket's lines: at most so many, and where there are more, it is counted what is left out.

    `where` says in Markdown what a line of evidence rests on; by default it is the id in the JSON.
    """
    view = ReportView(report)
    head, about = _verdict(view), _about(view)
    # where the findings follow whole, each has its steps and its request there
    request = _request(view.first_request if where is None else view.request)
    acts = _acts(_steps(view.readers))
    seen = _block(ViewTexts.WHAT_WE_SAW, list(_evidence(view, where or _id_of)), 3)
    table, players, further = _table(view), _players(view), _further(view, where)
    blocks = (acts, request, seen, table, players, further)
    if most is not None:
        room = most - len(head) - len(about)
        for block in (players, further, table, seen):
            block.shrink(_height(blocks) - room)
        if _height(blocks) > room:
            acts.items[:] = _short_steps(view.readers)
            acts.shown = len(acts.items)
    body = [line for block in (table, acts, request, seen, players, further) for line in block.lines()]
    return [*head, *body, *about]


def _height(blocks: Iterable[_Block]) -> int:
    return sum(len(block) for block in blocks)


def escape(text: str, limit: int = TEXT_LIMIT) -> str:
    """Text from anywhere as one line of Markdown that shows exactly this text."""
    return _START.sub(r"\\\g<0>", escape_inside(text, limit))


def escape_inside(text: str, limit: int) -> str:
    """The same for text behind something else, where no list begins."""
    line = one_line(text, limit).replace("&", "&amp;")
    # A mention cannot be escaped: it is looked for after rendering, but never inside code.
    return _SPECIAL.sub(r"\\\g<0>", line).replace("@", "`@`")


def code(text: str, limit: int = 200) -> str:
    """Text from anywhere as inline code, with a fence longer than any run of backticks in it."""
    line = one_line(text, limit)
    fence = "`" * (_longest_run(line) + 1)
    space = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{space}{line}{space}{fence}" if line else ""


def fenced(lines: Iterable[str]) -> list[str]:
    """Lines from anywhere as a code block, with a fence longer than any run of backticks in them."""
    kept = [visible(line) for line in lines]
    fence = "`" * max(3, _longest_run("\n".join(kept)) + 1)
    return [f"{fence}text", *kept, fence]


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall(r"`+", text)), default=0)


def _cell(text: str) -> str:
    return escape_inside(text, 160)


def _bold(text: str) -> str:
    return f"**{escape(text)}**"


def table_row(*cells: str) -> str:
    """Cells that are Markdown already."""
    return f"| {' | '.join(cells)} |"


def _block(title: Text, items: list[str], least: int) -> _Block:
    return _Block(["", f"### {escape(say(title))}"], items, least)


def _verdict(view: ReportView) -> list[str]:
    report, finding, mark = view.report, view.finding, view.mark
    result = [f"**{mark.icon} {escape(mark.word)}**"]
    if finding is not None:
        result.append(escape(say(MarkdownTexts.CAUSE, cause=finding.cause)))
    elif report.verdict.status is VerdictStatus.CONNECTED and not report.verdict.impaired:
        result.append(escape(say(MarkdownTexts.NOTHING_WRONG)))
    server = [f"{_bold(say(MarkdownTexts.SERVER))} {code(as_typed(report.target.host))}"]
    if report.target.application:
        server.append(escape(say(MarkdownTexts.APPLICATION, application=report.target.application)))
    lines = [
        f"## fmsdiag: {escape(view.headline, 160)}",
        "",
        f"{' · '.join(result)}  ",
        " · ".join(server),
        "",
        escape(view.paragraph),
    ]
    return [*lines, "", escape(finding.confidence_line)] if finding is not None else lines


def _table(view: ReportView) -> _Block:
    """What was tried: `| n | name | result | time |`."""
    titles = (MarkdownTexts.NUMBER, MarkdownTexts.TRIED, MarkdownTexts.RESULT, MarkdownTexts.TIME)
    rows = [_tried(row) for _, group in view.rows for row in group]
    return _Block(
        ["", table_row(*(_cell(say(t)) for t in titles)), "|---:|---|---|---:|"],
        rows,
        3,
        table_row("", "{}", "", ""),
    )


def _tried(row: Row) -> str:
    return table_row(_cell(row.number), _cell(row.method), _cell(row.outcome), _cell(row.took))


def _steps(readers: Iterable[ReaderView]) -> list[str]:
    """Each reader with their steps, numbered."""
    lines = []
    for reader in readers:
        if reader.steps:
            lines.append(f"- {_bold(reader.name)}")
            lines += [f"  {n}. {escape(step.text)}" for n, step in enumerate(reader.steps, 1)]
    return lines


def _short_steps(readers: Iterable[ReaderView]) -> list[str]:
    """The same with one line for each reader."""
    return [
        " ".join(
            (
                f"- {_bold(reader.name)}:",
                *(f"{n}. {escape(step.text, 200)}" for n, step in enumerate(reader.steps, 1)),
            )
        )
        for reader in readers
        if reader.steps
    ]


def _acts(steps: list[str]) -> _Block:
    return _block(ViewTexts.WHO_DOES_WHAT, steps, len(steps))


def _request(request: Iterable[str]) -> _Block:
    """The request as a code block, so that it can be copied as it is."""
    lines = [line for line in request if line]
    if len(lines) > MAX_REQUEST_LINES:
        lines = [*lines[: MAX_REQUEST_LINES - 1], " ".join(lines[MAX_REQUEST_LINES - 1 :])]
    fence = "`" * max(3, _longest_run("\n".join(lines)) + 1)
    return _Block(
        ["", f"### {escape(say(ViewTexts.REQUEST))}", f"{fence}text"], lines, len(lines), foot=(fence,)
    )


def _evidence(view: ReportView, where: Callable[[Line], str]) -> Iterable[str]:
    """What the first finding rests on, what it rules out and explains, and the test that would decide."""
    finding = view.finding
    yield from (_line(line, where) for line in view.seen)
    yield from (_labeled(ViewTexts.PATH, [line]) for line in view.path_lines)
    if finding is not None:
        for line in finding.against:
            rests_on = where(line)
            yield " ".join(
                (_labeled(ViewTexts.AGAINST, [line.text]), *([f"({rests_on})"] if rests_on else []))
            )
        if finding.rules_out:
            yield _labeled(ViewTexts.RULES_OUT, finding.rules_out)
        if finding.explains:
            yield _labeled(ViewTexts.EXPLAINS, [current_language().list(finding.explains)])
    if view.decides:
        yield _labeled(ViewTexts.DECIDES, [view.decides])


def _line(line: Line, where: Callable[[Line], str]) -> str:
    rests_on = where(line)
    return f"- {escape(line.text, 300)}{f' ({rests_on})' if rests_on else ''}"


def _id_of(line: Line) -> str:
    return code(line.observation, 40)


def _labeled(label: Text, texts: Iterable[str]) -> str:
    return f"- {_bold(say(label))}: {' '.join(escape(each, 400) for each in texts)}"


def _further(view: ReportView, where: Callable[[Line], str] | None) -> _Block:
    """What connects, further findings, notes, and what the server seems to be."""
    lines = []
    if view.recommendation is not None:
        told = (code(view.recommendation.url), *(escape(line, 400) for line in view.recommendation.lines))
        lines.append(f"- {_bold(say(ViewTexts.RECOMMENDED))}: {' '.join(told)}")
    lines += [_also(finding, with_steps=where is None) for finding in view.findings[1:]]
    if view.identity:
        lines.append(_labeled(MarkdownTexts.SERVER_SEEMS, [view.identity]))
    for number, note in enumerate(view.notes):
        if (
            number and where is None and not note.observation
        ):  # a ticket has few lines, and this one rests on no row
            lines[-1] = f"{lines[-1]} {escape(note.text, 400)}"
            continue
        rests_on = [f"({where(note)})"] if where is not None and note.observation else []
        lines.append(" ".join((_labeled(ViewTexts.NOTES, [note.text]), *rests_on)))
    return _Block([""], lines, 1)


def _also(finding: FindingView, *, with_steps: bool) -> str:
    """A further finding on one line, with what those who can fix it do."""
    said = (finding.headline, finding.confidence)
    line = f"- {_bold(say(ViewTexts.ALSO_FOUND))}: {' · '.join(escape(s, 200) for s in said)} ({code(finding.cause, 60)})"
    acting = [reader for reader in finding.readers if reader.acts] if with_steps else []
    return " · ".join((line, *(words.removeprefix("- ") for words in _short_steps(acting))))


def _players(view: ReportView) -> _Block:
    """What players would have done."""
    titles = (ViewTexts.PLAYERS, MarkdownTexts.RESULT, MarkdownTexts.NOTE)
    rows = [_player(row) for row in view.players]
    return _Block(
        ["", table_row(*(_cell(say(t)) for t in titles)), "|---|---|---|"],
        rows,
        0,
        f"- {_bold(say(ViewTexts.PLAYERS))}: {{}}",
    )


def _player(row: PlayerRow) -> str:
    return table_row(
        escape_inside(row.players, TEXT_LIMIT), _cell(row.outcome), escape_inside(row.note, TEXT_LIMIT)
    )


def _about(view: ReportView) -> list[str]:
    report = view.report
    values = {
        "at": one_line(report.started_at, 40),
        "took": report.duration_s,
        "plan": report.plan.name.value,
    }
    system = one_line(report.environment.system, 120)
    tested = say(MarkdownTexts.TESTED_SOMEWHERE, **values)
    if system:
        tested = say(MarkdownTexts.TESTED, **values, system=system)
    said = say(MarkdownTexts.REPORT, report=one_line(report.report_id, 60), tool=describe_tool(report.tool))
    lines = [
        *([escape(view.prepared)] if view.prepared else []),
        escape(tested),
        f"{escape(said)} · {escape(view.code_line)}",
    ]
    if view.contacts:
        lines.append(f"{_bold(say(ViewTexts.CONTACTS))}: {' '.join(map(escape, view.contacts))}")
    if view.hidden:
        lines.append(f"{_bold(say(ViewTexts.HIDDEN))}: {escape(current_language().list(view.hidden))}")
    if view.is_private:
        lines.append(f"{_bold(say(MarkdownTexts.KEEP_PRIVATE))}: {escape(say(HiddenTexts.INCLUDED))}")
    return ["", *(f"{line}  " for line in lines[:-1]), lines[-1]]


def utc_moment(started_at: str) -> str:
    """ "2026-05-12T12:02:33.5Z" for people: "2026-05-12 12:02:33 UTC"; other text stays as it is."""
    match = re.fullmatch(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?(?:Z|\+00:00)", started_at)
    return f"{match[1]} {match[2]} UTC" if match else one_line(started_at, 40)
