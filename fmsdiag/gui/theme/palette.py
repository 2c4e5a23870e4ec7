"""Colors: a light and a dark theme over Fusion.

`QStyleHints.setColorScheme` needs a platform theme, which a bare Linux has not, so both palettes are our own. Whoever
paints asks `theme_of(palette)`; there is no current theme kept anywhere else.
"""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from fmsdiag.gui.theme.stylesheet import style_sheet
from fmsdiag.gui.theme.theme import DARK, LIGHT, Theme


def theme_of(palette: QPalette) -> Theme:
    """The theme that a widget's palette was made from."""
    return DARK if palette.color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


def apply_theme(app: QApplication, theme: Theme, zoom: float = 1.0) -> None:
    """Give the whole application the colors of `theme`; `zoom` is by how much letters are larger than usual."""
    wanted = style_sheet(theme, zoom)
    if app.styleSheet() != wanted:  # to polish every widget again takes a while
        app.setPalette(_palette(theme))
        app.setStyleSheet(wanted)


def preferred_theme(app: QApplication, override: str = "") -> Theme:
    """The theme that `override` ("light" or "dark") names, else the one that the system prefers."""
    if override in ("light", "dark"):
        return DARK if override == "dark" else LIGHT
    from PySide6.QtCore import Qt  # which takes longer to load than the first frame has

    return DARK if app.styleHints().colorScheme() is Qt.ColorScheme.Dark else LIGHT


def _palette(theme: Theme) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for which, color in (
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
        palette.setColor(which, QColor(color))
    for which in (role.Text, role.WindowText, role.ButtonText, role.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(theme.disabled))
    return palette
