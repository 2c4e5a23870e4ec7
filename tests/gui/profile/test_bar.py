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
        "<img src=x>",
        [
            ("What will be tested", ["Connects to a.example."]),
            ("What the report will hold", ["Times.", "Names."]),
        ],
        [("Ticket number", True), ("<i>Name</i>", False)],
        servers,
        logo,
        "Example",
    )
    bar.show()
    return bar


def test_nothing_in_it_is_read_as_markup(qtbot: QtBot) -> None:
    bar = made(qtbot)
    assert bar.title.text() == "Prepared by <b>Example</b>"
    assert bar.what.toPlainText() == (
        "<img src=x>\n\nWhat will be tested\nConnects to a.example.\n\nWhat the report will hold\nTimes.\nNames."
    )
    labels = [label for label in bar.findChildren(QLabel) if label.text()]
    assert [label.text() for label in labels] == ["Ticket number (required)", "<i>Name</i>"]
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in labels)


def test_answers_are_by_label_and_the_first_missing_one_gets_the_focus(qtbot: QtBot) -> None:
    bar = made(qtbot)
    ticket, name = bar.findChildren(QLineEdit)
    qtbot.keyClicks(name, "Jane")
    assert bar.answers() == {"Ticket number": "", "<i>Name</i>": "Jane"}
    bar.activateWindow()
    bar.focus_missing()
    qtbot.waitUntil(ticket.hasFocus)
    bar.set_running(True)
    assert not ticket.isEnabled()


def test_the_first_required_field_is_told_until_it_is_filled_in(qtbot: QtBot) -> None:
    """Where the cursor begins: a field that may stay empty is skipped."""
    bar = made(qtbot)
    ticket, _ = bar.findChildren(QLineEdit)
    assert bar.required is ticket
    qtbot.keyClicks(ticket, "4711")
    assert bar.required is None


def test_another_profile_takes_the_place_of_the_first(qtbot: QtBot) -> None:
    bar = made(qtbot)
    bar.show_profile("Other", "", [], [], ["rtmp://b.example/live"])
    assert bar.answers() == {}
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
    bar.show_profile("Other", "\n".join("x" * 20), [("What", ["y" * 300] * 5)], [], ["rtmp://b.example/live"])
    bar.resize(600, 900)
    bounded = bar.what.maximumHeight()
    bar.set_roomy(True)
    assert bar.what.maximumHeight() > 3 * bounded
    layout = bar.layout()
    assert layout is not None
    layout.activate()
    assert bar.what.verticalScrollBar().maximum() == 0
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
