"""Colours: a light and a dark theme over Fusion, and the colours of a run's phases.

`QStyleHints.setColorScheme` needs a platform theme, which a bare Linux has not, so both palettes are our own. Whoever
paints asks `theme_of(palette)`; there is no current theme kept anywhere else.
"""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from fmsdiag.gui.stylesheet import style_sheet
from fmsdiag.gui.theme import DARK, LIGHT, Theme
from fmsdiag.model import StepName


class Phase(NamedTuple):
    """How a kind of step looks: never by colour alone, so each has a letter too."""

    letter: str
    colour: str


# Okabe and Ito's palette, told apart with every common form of colour blindness.
PHASES = {
    StepName.DNS: Phase("N", "#56B4E9"),
    StepName.ROUTE: Phase("L", "#999999"),
    StepName.UDP: Phase("U", "#E69F00"),
    StepName.TCP: Phase("T", "#E69F00"),
    StepName.PROXY: Phase("P", "#D55E00"),
    StepName.TLS: Phase("S", "#CC79A7"),
    StepName.HTTP: Phase("W", "#F0E442"),
    StepName.TUNNEL: Phase("H", "#F0E442"),
    StepName.HANDSHAKE: Phase("R", "#009E73"),
    StepName.CONNECT: Phase("C", "#0072B2"),
    StepName.HOP: Phase("L", "#999999"),
}

LEGEND = (
    StepName.DNS, StepName.TCP, StepName.TLS, StepName.TUNNEL, StepName.HANDSHAKE, StepName.CONNECT,
)  # fmt: skip
"""The phases of ordinary attempts, in the order in which they come."""


def theme_of(palette: QPalette) -> Theme:
    """The theme that a widget's palette was made from."""
    return DARK if palette.color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


def letter_colour(fill: QColor) -> QColor:
    """Black or white, whichever is easier to read on `fill` (relative luminance, WCAG 2)."""
    return QColor("#10151b") if _luminance(fill) > 0.19 else QColor("#ffffff")


def apply_theme(app: QApplication, theme: Theme) -> None:
    """Give the whole application the colours of `theme`."""
    app.setPalette(_palette(theme))
    app.setStyleSheet(style_sheet(theme))


def preferred_theme(app: QApplication, override: str = "") -> Theme:
    """The theme that `override` ("light" or "dark") names, else the one that the system prefers."""
    if override in ("light", "dark"):
        return DARK if override == "dark" else LIGHT
    return DARK if app.styleHints().colorScheme() is Qt.ColorScheme.Dark else LIGHT


def _luminance(colour: QColor) -> float:
    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)

    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())


def _palette(theme: Theme) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for which, colour in (
        (role.Window, theme.window),
        (role.WindowText, theme.text),
        (role.Base, theme.surface),
        (role.AlternateBase, theme.raised),
        (role.Text, theme.text),
        (role.PlaceholderText, theme.placeholder),
        (role.Button, theme.raised),
        (role.ButtonText, theme.text),
        (role.BrightText, theme.bad),
        (role.ToolTipBase, theme.raised),
        (role.ToolTipText, theme.text),
        (role.Highlight, theme.selection),
        (role.HighlightedText, theme.text),
        (role.Link, theme.accent),
        (role.LinkVisited, theme.accent),
        (role.Light, theme.raised),
        (role.Midlight, theme.border),
        (role.Mid, theme.border),
        (role.Dark, theme.border),
        (role.Shadow, theme.border),
    ):
        palette.setColor(which, QColor(colour))
    for which in (role.Text, role.WindowText, role.ButtonText, role.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(theme.disabled))
    return palette
