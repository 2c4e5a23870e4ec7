"""Which bundled icon and which color stand for a mark of report/words.py."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon

from fmsdiag.gui.theme.icons import icon
from fmsdiag.gui.theme.theme import Theme
from fmsdiag.model import VerdictStatus
from fmsdiag.report.mark_icons import icon_name, verdict_icon_name
from fmsdiag.report.words import Mark, Tone


def mark_icon(mark: Mark) -> QIcon:
    """The icon of an end marker: by its word where that has one of its own, else by its tone."""
    return icon(icon_name(mark))


ROW_ICON = 14
"""Pixels."""


@cache
def row_icon(mark: Mark) -> QIcon:
    """The same icon for a row of a list: Qt would tint it where the row is selected, and its color means something."""
    made, side = QIcon(), QSize(ROW_ICON, ROW_ICON)
    for ratio in (1.0, 2.0, 3.0):
        pixmap = mark_icon(mark).pixmap(side, ratio)
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
            made.addPixmap(pixmap, mode)
    return made


def verdict_icon(status: VerdictStatus, impaired: bool = False) -> QIcon:
    """The icon of a verdict; `impaired`: it connected, but not well."""
    return icon(verdict_icon_name(status, impaired))


def tone_color(tone: Tone, theme: Theme) -> str:
    """The text color of a tone."""
    return {Tone.GOOD: theme.good, Tone.CAUTION: theme.warn, Tone.BAD: theme.bad, Tone.NEUTRAL: theme.muted}[
        tone
    ]
