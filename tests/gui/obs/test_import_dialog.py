"""Import From OBS: the current profile is chosen, one without a server cannot be, and failures are told beside it."""

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fmsdiag.gui.obs.import_dialog import ImportDialog
from fmsdiag.obs.failures import ObsFailure
from fmsdiag.obs.installation import ObsOnThisComputer
from fmsdiag.obs.profiles import ObsProfile
from fmsdiag.obs.texts import ObsReason

SRT = ObsProfile("SRT", remark="It does not stream by RTMP", is_current=True)
SUNDAY = ObsProfile("Sunday", "", "rtmp://a.example/live")
TWITCH = ObsProfile("Tw", "Twitch", "rtmps://b.example/app", "OBS chooses the server of Twitch itself")
FAILURE = ObsFailure(datetime(2026, 5, 12, tzinfo=UTC), "rtmp://a.example/live", ObsReason.REFUSED, -2)


def shown(qtbot: QtBot, *profiles: ObsProfile, failures: tuple[ObsFailure, ...] = ()) -> ImportDialog:
    dialog = ImportDialog(ObsOnThisComputer(profiles, failures))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_the_first_with_a_server_is_chosen(qtbot: QtBot) -> None:
    dialog = shown(qtbot, SRT, SUNDAY, TWITCH, failures=(FAILURE,))
    assert [dialog.list.item(row).text() for row in range(3)] == [
        "SRT: It does not stream by RTMP",
        "Sunday: rtmp://a.example/live",
        "Tw: rtmps://b.example/app",
    ]
    assert dialog.list.currentRow() == 1
    assert "refused the connection (ECONNREFUSED)" in dialog.failures.toPlainText()
    with qtbot.waitSignal(dialog.chosen) as chosen:
        qtbot.mouseClick(dialog.use, Qt.MouseButton.LeftButton)
    assert chosen.args == ["rtmp://a.example/live"]


def test_one_without_a_server_cannot_be_used(qtbot: QtBot) -> None:
    dialog = shown(qtbot, SRT, SUNDAY, TWITCH)
    dialog.list.setCurrentRow(0)
    assert not dialog.use.isEnabled()
    dialog._take()
    assert dialog.isVisible()
    dialog.list.setCurrentRow(2)
    assert dialog.remark.text() == "OBS chooses the server of Twitch itself."
    assert dialog.use.isEnabled()
    assert dialog.failures.toPlainText() == "None."


@pytest.mark.parametrize(
    ("profiles", "said"), [((), "OBS has no profiles."), ((SRT,), "It does not stream by RTMP.")]
)
def test_with_nothing_to_use_that_is_said(qtbot: QtBot, profiles: tuple[ObsProfile, ...], said: str) -> None:
    dialog = shown(qtbot, *profiles)
    assert not dialog.use.isEnabled()
    assert dialog.remark.text() == said
