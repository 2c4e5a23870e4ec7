"""The pills: what is usual, what is remembered."""

import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from fmsdiag.gui.form.check_buttons import CHECKS, CheckButtons
from fmsdiag.model import PlannedPort
from fmsdiag.port_list import parse_ports


@pytest.fixture
def pills(qtbot: QtBot) -> CheckButtons:
    pills = CheckButtons()
    qtbot.addWidget(pills)
    pills.show()
    return pills


def test_each_names_its_port(pills: CheckButtons) -> None:
    for check in CHECKS:
        pill = pills.pills[check.key]
        assert str(check.port) in pill.text().replace("&", "")
        assert parse_ports(check.key) == (PlannedPort(check.transport, check.port),)
        assert pill.toolTip()


def test_the_usual_ones_are_chosen(qtbot: QtBot, pills: CheckButtons) -> None:
    usual = ("rtmps:443", "rtmfp:1935")
    assert pills.keys() == usual
    with qtbot.waitSignal(pills.changed):
        pills.pills["http:8134"].click()
    assert pills.keys() == (*usual, "http:8134")
    pills.reset()
    assert pills.keys() == usual


def test_they_are_fixed_during_a_run(pills: CheckButtons) -> None:
    pills.set_editable(False)
    assert not any(pill.isEnabled() for pill in pills.pills.values())
    pills.set_editable(True)
    assert pills.pills["http:8134"].isEnabled()


@pytest.mark.parametrize("chosen", [(), ("admin:1111",), ("rtmps:443", "http:8134")])
def test_the_choice_is_remembered(
    qtbot: QtBot, pills: CheckButtons, settings: QSettings, chosen: tuple[str, ...]
) -> None:
    pills.choose(chosen)
    pills.save(settings)
    settings.sync()
    again = CheckButtons()
    qtbot.addWidget(again)
    again.restore(QSettings(settings.fileName(), QSettings.Format.IniFormat))
    assert again.keys() == chosen
