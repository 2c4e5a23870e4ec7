"""Both themes are complete and their texts can be read."""

import pytest
from PySide6.QtGui import QColor

from fmsdiag.gui.theme.theme import DARK, LIGHT, Theme
from fmsdiag.report.phases import contrast


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=("light", "dark"))
class TestTheme:
    def test_every_color_is_one(self, theme: Theme) -> None:
        assert all(QColor(color).isValid() for color in theme._asdict().values())

    @pytest.mark.parametrize("name", ["text", "muted", "accent", "good", "warn", "bad"])
    @pytest.mark.parametrize("ground", ["window", "surface", "raised"])
    def test_texts_can_be_read(self, theme: Theme, name: str, ground: str) -> None:
        assert contrast(getattr(theme, name), getattr(theme, ground)) >= 4.5

    def test_texts_on_accent_and_selection_can_be_read(self, theme: Theme) -> None:
        assert contrast(theme.on_accent, theme.accent) >= 4.5
        assert contrast(theme.on_accent, theme.accent_hover) >= 4.5
        assert contrast(theme.text, theme.selection) >= 4.5

    @pytest.mark.parametrize("ground", ["window", "surface", "raised", "hover"])
    def test_placeholders_can_be_read(self, theme: Theme, ground: str) -> None:
        assert contrast(theme.placeholder, getattr(theme, ground)) >= 4.5

    @pytest.mark.parametrize("ground", ["window", "surface", "raised", "hover"])
    def test_what_is_disabled_can_be_made_out(self, theme: Theme, ground: str) -> None:
        assert contrast(theme.disabled, getattr(theme, ground)) >= 3

    def test_fields_have_an_edge(self, theme: Theme) -> None:
        assert contrast(theme.field_border, theme.surface) >= 3
