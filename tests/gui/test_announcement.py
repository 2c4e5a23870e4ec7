"""Screen readers and the taskbar are told; what Qt does with it is Qt's."""

from __future__ import annotations

import pytest
from PySide6 import QtGui
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from fmsdiag.gui.announcement import announce, announce_end


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[QAccessibleEvent]:
    """What Qt would pass to a screen reader."""
    events: list[QAccessibleEvent] = []
    monkeypatch.setattr(QAccessible, "updateAccessibility", events.append)
    return events


def test_a_message_is_announced(qtbot: QtBot, told: list[QAccessibleEvent]) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    announce(widget, "Saved")
    announce(widget, "Not saved", urgent=True)
    polite, urgent = told
    assert isinstance(polite, QAccessibleAnnouncementEvent)
    assert isinstance(urgent, QAccessibleAnnouncementEvent)
    assert (polite.message(), urgent.message()) == ("Saved", "Not saved")
    assert polite.politeness() is QAccessible.AnnouncementPoliteness.Polite
    assert urgent.politeness() is QAccessible.AnnouncementPoliteness.Assertive


def test_an_older_qt_raises_an_alert(
    qtbot: QtBot, told: list[QAccessibleEvent], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(QtGui, "QAccessibleAnnouncementEvent")
    widget = QWidget()
    qtbot.addWidget(widget)
    announce(widget, "Saved")
    assert told[0].type() is QAccessible.Event.Alert
    assert widget.accessibleName() == "Saved"


def test_the_end_of_a_run_reaches_the_taskbar(
    qtbot: QtBot, told: list[QAccessibleEvent], monkeypatch: pytest.MonkeyPatch
) -> None:
    alerted: list[QWidget] = []
    monkeypatch.setattr(QApplication, "alert", alerted.append)
    widget = QWidget()
    qtbot.addWidget(widget)
    announce_end(widget, "Connected. Streaming works.")
    assert alerted == [widget]
    assert len(told) == 1
