"""In which of a timeline's sections an attempt stands, and what they are called."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Attempt, Experiment, Purpose
from fmsdiag.report.words import Tried


class SectionTitles(Table, of="sections"):
    """What stands above a group of rows."""

    CHECKS = text("Also checked")
    FOLLOW_UPS = text("Follow-up tests")
    REQUESTED = text("Your stream")


class Section(StrEnum):
    """A group of rows."""

    PLAN = ""
    CHECKS = "checks"
    REQUESTED = "requested"
    FOLLOW_UPS = "follow-ups"


PLAN, CHECKS, REQUESTED, FOLLOW_UPS = Section
SECTIONS = tuple(Section)
_TITLES = {
    CHECKS: SectionTitles.CHECKS,
    FOLLOW_UPS: SectionTitles.FOLLOW_UPS,
    REQUESTED: SectionTitles.REQUESTED,
}
_SECTION_OF = {
    Purpose.FALLBACK: PLAN,
    Purpose.CHECK: CHECKS,
    Purpose.CONTROL: FOLLOW_UPS,  # a rule asked for it, at a third party
    Purpose.FOLLOW_UP: FOLLOW_UPS,
}
_BY_CONSENT = (Experiment.PUBLISH, Experiment.PLAY)
"""No rule asked for them, but the user."""


def section_title(section: Section) -> str:
    """What a section is called; the plan's own attempts stand first and need no title."""
    said = _TITLES.get(section)
    return say(said) if said is not None else ""


def section_of(tried: Tried) -> Section:
    """Where an attempt stands."""
    if getattr(tried, "experiment", None) in _BY_CONSENT:
        return REQUESTED
    return _SECTION_OF[tried.purpose]


def sectioned(attempts: Iterable[Attempt]) -> list[tuple[Section, list[Attempt]]]:
    """The attempts by section, in its order; sections without any are left out."""
    kept = list(attempts)
    found = [(section, [a for a in kept if section_of(a) is section]) for section in SECTIONS]
    return [(section, group) for section, group in found if group]
