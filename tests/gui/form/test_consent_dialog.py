"""Nobody publishes or plays by accident."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from fmsdiag.gui.form.consent_dialog import ConsentDialog
from fmsdiag.gui.verdict.wrapped_text import WrappedText


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def dialog(qtbot: QtBot, parent: QWidget) -> ConsentDialog:
    dialog = ConsentDialog("media.example.com", "live", None, parent)
    dialog.open()
    return dialog


def test_each_thing_is_needed(dialog: ConsentDialog) -> None:
    def complete() -> None:
        dialog.publish.setChecked(True)
        dialog.stream.setText("key")
        dialog.mine.setChecked(True)

    assert not dialog.allow.isEnabled()
    complete()
    assert dialog.allow.isEnabled()
    spoils: list[Callable[[], None]] = [
        lambda: dialog.publish.setChecked(False),
        lambda: dialog.stream.setText("  "),
        lambda: dialog.mine.setChecked(False),
    ]
    for spoil in spoils:
        spoil()
        assert not dialog.allow.isEnabled()
        complete()


def test_it_says_what_happens_to_whom(dialog: ConsentDialog) -> None:
    said = " ".join(text.toPlainText() for text in dialog.findChildren(WrappedText))
    assert "media.example.com, application live" in said
    assert "A live stream of the same name is cut off" in said
    assert "next test only" in said


def test_agreeing_says_what_was_agreed_to(qtbot: QtBot, dialog: ConsentDialog) -> None:
    dialog.play.click()
    qtbot.keyClicks(dialog.stream, " s3cret ")
    assert "s3cret" not in dialog.stream.displayText()
    dialog.shown.click()
    assert "s3cret" in dialog.stream.displayText()
    dialog.mine.click()
    with qtbot.waitSignal(dialog.agreed) as agreed:
        dialog.allow.click()
    consent = agreed.args[0]
    assert (consent.stream, consent.publish, consent.play) == ("s3cret", False, True)


def test_escape_agrees_to_nothing(qtbot: QtBot, dialog: ConsentDialog) -> None:
    dialog.publish.setChecked(True)
    dialog.stream.setText("key")
    dialog.mine.setChecked(True)
    with qtbot.assertNotEmitted(dialog.agreed), qtbot.waitSignal(dialog.rejected):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def test_a_stream_that_came_with_the_address_is_there_as_dots(qtbot: QtBot, parent: QWidget) -> None:
    dialog = ConsentDialog("h", "", "s3cret", parent)
    assert dialog.stream.text() == "s3cret"
    assert "s3cret" not in dialog.stream.displayText()
    assert not dialog.mine.isChecked()
