"""A comparison for a ticket, as Markdown. What a file or a server may have put into it is escaped, as in ../markdown.py."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Text
from fmsdiag.report.comparison.result import Comparison
from fmsdiag.report.comparison.view import ComparisonTexts, ComparisonView
from fmsdiag.report.markdown import TEXT_LIMIT, escape, escape_inside, table_row


def render(comparison: Comparison) -> str:
    """The comparison as Markdown. Its reports were redacted before they were compared: this hides nothing."""
    view = ComparisonView(comparison)
    lines = [
        f"## {escape(say(ComparisonTexts.TITLE))}",
        "",
        f"**{escape(view.statement)}** {_inside(view.side)}".rstrip(),
    ]
    lines += ["", *(f"- {_inside(side.role)}: {_inside(side.cause)}" for side in view.sides)]
    lines += _list(ComparisonTexts.EVIDENCE, view.evidence)
    lines += _list(ComparisonTexts.CAUTIONS, view.cautions)
    if view.rows:
        rows = [(r.tried, r.first, r.second, r.reading) for r in view.rows]
        lines += _table(
            ComparisonTexts.ROWS,
            (say(ComparisonTexts.TRIED), *view.roles, say(ComparisonTexts.READING)),
            rows,
        )
        lines += [f"{escape(view.left_out)}"] if view.left_out else []
    if view.differences:
        facts = [(d.label, d.first, d.second) for d in view.differences]
        lines += _table(ComparisonTexts.DIFFERENCES, (say(ComparisonTexts.FACT), *view.roles), facts)
        remarks = [d.remark for d in view.differences if d.remark]
        lines += ["", *(f"- {escape(remark)}" for remark in dict.fromkeys(remarks))] if remarks else []
    lines += _table(ComparisonTexts.REPORTS, ("", *view.roles), view.lines_of_sides)
    return "\n".join(lines) + "\n"


def _inside(words: str) -> str:
    return escape_inside(words, TEXT_LIMIT)


def _list(title: Text, items: Iterable[str]) -> Iterator[str]:
    found = list(items)
    if found:
        yield from ("", f"### {escape(say(title))}", "")
        yield from (f"- {escape(item)}" for item in found)


def _table(title: Text, heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield from ("", f"### {escape(say(title))}", "")
    yield table_row(*map(_inside, heads))
    yield table_row(*("---" for _ in heads))
    yield from (table_row(*map(_inside, row)) for row in rows)
