"""A long entry is cut with an ellipsis when it is painted, and stays whole otherwise."""

from pytestqt.qtbot import QtBot

from fmsdiag.gui.form.eliding_combo_box import ElidingComboBox


def test_a_long_entry_paints_and_stays(qtbot: QtBot) -> None:
    box = ElidingComboBox()
    qtbot.addWidget(box)
    box.addItem("word " * 60)
    box.setFixedWidth(120)
    box.show()
    narrow = box.grab().toImage()
    box.setItemText(0, "word word")
    assert narrow != box.grab().toImage()
    assert box.currentText() == "word word"
