"""The legend names every phase, to the eye and to assistive technology."""

from pytestqt.qtbot import QtBot

from fmsdiag.gui.timeline_legend import Legend
from fmsdiag.report.phases import LEGEND
from fmsdiag.report.words import step_label


def test_the_legend_names_every_phase(qtbot: QtBot) -> None:
    legend = Legend()
    qtbot.addWidget(legend)
    said = legend.accessibleDescription()
    assert all(step_label(step) in said for step in LEGEND)
    legend.resize(60, 20)
    legend.grab()  # narrower than its first entry
