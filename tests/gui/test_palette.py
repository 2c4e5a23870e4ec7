"""Themes on palettes, phases by colour and letter."""

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from fmsdiag.gui.palette import (
    LEGEND,
    PHASES,
    _luminance,
    apply_theme,
    letter_colour,
    preferred_theme,
    theme_of,
)  # fmt: skip
from fmsdiag.gui.theme import DARK, LIGHT, Theme
from fmsdiag.model import StepName


def test_every_step_has_a_colour_and_a_letter() -> None:
    assert set(PHASES) == set(StepName)
    assert all(len(phase.letter) == 1 and QColor(phase.colour).isValid() for phase in PHASES.values())


def test_legend_entries_differ_in_both() -> None:
    phases = [PHASES[step] for step in LEGEND]
    assert len({phase.letter for phase in phases}) == len({phase.colour for phase in phases}) == len(LEGEND)


@pytest.mark.parametrize("phase", PHASES.values(), ids=lambda phase: phase.letter)
def test_letters_can_be_read_on_their_boxes(phase: tuple[str, str]) -> None:
    fill = QColor(phase[1])
    tones = sorted((_luminance(fill), _luminance(letter_colour(fill))))
    assert (tones[1] + 0.05) / (tones[0] + 0.05) >= 4.5


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
