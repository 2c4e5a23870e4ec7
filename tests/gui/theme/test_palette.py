"""Themes on palettes."""

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from fmsdiag.gui.theme.palette import apply_theme, preferred_theme, theme_of
from fmsdiag.gui.theme.theme import DARK, LIGHT, Theme


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=("dark", "light"))
def test_a_palette_knows_its_theme(qapp: QApplication, theme: Theme) -> None:
    before = theme_of(qapp.palette())
    apply_theme(qapp, theme)
    try:
        assert theme_of(qapp.palette()) is theme
        assert qapp.palette().color(QPalette.ColorRole.Base) == QColor(theme.surface)
        assert theme.accent in qapp.styleSheet()
    finally:
        apply_theme(qapp, before)


def test_the_override_decides(qapp: QApplication) -> None:
    assert preferred_theme(qapp, "dark") is DARK
    assert preferred_theme(qapp, "light") is LIGHT
    assert preferred_theme(qapp, "pink") in (DARK, LIGHT)
