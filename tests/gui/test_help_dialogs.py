"""Help: every text is there, and Esc closes it."""

import pytest
from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QComboBox, QLabel, QWidget
from pytestqt.qtbot import QtBot

from fmsdiag import __version__
from fmsdiag.bundled_files import bundled_file
from fmsdiag.gui import help_dialogs
from fmsdiag.messages.reader import say
from fmsdiag.probe.contacts import DEFAULT_CONTROL, DEFAULT_CONTROL_HTTP, DEFAULT_RESOLVER
from tests.gui.children import child


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    parent = QWidget()
    qtbot.addWidget(parent)
    return parent


def test_what_is_sent_names_every_third_party(parent: QWidget, qtbot: QtBot) -> None:
    dialog = help_dialogs.what_is_sent(parent)
    dialog.show()
    words = dialog.page.toPlainText()
    assert all(name in words for name in (DEFAULT_CONTROL, DEFAULT_CONTROL_HTTP, DEFAULT_RESOLVER))
    assert not dialog.isModal()
    for option in ("RTMPE", "Publishes", "Plays", "user name", "Deep tests", "proxy", "UDP"):
        assert option in words
    with qtbot.waitSignal(dialog.finished):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def test_about_says_whose_qt_it_is(parent: QWidget) -> None:
    dialog = help_dialogs.about(parent)
    words = dialog.page.toPlainText()
    assert qVersion() in words
    assert "Lesser General Public License" in " ".join(words.split())
    assert __version__ in child(dialog, QLabel, "headline").text()


def test_every_license_can_be_read(parent: QWidget) -> None:
    dialog = help_dialogs.licenses(parent)
    choice = child(dialog, QComboBox)
    titles = [choice.itemText(i) for i in range(choice.count())]
    assert titles == [say(title) for title in help_dialogs.LICENSES]
    for title in titles:
        choice.setCurrentText(title)
        assert len(dialog.page.toPlainText()) > 300


def test_our_own_license_is_the_one_of_the_repository() -> None:
    own = bundled_file("licenses", "fmsdiag-MIT.txt")
    assert own.read_text(encoding="utf-8") == (own.parents[2] / "LICENSE").read_text(encoding="utf-8")
