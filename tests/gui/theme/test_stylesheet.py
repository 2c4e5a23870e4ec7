"""The style sheet: accepted by Qt, images found."""

import re
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from fmsdiag.gui.theme.stylesheet import set_style_property, style_sheet
from fmsdiag.gui.theme.theme import DARK, LIGHT, Theme


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=("light", "dark"))
def test_qt_understands_it(qtbot: QtBot, theme: Theme) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    with qtbot.captureExceptions():
        widget.setStyleSheet(style_sheet(theme))
        widget.ensurePolished()
    assert style_sheet(theme).count("{") == style_sheet(theme).count("}")


def test_its_images_exist() -> None:
    images = re.findall(r'url\("([^"]+)"\)', style_sheet(LIGHT))
    assert images
    assert all(Path(image).is_file() for image in images)


def test_a_property_is_set_once(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    set_style_property(widget, "tone", "good")
    assert widget.property("tone") == "good"
