"""A long line is cut in its middle and keeps its height."""

from pytestqt.qtbot import QtBot

from fmsdiag.gui.elided_label import ElidedLabel

LONG = "Follow-up 12: Port 1935 on reference server control.example.net <b>"


def test_a_long_line_is_cut_in_its_middle_and_whole_in_the_tooltip(qtbot: QtBot) -> None:
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.setText(LONG)
    label.resize(200, 30)
    label.show()
    begin, _, end = label.shown_text().partition("…")
    assert LONG.startswith(begin)
    assert LONG.endswith(end)
    assert begin
    assert end
    assert label.text() == label.accessibleName() == LONG
    assert "&lt;b>" in label.toolTip()
    label.resize(900, 30)
    assert label.shown_text() == LONG
    assert label.toolTip() == ""


def test_no_text_makes_it_higher(qtbot: QtBot) -> None:
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.setText("x")
    height = label.minimumSizeHint().height()
    label.setText(LONG * 5)
    label.resize(100, 30)
    assert label.minimumSizeHint().height() == label.sizeHint().height() == height
    assert label.minimumSizeHint().width() == 0


def test_it_paints_what_fits(qtbot: QtBot) -> None:
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.setText(LONG)
    label.resize(120, 30)
    cut = label.grab().toImage()
    label.setText("")
    assert label.grab().toImage() != cut
