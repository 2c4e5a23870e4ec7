"""Which bundled icon represents a mark of words.py: the same in window and report."""

from __future__ import annotations

from fmsdiag.model import VerdictStatus
from fmsdiag.report.words import Mark, Tone

_PICTURES = ("no-answer", "unexpected", "running", "waiting", "skipped", "stopped", "rejected")
"""Icons of marks that have one of their own (see words.py)."""
_BY_TONE = {Tone.GOOD: "connected", Tone.CAUTION: "fallback", Tone.BAD: "refused", Tone.NEUTRAL: "skipped"}

_VERDICTS = {
    VerdictStatus.CONNECTED: "connected",
    VerdictStatus.CONNECTED_BY_FALLBACK: "fallback",
    VerdictStatus.CONNECTED_THROUGH_PROXY: "fallback",
    VerdictStatus.REJECTED: "rejected-by-server",
    VerdictStatus.UNREACHABLE: "refused",
    VerdictStatus.INCONCLUSIVE: "unexpected",
    VerdictStatus.STOPPED: "stopped",
}

ICON_NAMES = tuple(sorted({*_PICTURES, *_BY_TONE.values(), *_VERDICTS.values()}))


def icon_name(mark: Mark) -> str:
    """The icon of an end marker, as in resources/icons/: its own where it has one, else its tone's."""
    return mark.picture or _BY_TONE[mark.tone]


def verdict_icon_name(status: VerdictStatus, impaired: bool = False) -> str:
    """The icon of a verdict; `impaired`: it connected, but not well."""
    if impaired and status is VerdictStatus.CONNECTED:
        return _BY_TONE[Tone.CAUTION]
    return _VERDICTS[status]
