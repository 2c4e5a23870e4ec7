"""Which bundled icon stands for a mark of words.py: the same in window and report."""

from __future__ import annotations

from fmsdiag.model import VerdictStatus
from fmsdiag.report.words import Mark, Tone

_BY_WORD = {
    "No answer": "no-answer",
    "Stalled": "no-answer",
    "Unexpected reply": "unexpected",
    "Running": "running",
    "Not started": "waiting",
    "Skipped": "skipped",
    "Stopped": "stopped",
    "Rejected by server": "rejected",
}
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

ICON_NAMES = tuple(sorted({*_BY_WORD.values(), *_BY_TONE.values(), *_VERDICTS.values()}))


def icon_name(mark: Mark) -> str:
    """The icon of an end marker, as in resources/icons/: by its word where that has one, else by its tone."""
    return _BY_WORD.get(mark.word) or _BY_TONE[mark.tone]


def verdict_icon_name(status: VerdictStatus) -> str:
    return _VERDICTS[status]
