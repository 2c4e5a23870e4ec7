"""Theme and letters: chosen, remembered, and the environment's word."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from fmsdiag.gui.theme.appearance import THEME_VARIABLE, ZOOMS, Appearance
from fmsdiag.gui.theme.palette import theme_of
from fmsdiag.gui.theme.theme import DARK, LIGHT


@pytest.fixture
def appearance(qapp: QApplication, settings: QSettings) -> Iterator[Appearance]:
    made = Appearance(settings)
    yield made
    made.choose_theme("light")
    made.zoom_by(0)


def test_a_theme_is_applied_and_remembered(
    qapp: QApplication, appearance: Appearance, settings: QSettings
) -> None:
    appearance.choose_theme("dark")
    assert theme_of(qapp.palette()) is DARK
    assert Appearance(settings).theme == "dark"
    appearance.choose_theme("light")
    assert theme_of(qapp.palette()) is LIGHT


def test_the_environment_goes_first(
    appearance: Appearance, settings: QSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(THEME_VARIABLE, "dark")
    assert Appearance(settings).theme == "dark"
    monkeypatch.setenv(THEME_VARIABLE, "mauve")
    assert Appearance(settings).theme == "system"


def test_letters_grow_shrink_and_come_back(
    qapp: QApplication, appearance: Appearance, settings: QSettings
) -> None:
    usual = qapp.font().pointSizeF()
    appearance.zoom_by(1)
    assert qapp.font().pointSizeF() == pytest.approx(usual * 1.1)
    assert Appearance(settings).zoom == 110
    assert qapp.font().pointSizeF() == pytest.approx(usual * 1.1)
    for _ in ZOOMS:
        appearance.zoom_by(1)
    assert appearance.zoom == ZOOMS[-1]
    for _ in ZOOMS:
        appearance.zoom_by(-1)
    assert appearance.zoom == ZOOMS[0]
    appearance.zoom_by(0)
    assert qapp.font().pointSizeF() == pytest.approx(usual)
