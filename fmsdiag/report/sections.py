"""In which of a timeline's sections an attempt stands, and what they are called."""

from __future__ import annotations

from collections.abc import Iterable

from fmsdiag.model import Attempt, Experiment, Purpose
from fmsdiag.report.words import Tried

PLAN, CHECKS, FOLLOW_UPS, REQUESTED = "", "Also checked", "Finding out why", "As you asked"
SECTIONS = (PLAN, CHECKS, REQUESTED, FOLLOW_UPS)

_SECTION_OF = {
    Purpose.FALLBACK: PLAN,
    Purpose.CHECK: CHECKS,
    Purpose.CONTROL: FOLLOW_UPS,  # a rule asked for it, of somebody else
    Purpose.FOLLOW_UP: FOLLOW_UPS,
}

_BY_CONSENT = (Experiment.PUBLISH, Experiment.PLAY)
"""No rule asked for them, but the user."""


def section_of(tried: Tried) -> str:
    """The section's title; the plan's own attempts stand first and need none."""
    if getattr(tried, "experiment", None) in _BY_CONSENT:
        return REQUESTED
    return _SECTION_OF[tried.purpose]


def sectioned(attempts: Iterable[Attempt]) -> list[tuple[str, list[Attempt]]]:
    """The attempts by section, in its order; sections without any are left out."""
    kept = list(attempts)
    found = [(name, [a for a in kept if section_of(a) == name]) for name in SECTIONS]
    return [(name, group) for name, group in found if group]
