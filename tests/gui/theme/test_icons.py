"""Each bundled icon is an SVG that Qt can paint."""

import pytest
from PySide6.QtCore import QSize

from fmsdiag.bundled_files import bundled_file
from fmsdiag.gui.theme.icons import icon

ICONS = sorted(path.stem for path in bundled_file("icons").glob("*.svg"))


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_can_be_painted(name: str) -> None:
    image = icon(name).pixmap(QSize(32, 32)).toImage()
    assert any(image.pixelColor(x, y).alpha() for x in range(32) for y in range(32))
