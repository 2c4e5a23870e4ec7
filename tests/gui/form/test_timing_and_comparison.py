"""The first page: usual values, the wheel."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fmsdiag.gui.form.form_input import AdvancedInput
from fmsdiag.gui.form.timing_and_comparison import TimingAndComparison
from fmsdiag.model import Options

USUAL = AdvancedInput()


@pytest.fixture
def options(qtbot: QtBot) -> TimingAndComparison:
    options = TimingAndComparison()
    qtbot.addWidget(options)
    options.show()
    return options


def test_the_usual_values_are_those_of_the_model(options: TimingAndComparison) -> None:
    usual, values = Options(), options.values(USUAL)
    assert (values.interval_ms, values.timeout_s) == (usual.interval_ms, usual.timeout_s)
    assert (values.sequential, values.family, values.deep) == (usual.sequential, usual.family, usual.deep)


@pytest.mark.parametrize("name", ["interval", "family"])
def test_the_wheel_changes_nothing_in_passing(options: TimingAndComparison, name: str) -> None:
    getattr(options, name).clearFocus()
    before = options.values(USUAL)
    angle = QPoint(0, -120)
    event = QWheelEvent(
        QPointF(5, 5), QPointF(5, 5), QPoint(), angle, Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(getattr(options, name), event)
    assert options.values(USUAL) == before


def test_every_field_has_a_name(options: TimingAndComparison) -> None:
    assert all(field.accessibleName() for field in options.fields())
