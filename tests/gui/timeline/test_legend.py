"""The legend names every phase, to the eye and to assistive technology."""

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fmsdiag.gui.timeline.legend import Legend
from fmsdiag.gui.timeline.waterfall_paint import key_box, letter_font
from fmsdiag.model import StepName
from fmsdiag.report.phases import LEGEND, PHASES
from fmsdiag.report.words import step_label


def test_the_legend_names_every_phase(qtbot: QtBot) -> None:
    legend = Legend()
    qtbot.addWidget(legend)
    said = legend.accessibleDescription()
    assert all(step_label(step) in said for step in LEGEND)
    legend.resize(60, 20)
    legend.grab()  # narrower than its first entry


@pytest.mark.parametrize("step", StepName)
def test_every_box_of_the_legend_has_its_letter(qapp: QApplication, step: StepName) -> None:
    box = key_box(QRectF(0, 0, 14, 14), step, False, QFontMetricsF(letter_font(QFont())))
    assert box.letter == PHASES[step].letter
    assert QFontMetricsF(letter_font(QFont())).horizontalAdvance(box.letter) < box.width


def test_rare_phases_are_named_only_where_they_are_drawn(qtbot: QtBot) -> None:
    legend = Legend()
    qtbot.addWidget(legend)
    assert "UDP" not in legend.accessibleDescription()
    legend.show_phases(frozenset({StepName.UDP, StepName.PROXY, StepName.PLAY}))
    said = legend.accessibleDescription().partition(".")[0].split(" · ")
    assert [said.index(step_label(step)) for step in (StepName.UDP, StepName.PROXY, StepName.PLAY)] == [
        1,
        3,
        8,
    ]


def test_it_takes_the_lines_that_it_needs(qtbot: QtBot) -> None:
    legend = Legend()
    qtbot.addWidget(legend)
    legend.show()
    legend.resize(1200, 18)
    one = legend.height()
    legend.resize(340, one)
    assert legend.height() >= 2 * one
    legend.resize(1200, one)
    assert legend.height() == one
