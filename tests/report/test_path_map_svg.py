"""The map on the page: well-formed, the same shapes as the window's, in words too."""

import xml.etree.ElementTree as ElementTree

import pytest

from fmsdiag.bundled_files import bundled_file
from fmsdiag.report.mark_icons import ICON_NAMES
from fmsdiag.report.path_map import path_map
from fmsdiag.report.path_map_svg import NARROW, WIDE, path_drawing
from tests.report.path_samples import RESET_AT_ROUTER, traced, two_places

WIDTHS = pytest.mark.parametrize("width", [WIDE, NARROW])


def drawn(width: float = WIDE) -> ElementTree.Element:
    shown = path_map(two_places())
    assert shown is not None
    return ElementTree.fromstring(path_drawing(shown, width, "Network path", "p"))


def of_class(drawing: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    return [each for each in drawing.iter() if kind in (each.get("class") or "").split()]


@WIDTHS
def test_it_says_what_it_is(width: float) -> None:
    drawing = drawn(width)
    assert drawing.get("role") == "img"
    named = {each.get("id"): each.text for each in (drawing[0], drawing[1])}
    assert drawing.get("aria-labelledby") == "p-title p-desc"
    assert named["p-title"] == "Network path"
    assert (named["p-desc"] or "").splitlines()[0].endswith("✗ RTMP on port 1935 is reset here")


@WIDTHS
def test_every_shape_is_written(width: float) -> None:
    drawing = drawn(width)
    assert len(of_class(drawing, "zone")) == 3
    assert len(of_class(drawing, "pill")) == 5
    assert [each.text for each in of_class(drawing, "number")] == ["1", "2", "3", "4"]
    assert len(of_class(drawing, "open-lane")) == 2
    assert len(of_class(drawing, "leader")) == 3
    assert {each.get("href") for each in drawing.iter("use")} <= {f"#icon-{name}" for name in ICON_NAMES}
    for zone in of_class(drawing, "zone"):
        assert float(zone.get("y") or -1) + float(zone.get("height") or 0) <= float(
            drawing.get("height") or 0
        )


def test_every_class_has_its_style() -> None:
    style = bundled_file("report", "report.css").read_text(encoding="utf-8")
    for each in drawn().iter():
        for kind in (each.get("class") or "").split():
            assert f".{kind}" in style


def test_hostile_text_is_escaped() -> None:
    shown = path_map(traced(RESET_AT_ROUTER[0], RESET_AT_ROUTER[1].replace("10.66.0.1", "<b>&\u202e")))
    assert shown is not None
    written = path_drawing(shown, WIDE, "<i>", "p")
    assert "<b>" not in written
    assert "<i>" not in written
    assert "\u202e" not in written
    assert "<b>&\\u202e" in [each.text for each in of_class(ElementTree.fromstring(written), "station")]
