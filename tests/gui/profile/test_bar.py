"""The bar shows a profile as plain text and gives back what was filled in."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from fmsdiag.gui.profile.bar import LOGO_SIDE, ProfileBar
from tests.profile.samples import png


def made(
    qtbot: QtBot, logo: bytes = b"", servers: tuple[str, ...] = ("rtmp://a.example/live",)
) -> ProfileBar:
    bar = ProfileBar()
    qtbot.addWidget(bar)
    bar.show_profile(
        "Prepared by <b>Example</b>",
        [("Ticket number", True), ("<i>Name</i>", False)],
        servers,
        logo,
        "Example",
    )
    bar.show_words(
        "<img src=x>",
        ("What will be tested", ["The test connects to a.example."]),
        [("Everything", ["Connects to a.example."]), ("What the report contains", ["Times.", "Names."])],
    )
    bar.show()
    return bar


def test_nothing_in_it_is_read_as_markup(qtbot: QtBot) -> None:
    bar = made(qtbot)
    assert bar.title.text() == "Prepared by <b>Example</b>"
    assert bar.brief.toPlainText() == "<img src=x>\n\nWhat will be tested\nThe test connects to a.example."
    assert (
        bar.what.toPlainText()
        == "Everything\nConnects to a.example.\n\nWhat the report contains\nTimes.\nNames."
    )
    labels = [label for label in bar.findChildren(QLabel) if label.text() and label.isVisible()]
    assert [label.text() for label in labels] == ["Ticket number (required)", "<i>Name</i>"]
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in labels)


def test_answers_are_by_label_and_the_first_missing_one_gets_the_focus(qtbot: QtBot) -> None:
    bar = made(qtbot)
    ticket, name = bar.findChildren(QLineEdit)
    qtbot.keyClicks(name, "Jane")
    assert bar.answers() == {"Ticket number": "", "<i>Name</i>": "Jane"}
    bar.activateWindow()
    assert bar.focus_missing()
    qtbot.waitUntil(ticket.hasFocus)
    with qtbot.waitSignal(bar.run_wanted):
        qtbot.keyClick(ticket, Qt.Key.Key_Return)
    qtbot.keyClicks(ticket, "4711")
    assert not bar.focus_missing()  # the other one need not be filled in
    bar.set_running(True)
    assert not ticket.isEnabled()


def test_another_profile_takes_the_place_of_the_first(qtbot: QtBot) -> None:
    bar = made(qtbot)
    bar.show_profile("Other", [], ["rtmp://b.example/live"])
    bar.show_words("", ("What", []), [])
    assert bar.answers() == {}
    assert bar.findChildren(QLineEdit) == []
    assert bar.what.toPlainText() == ""
    assert bar.accessibleName() == "Other"


def test_a_logo_is_made_small_and_what_is_none_is_left_out(qtbot: QtBot) -> None:
    bar = made(qtbot, png(512, 256))
    assert (bar.logo.pixmap().width(), bar.logo.pixmap().height()) == (LOGO_SIDE, LOGO_SIDE // 2)
    assert not made(qtbot, b"no picture").logo.isVisible()


def test_several_servers_can_be_chosen(qtbot: QtBot) -> None:
    bar = made(qtbot, servers=("rtmp://a.example/live", "rtmp://b.example/live"))
    assert bar.servers.isVisible()
    with qtbot.waitSignal(bar.server_chosen) as chosen:
        qtbot.keyClick(bar.servers, Qt.Key.Key_Down)
    assert chosen.args == [1]
    assert not made(qtbot).servers.isVisible()


def test_all_of_a_long_text_is_shown_where_there_is_room(qtbot: QtBot) -> None:
    bar = made(qtbot)
    bar.show_profile("Other", [], ["rtmp://b.example/live"])
    bar.show_words("\n".join("x" * 20), ("What", []), [("All", ["y" * 300] * 5)])
    bar.resize(600, 900)
    bounded = bar.what.maximumHeight()
    bar.set_roomy(True)
    assert bar.what.maximumHeight() > 2 * bounded
    layout = bar.layout()
    assert layout is not None
    layout.activate()
    for words in (bar.brief, bar.what):
        assert words.verticalScrollBar().maximum() == 0
    bar.set_roomy(False)
    assert bar.what.maximumHeight() == bounded


def test_folded_it_leaves_the_room_to_the_result(qtbot: QtBot) -> None:
    bar = made(qtbot)
    whole = bar.sizeHint().height()
    bar.fold_button.click()
    assert not bar.what.isVisible()
    assert not any(line.isVisible() for line in bar.findChildren(QLineEdit))
    assert bar.title.isVisible()
    qtbot.waitUntil(lambda: bar.sizeHint().height() < whole - 60)
    bar.focus_missing()
    assert bar.what.isVisible()
