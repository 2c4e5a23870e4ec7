"""A message stands until it is dismissed; it is plain text."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fmsdiag.gui.message_bar import MessageBar
from fmsdiag.report.words import Tone


def test_it_says_and_is_dismissed_by_keyboard(qtbot: QtBot) -> None:
    bar = MessageBar()
    qtbot.addWidget(bar)
    assert bar.isHidden()
    bar.say("Saved", Tone.GOOD)
    assert bar.property("tone") == "good"
    bar.say("<b>no</b> report")
    assert bar.isVisible()
    assert bar.accessibleName() == "<b>no</b> report"
    assert bar.text.text() == "<b>no</b> report"
    assert bar.notice.tone is Tone.BAD
    qtbot.keyClick(bar.button, Qt.Key.Key_Space)
    assert bar.isHidden()


def test_what_it_offers_is_done_once(qtbot: QtBot) -> None:
    bar = MessageBar()
    qtbot.addWidget(bar)
    done: list[str] = []
    bar.offer("Open it?", "Open", lambda: done.append("opened"), lambda: done.append("dismissed"))
    assert bar.action_button.text() == "Open"
    qtbot.keyClick(bar.action_button, Qt.Key.Key_Space)
    assert (done, bar.isHidden()) == (["opened"], True)
    bar.offer("Open it?", "Open", lambda: done.append("opened"), lambda: done.append("dismissed"))
    qtbot.keyClick(bar.button, Qt.Key.Key_Space)
    assert (done, bar.isHidden()) == (["opened", "dismissed"], True)
    bar.say("Nothing to do.")
    assert bar.action_button.isHidden()
    qtbot.keyClick(bar.button, Qt.Key.Key_Space)
    assert done == ["opened", "dismissed"]
