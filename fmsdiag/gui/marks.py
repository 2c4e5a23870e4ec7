"""Which bundled icon and which colour stand for a mark of report/words.py."""

from __future__ import annotations

from PySide6.QtGui import QIcon

from fmsdiag.gui.icons import icon
from fmsdiag.gui.theme import Theme
from fmsdiag.model import VerdictStatus
from fmsdiag.report.mark_icons import icon_name, verdict_icon_name
from fmsdiag.report.words import Mark, Tone


def mark_icon(mark: Mark) -> QIcon:
    """The icon of an end marker: by its word where that has one of its own, else by its tone."""
    return icon(icon_name(mark))


def verdict_icon(status: VerdictStatus) -> QIcon:
    return icon(verdict_icon_name(status))


def tone_colour(tone: Tone, theme: Theme) -> str:
    """The text colour of a tone."""
    return {Tone.GOOD: theme.good, Tone.CAUTION: theme.warn, Tone.BAD: theme.bad, Tone.NEUTRAL: theme.muted}[
        tone
    ]
