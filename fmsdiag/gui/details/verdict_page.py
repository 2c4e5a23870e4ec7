"""The page of the verdict: all that the card has no room for, of the finding that the card shows. Pure.

What each reader can do comes first, then what the finding rests on, then what else is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from fmsdiag.gui.details.pane import Span, Style
from fmsdiag.gui.verdict.steps import ALWAYS, STEP_BUTTONS, StepTexts
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.model import Actor, Cause
from fmsdiag.report.view import FindingView, Line, ReaderView, ReportView, StepView, ViewTexts


class VerdictPageTexts(Table, of="gui.verdict-page"):
    """Links that lead somewhere."""

    # translators: {cause} is an id such as port-blocked
    ABOUT_CAUSE = text("About this cause: {cause:name}")
    # translators: {headline} is that of the finding that the verdict rests on
    BACK_TO = text("Back to: {headline:name}")


@dataclass(frozen=True)
class RowLink:
    """The row of the timeline that shows it, by the id of an observation."""

    observation: str


@dataclass(frozen=True)
class FindingLink:
    """Another finding of the report, by its number."""

    number: int


@dataclass(frozen=True)
class CauseLink:
    """What there is to know of a cause."""

    cause: Cause


@dataclass(frozen=True)
class StepLink:
    """What a step offers."""

    step: StepView


Link = RowLink | FindingLink | CauseLink | StepLink


def reader_anchor(actor: Actor) -> str:
    """Where on the page the steps of that reader begin."""
    return f"reader-{actor.value}"


EVIDENCE_ANCHOR = "evidence"


def verdict_spans(view: ReportView | None, number: int = 0, opened: bool = False) -> list[Span]:
    """The page about the finding of that number; `opened`: the report is from a file."""
    return list(_page(view, number, opened)) if view is not None else []


def _page(view: ReportView, number: int, opened: bool) -> Iterator[Span]:
    finding = view.findings[number] if number < len(view.findings) else None
    is_other = finding is not None and number > 0
    yield Span(f"{finding.headline if finding is not None and is_other else view.headline}\n\n", Style.TITLE)
    yield Span(f"{finding.explanation if finding is not None else view.paragraph}\n")
    if finding is not None:
        yield Span(f"\n{finding.confidence_line}\n", Style.MUTED)
    yield from _readers(finding.readers if finding is not None else view.readers, finding, opened)
    yield from _proof(view, finding)
    yield from _further(view, number)


def _readers(readers: Iterable[ReaderView], finding: FindingView | None, opened: bool) -> Iterator[Span]:
    for reader in readers:
        if not reader.steps:
            continue
        yield _head(reader.name, reader_anchor(reader.actor))
        for number, step in enumerate(reader.steps, 1):
            yield Span(f"{number}. {step.text}\n")
            yield from _button(step, opened)
        if reader.actor is Actor.ADMINISTRATOR and finding is not None and finding.request:
            yield _head(say(ViewTexts.REQUEST))
            yield Span("\n".join((*finding.request, "")), Style.FIXED)


def _button(step: StepView, opened: bool) -> Iterator[Span]:
    if step.action is None:
        return
    if opened and step.action not in ALWAYS:
        yield Span(f"    {say(StepTexts.OPENED)}\n", Style.MUTED)
        return
    yield Span("    ")
    yield Span(say(STEP_BUTTONS[step.action]), Style.LINK, StepLink(step))
    yield Span("\n")


def _proof(view: ReportView, finding: FindingView | None) -> Iterator[Span]:
    seen = (finding.seen if finding is not None else ()) or view.seen
    yield from _links(ViewTexts.WHAT_WE_SAW, seen, EVIDENCE_ANCHOR)
    if finding is not None:
        yield from _links(ViewTexts.AGAINST, finding.against)
        yield from _lines(ViewTexts.RULES_OUT, finding.rules_out)
        yield from _lines(ViewTexts.EXPLAINS, finding.explains)
    decides = finding.decides if finding is not None else view.decides
    yield from _lines(ViewTexts.DECIDES, (decides,) if decides else ())
    if finding is not None and finding.cause in set(Cause):
        yield Span("\n")
        words = say(VerdictPageTexts.ABOUT_CAUSE, cause=finding.cause)
        yield Span(words, Style.LINK, CauseLink(Cause(finding.cause)))
        yield Span("\n")


def _further(view: ReportView, number: int) -> Iterator[Span]:
    if (found := view.recommendation) is not None:
        yield from _lines(ViewTexts.RECOMMENDED, (found.url, *found.lines))
    yield from _others(view.findings, number)
    shown_by = view.marks[0].observation if view.marks else ""
    identity = (Line(view.identity_line, shown_by),) if view.identity else ()
    yield from _links(ViewTexts.NOTES, (*view.notes, *identity))
    yield from _lines(ViewTexts.PLAYERS, [row.line for row in view.players])
    yield from _lines(ViewTexts.CONTACTS, view.contacts)
    yield from _lines(ViewTexts.HIDDEN, view.hidden)


def _others(findings: Sequence[FindingView], shown: int) -> Iterator[Span]:
    """Links to the other findings; from one of them, the first leads back."""
    if len(findings) < 2:
        return
    yield _head(say(ViewTexts.ALSO_FOUND))
    for number, other in enumerate(findings):
        if number != shown:
            back = say(VerdictPageTexts.BACK_TO, headline=other.headline)
            yield Span("• ")
            yield Span(other.headline if number else back, Style.LINK, FindingLink(number))
            yield Span("\n")


def _links(title: Text, lines: Sequence[Line], anchor: str = "") -> Iterator[Span]:
    if lines:
        yield _head(say(title), anchor)
    for line in lines:
        yield Span("• ")
        if line.observation:
            yield Span(line.text, Style.LINK, RowLink(line.observation))
        else:
            yield Span(line.text)
        yield Span("\n")


def _lines(title: Text, lines: Sequence[str]) -> Iterator[Span]:
    if lines:
        yield _head(say(title))
        yield from (Span(f"• {line}\n") for line in lines)


def _head(words: str, anchor: str = "") -> Span:
    return Span(f"\n{words}\n", Style.HEAD, anchor=anchor)
