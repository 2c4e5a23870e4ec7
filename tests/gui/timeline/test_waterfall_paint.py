"""Painting: colors where they belong, letters where there is room, hatching where nothing came."""

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from fmsdiag.gui.timeline.waterfall_paint import letter_font, paint_box, paint_marker, small_font
from fmsdiag.model import StepName
from fmsdiag.report.phases import PHASES
from fmsdiag.report.words import mark_of, running_mark
from tests.report import samples


def painted(step: StepName, waiting: bool, width: float) -> tuple[QImage, float]:
    """The image of one box, and the share of its area in the phase's own color."""
    image = QImage(80, 20, QImage.Format.Format_RGB32)
    image.fill(QColor("#ffffff"))
    painter = QPainter(image)
    painter.setFont(letter_font(QApplication.font()))
    paint_box(painter, QRectF(2, 2, width, 16), step, waiting, QApplication.palette())
    painter.end()
    own = QColor(PHASES[step].color).rgb()
    pixels = [image.pixel(x, y) for x in range(2, 2 + int(width)) for y in range(2, 18)]
    return image, pixels.count(own) / len(pixels)


@pytest.mark.parametrize("step", list(StepName))
def test_a_box_has_its_phases_color(step: StepName) -> None:
    assert painted(step, False, 12)[1] > 0.3


def test_waiting_is_hatched() -> None:
    assert 0 < painted(StepName.TCP, True, 60)[1] < 0.5
    assert painted(StepName.TCP, False, 60)[1] > 0.7


def test_a_letter_is_painted_only_where_it_fits() -> None:
    def dark(width: float) -> int:
        image, _ = painted(StepName.TCP, False, width)
        return sum(QColor(image.pixel(x, y)).lightness() < 40 for x in range(80) for y in range(20))

    assert dark(30) > 0
    assert dark(6) == 0


@pytest.mark.parametrize(("room", "inked"), [(24, False), (160, True)])
def test_the_markers_word_is_painted_where_it_fits(room: int, inked: bool) -> None:
    image = QImage(240, 28, QImage.Format.Format_RGB32)
    image.fill(QColor("#ffffff"))
    painter = QPainter(image)
    painter.setFont(small_font(QApplication.font()))
    mark = mark_of(samples.port_blocked().attempts[0])
    paint_marker(painter, QRectF(0, 0, room, 28), 2, mark, "", QApplication.palette(), None)
    painter.end()
    right_of_icon = [image.pixel(x, y) for x in range(22, 240) for y in range(28)]
    assert any(QColor(p).lightness() < 200 for p in right_of_icon) is inked


def test_a_running_mark_has_an_icon_too() -> None:
    image = QImage(40, 28, QImage.Format.Format_RGB32)
    image.fill(QColor("#ffffff"))
    painter = QPainter(image)
    paint_marker(
        painter, QRectF(0, 0, 20, 28), 2, running_mark(), "", QApplication.palette(), QColor("#ffffff")
    )
    painter.end()
    assert any(image.pixel(x, y) != QColor("#ffffff").rgb() for x in range(20) for y in range(28))
