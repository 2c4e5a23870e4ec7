"""Bundled files are found from source, in a wheel and in a frozen application."""

import sys
from pathlib import Path

import pytest

from fmsdiag import bundled_files
from fmsdiag.bundled_files import bundled_file


def test_the_font_comes_with_its_license() -> None:
    assert bundled_file("fonts", "DejaVuSans.ttf").is_file()
    assert "Bitstream" in bundled_file("fonts", "DejaVuSans-LICENSE.txt").read_text(encoding="utf-8")


def test_a_missing_file_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"icons/nothing\.svg"):
        bundled_file("icons", "nothing.svg")


@pytest.mark.parametrize("inside", ["fmsdiag/resources", "resources"])
def test_a_frozen_application_looks_where_it_was_unpacked(
    inside: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / inside / "icons"
    place.mkdir(parents=True)
    (place / "app.svg").write_text("<svg/>", encoding="utf-8")
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert bundled_file("icons", "app.svg") == place / "app.svg"


def test_a_wheel_has_them_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "fmsdiag" / "resources" / "icons"
    place.mkdir(parents=True)
    (place / "app.svg").write_text("<svg/>", encoding="utf-8")
    monkeypatch.setattr(bundled_files, "_PACKAGE", tmp_path / "fmsdiag")
    assert bundled_file("icons", "app.svg") == place / "app.svg"


def test_the_reference_is_found_in_a_checkout_and_in_a_wheel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert bundled_file("docs", "causes", "port-blocked.md").is_file()
    place = tmp_path / "fmsdiag" / "resources" / "docs"
    place.mkdir(parents=True)
    (place / "exit-codes.md").touch()
    monkeypatch.setattr(bundled_files, "_PACKAGE", tmp_path / "fmsdiag")
    assert bundled_file("docs", "exit-codes.md") == place / "exit-codes.md"
