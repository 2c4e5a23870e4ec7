"""The network path's map in the window."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from fmsdiag.gui.details.path_map import PathMapView
from fmsdiag.gui.theme.palette import theme_of
from fmsdiag.report.path_map import path_map
from tests.report.path_samples import two_places


@pytest.fixture
def view(qtbot: QtBot) -> PathMapView:
    view = PathMapView()
    qtbot.addWidget(view)
    view.resize(400, 10)
    view.show()
    return view


def colors(image: QImage) -> set[str]:
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def test_it_shows_a_map_and_says_it(view: PathMapView) -> None:
    view.show_map(path_map(two_places()))
    assert view.accessibleName() == "Network path"
    assert view.accessibleDescription().splitlines() == list(path_map(two_places()).lines)  # type: ignore[union-attr]
    assert len(view.picture.pills) == 5
    assert view.height() == round(view.picture.height)
    theme = theme_of(view.palette())
    shown = colors(view.grab().toImage())
    assert {QColor(theme.bad).name(), QColor(theme.good).name(), QColor(theme.raised).name()} <= shown


def test_it_is_as_high_as_its_lines_need(view: PathMapView) -> None:
    view.show_map(path_map(two_places()))
    wide = view.height()
    view.resize(180, wide)
    assert view.height() > wide
    assert view.sizeHint().height() == view.height()


def test_it_grows_with_the_letters(view: PathMapView) -> None:
    view.show_map(path_map(two_places()))
    before = view.height()
    font = view.font()
    font.setPointSizeF(font.pointSizeF() * 2)
    view.setFont(font)
    assert view.height() > before


def test_without_a_map_it_takes_no_room(view: PathMapView) -> None:
    view.show_map(path_map(two_places()))
    view.show_map(None)
    assert view.height() == 0
    assert not view.accessibleDescription()
    view.grab()


def test_the_drawing_keeps_its_direction(view: PathMapView) -> None:
    view.show_map(path_map(two_places()))
    left = view.grab().toImage()
    view.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert view.grab().toImage() == left
