"""The folded part: usual values, wheel, memory."""

import pytest
from PySide6.QtCore import QPoint, QPointF, QSettings, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fmsdiag.gui.advanced_options import AdvancedOptions
from fmsdiag.gui.form_input import AdvancedInput
from fmsdiag.model import Family, Options

CHOSEN = AdvancedInput(50, 3, True, Family.IPV6, "none", "192.0.2.53", True)


@pytest.fixture
def options(qtbot: QtBot) -> AdvancedOptions:
    options = AdvancedOptions()
    qtbot.addWidget(options)
    options.show()
    return options


def test_the_usual_values_are_those_of_the_model(options: AdvancedOptions) -> None:
    usual, values = Options(), options.values()
    assert (values.interval_ms, values.timeout_s) == (usual.interval_ms, usual.timeout_s)
    assert (values.sequential, values.family, values.deep) == (usual.sequential, usual.family, usual.deep)


def test_values_are_shown_told_and_remembered(
    qtbot: QtBot, options: AdvancedOptions, settings: QSettings
) -> None:
    with qtbot.waitSignal(options.changed):
        options.set_values(CHOSEN)
    assert options.values() == CHOSEN
    options.save(settings)
    settings.sync()
    again = AdvancedOptions()
    qtbot.addWidget(again)
    again.restore(QSettings(settings.fileName(), QSettings.Format.IniFormat))
    assert again.values() == CHOSEN


def test_a_damaged_memory_gives_the_usual_values(options: AdvancedOptions, settings: QSettings) -> None:
    settings.setValue("form/family", "ipv9")
    settings.setValue("form/interval_ms", "soon")
    options.restore(settings)
    assert options.values() == AdvancedInput()


@pytest.mark.parametrize("name", ["interval", "family"])
def test_the_wheel_changes_nothing_in_passing(options: AdvancedOptions, name: str) -> None:
    getattr(options, name).clearFocus()
    before = options.values()
    angle = QPoint(0, -120)
    event = QWheelEvent(
        QPointF(5, 5), QPointF(5, 5), QPoint(), angle, Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(getattr(options, name), event)
    assert options.values() == before


def test_every_field_has_a_name(options: AdvancedOptions) -> None:
    assert all(field.accessibleName() for field in options.fields())
