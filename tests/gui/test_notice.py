"""Success and failure differ in icon and color."""

from itertools import combinations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from pytestqt.qtbot import QtBot

from fmsdiag.gui.notice import Notice
from fmsdiag.report.words import Tone


def test_tones_differ_in_icon_and_color(qtbot: QtBot) -> None:
    notice = Notice()
    qtbot.addWidget(notice)
    notice.show()
    icons, colors = [], []
    for tone in Tone:
        notice.say("Saved", tone)
        icons.append(notice.picture.pixmap().toImage())
        colors.append(notice.words.palette().color(QPalette.ColorRole.WindowText).name())
    assert all(one != other for one, other in combinations(icons, 2))
    assert len(set(colors)) == len(Tone)


def test_text_is_plain_and_goes_away(qtbot: QtBot) -> None:
    notice = Notice()
    qtbot.addWidget(notice)
    assert notice.picture.isHidden()
    notice.say("<b>no</b> report", Tone.BAD)
    assert notice.text() == "<b>no</b> report"
    assert notice.words.textFormat() is Qt.TextFormat.PlainText
    assert not notice.picture.isHidden()
    notice.clear()
    assert notice.text() == ""
    assert notice.picture.isHidden()
