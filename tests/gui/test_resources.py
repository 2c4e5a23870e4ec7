"""Bundled files are found from source, in a wheel and in a frozen application."""

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QSize

from fmsdiag.gui import resources
from fmsdiag.gui.resources import icon, resource_path

ICONS = sorted(path.stem for path in resource_path("icons").glob("*.svg"))


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_can_be_painted(name: str) -> None:
    image = icon(name).pixmap(QSize(32, 32)).toImage()
    assert any(image.pixelColor(x, y).alpha() for x in range(32) for y in range(32))


def test_the_font_comes_with_its_licence() -> None:
    assert resource_path("fonts", "DejaVuSans.ttf").is_file()
    assert "Bitstream" in resource_path("fonts", "DejaVuSans-LICENCE.txt").read_text(encoding="utf-8")


def test_a_missing_file_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"icons/nothing\.svg"):
        resource_path("icons", "nothing.svg")


@pytest.mark.parametrize("inside", ["fmsdiag/resources", "resources"])
def test_a_frozen_application_looks_where_it_was_unpacked(
    inside: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / inside / "icons"
    place.mkdir(parents=True)
    (place / "app.svg").write_text("<svg/>")
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert resource_path("icons", "app.svg") == place / "app.svg"


def test_a_wheel_has_them_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "fmsdiag" / "resources" / "icons"
    place.mkdir(parents=True)
    (place / "app.svg").write_text("<svg/>")
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "fmsdiag")
    assert resource_path("icons", "app.svg") == place / "app.svg"
