"""The page of a cause: what it is, how it is recognized, what looks like it, who does what, and when not to worry.

`fmsdiag explain CAUSE`, the window's dialog and docs/causes/ lay out the same parts. What findings say stands on it with
example values.
"""

from __future__ import annotations

from dataclasses import dataclass

from fmsdiag.messages.reader import render, say
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Cause, Confidence
from fmsdiag.model.cause_reference import CauseReference, ExampleCase
from fmsdiag.report.view import ReaderView, cause_name, readers_of
from fmsdiag.report.words import confidence_word


class CausePageTexts(Table, of="cause-page"):
    """The titles of the parts, and what stands beside them."""

    WHAT_IT_IS = text("What it is")
    RECOGNIZED_BY = text("How fmsdiag recognizes it")
    LOOK_ALIKES = text("What looks like it")
    CASES = text("What a report says")
    DECIDES = text("This test would decide")
    EXAMPLE_VALUES = text("Names, addresses, and numbers are examples.")
    WHO_DOES_WHAT = text("Who does what")
    NOT_EVERY_STEP = text("A report lists only the steps that apply.")
    EXPLAINS = text("What it explains")
    EXPLAINS_INTRODUCTION = text(
        "If this cause is found, these are only its effects, and the report says so."
    )
    CONFIDENCE = text("How sure a report is")
    WHEN_NOT_TO_WORRY = text("When not to worry")


class ConfidenceMeanings(Table, of="confidence"):
    """What the three words of confidence mean, for every cause alike."""

    CONFIRMED = text("The server, a network device, or this computer's operating system says so itself.")
    LIKELY = text("A comparison with something that works, or that fails in the same way, points to it.")
    POSSIBLE = text(
        "It fits the results, but something else could look the same. The report names the test that would decide."
    )


@dataclass(frozen=True)
class CaseView:
    """One way in which a cause shows, as a finding words it."""

    headline: str
    explanation: str
    decides: str
    """The test that would decide, where the case leaves something open."""


@dataclass(frozen=True)
class LookAlikeView:
    """Another cause, and what tells the two apart."""

    cause: Cause
    name: str
    told_apart: str


@dataclass(frozen=True)
class CausePage:
    """The parts of a page, in the reader's words and in their order."""

    cause: Cause
    name: str
    what_it_is: str
    recognized_by: str
    look_alikes: tuple[LookAlikeView, ...]
    cases: tuple[CaseView, ...]
    readers: tuple[ReaderView, ...]
    """Each with all steps that any case has for them."""
    explains: tuple[str, ...]
    """Names of the causes that are only its symptoms."""
    confidence: tuple[tuple[str, str], ...]
    """Word and meaning."""
    when_not_to_worry: str


def cause_page(known: CauseReference) -> CausePage:
    """The page of this cause in the reader's language."""
    return CausePage(
        cause=known.cause,
        name=cause_name(known.cause),
        what_it_is=render(known.what_it_is),
        recognized_by=render(known.recognized_by),
        look_alikes=tuple(
            LookAlikeView(each.cause, cause_name(each.cause), render(each.told_apart))
            for each in known.look_alikes
        ),
        cases=tuple(dict.fromkeys(map(_case_view, known.cases))),
        readers=readers_of(known.advice, known.acts),
        explains=tuple(map(cause_name, known.explains)),
        confidence=tuple(
            (confidence_word(each), say(getattr(ConfidenceMeanings, each.name))) for each in Confidence
        ),
        when_not_to_worry=render(known.when_not_to_worry),
    )


def _case_view(case: ExampleCase) -> CaseView:
    decides = render(case.decisive_test) if case.decisive_test is not None else ""
    return CaseView(render(case.headline), render(case.explanation), decides)
