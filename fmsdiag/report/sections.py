"""In which of a timeline's three sections an attempt stands, and what they are called."""

from __future__ import annotations

from collections.abc import Iterable

from fmsdiag.model import Attempt, Purpose

PLAN, CHECKS, FOLLOW_UPS = "", "Also checked", "Finding out why"
SECTIONS = (PLAN, CHECKS, FOLLOW_UPS)

_SECTION_OF = {
    Purpose.FALLBACK: PLAN,
    Purpose.CHECK: CHECKS,
    Purpose.CONTROL: FOLLOW_UPS,  # a rule asked for it, of somebody else
    Purpose.FOLLOW_UP: FOLLOW_UPS,
}


def section_of(purpose: Purpose) -> str:
    """The section's title; the plan's own attempts stand first and need none."""
    return _SECTION_OF[purpose]


def sectioned(attempts: Iterable[Attempt]) -> list[tuple[str, list[Attempt]]]:
    """The attempts by section, in its order; sections without any are left out."""
    kept = list(attempts)
    found = [(name, [a for a in kept if section_of(a.purpose) == name]) for name in SECTIONS]
    return [(name, group) for name, group in found if group]
