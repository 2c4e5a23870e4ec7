"""Which bundled icon and which colour stand for a mark of report/words.py."""

from __future__ import annotations

from PySide6.QtGui import QIcon

from fmsdiag.gui.icons import icon
from fmsdiag.gui.theme import Theme
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
    VerdictStatus.REJECTED: "rejected-by-server",
    VerdictStatus.UNREACHABLE: "refused",
    VerdictStatus.INCONCLUSIVE: "unexpected",
    VerdictStatus.STOPPED: "stopped",
}


def mark_icon(mark: Mark) -> QIcon:
    """The icon of an end marker: by its word where that has one of its own, else by its tone."""
    return icon(_BY_WORD.get(mark.word) or _BY_TONE[mark.tone])


def verdict_icon(status: VerdictStatus) -> QIcon:
    return icon(_VERDICTS[status])


def tone_colour(tone: Tone, theme: Theme) -> str:
    """The text colour of a tone."""
    return {Tone.GOOD: theme.good, Tone.CAUTION: theme.warn, Tone.BAD: theme.bad, Tone.NEUTRAL: theme.muted}[
        tone
    ]
