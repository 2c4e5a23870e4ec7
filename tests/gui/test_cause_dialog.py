"""About this cause: every part of its page but the words of reports, to be read in a window of its own."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from fmsdiag.diagnosis.cause_reference import cause_reference
from fmsdiag.gui.cause_dialog import about_cause, words_of
from fmsdiag.messages.reader import say
from fmsdiag.model import Cause
from fmsdiag.report.cause_page import CausePageTexts, cause_page


@pytest.mark.parametrize("cause", [Cause.PORT_BLOCKED, Cause.CAPTIVE_PORTAL])
def test_it_has_every_part(cause: Cause) -> None:
    page = cause_page(cause_reference(cause))
    words = words_of(page)
    assert page.what_it_is in words
    assert page.recognized_by in words
    assert page.when_not_to_worry in words
    assert all(each.told_apart in words for each in page.look_alikes)
    assert all(step.text in words for reader in page.readers for step in reader.steps)
    assert (say(CausePageTexts.EXPLAINS).upper() in words) == bool(page.explains)


def test_it_does_not_block_and_esc_closes_it(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = about_cause(Cause.PORT_BLOCKED, parent)
    dialog.show()
    assert not dialog.isModal()
    assert "port blocked" in dialog.windowTitle()
    with qtbot.waitSignal(dialog.finished):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
