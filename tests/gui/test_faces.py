"""Which face the window has: a customer's for a profile, else as it was left; and what each of them shows."""

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from pytestqt.qtbot import QtBot

from fmsdiag.gui.faces import Face, Faces
from fmsdiag.gui.handover.preview_dialog import PreviewDialog
from fmsdiag.gui.main_window import MainWindow
from fmsdiag.profile.profile_file import encode
from tests.gui.children import child
from tests.gui.conftest import MakeWindow
from tests.gui.scripted import hanging, telling
from tests.gui.window_steps import run_to_verdict
from tests.profile.samples import profile
from tests.report import samples


def open_profile(window: MainWindow, folder: Path) -> None:
    path = folder / "help.fmsdiag"
    path.write_bytes(encode(profile(message="Please press Run Test.")))
    window.view.open_file(path)


def run(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.parts.session.finished):
        qtbot.mouseClick(window.parts.form.button, Qt.MouseButton.LeftButton)


def test_it_begins_as_it_was_left(settings: QSettings) -> None:
    assert Faces(settings).face is Face.SUPPORT
    Faces(settings).choose(support=False)
    assert Faces(settings).is_customer
    settings.setValue("window/face", "nobody's")
    assert Faces(settings).face is Face.SUPPORT


def test_a_profile_brings_the_customers_for_as_long_as_it_is_open(settings: QSettings, qtbot: QtBot) -> None:
    faces = Faces(settings)
    faces.enter_profile()
    assert faces.is_customer
    assert Faces(settings).face is Face.SUPPORT  # it is nobody's choice
    with qtbot.waitSignal(faces.changed):
        faces.leave_profile()
    assert faces.face is Face.SUPPORT
    faces.enter_profile()
    faces.choose(support=True)
    assert faces.face is Face.SUPPORT


def test_the_switch_is_one_entry_of_the_view_menu(make_window: MakeWindow, settings: QSettings) -> None:
    window = make_window(telling(samples.healthy()))
    assert window.parts.actions.support_view.isChecked()
    assert window.parts.timeline.isVisible()
    window.parts.actions.support_view.trigger()
    assert not window.parts.timeline.isVisible()
    again = make_window(telling(samples.healthy()))
    assert not again.parts.actions.support_view.isChecked()
    assert not again.parts.timeline.isVisible()


def test_a_customer_sees_who_asks_and_one_button(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    window = make_window(telling(samples.port_blocked()))
    open_profile(window, tmp_path)
    parts = window.parts
    assert parts.profile.isVisible()
    for said in ("Please press Run Test.", "What will be tested"):
        assert said in parts.profile.brief.toPlainText()
    assert "What the report contains" in parts.profile.what.toPlainText()
    assert parts.form.button.isVisible()
    unseen = (
        parts.form.server,
        parts.form.application,
        parts.form.advanced_toggle,
        parts.timeline,
        parts.details,
    )
    assert not any(part.isVisible() for part in (*unseen, parts.card))
    run(qtbot, window)
    assert parts.card.isVisible()
    assert not any(part.isVisible() for part in unseen)
    assert parts.card.buttons.support.isVisible()
    assert parts.form.button.property("role") == ""  # what comes next is another one
    parts.card.buttons.support.click()
    assert child(window, PreviewDialog).isVisible()


def test_progress_is_told_in_words(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path) -> None:
    window = make_window(hanging(samples.port_blocked(), 2.1))
    open_profile(window, tmp_path)
    qtbot.mouseClick(window.parts.form.button, Qt.MouseButton.LeftButton)
    card = window.parts.card
    qtbot.waitUntil(lambda: card.headline.text() == "Testing RTMP on port 1935: waiting for an answer")
    qtbot.waitUntil(lambda: card.paragraph.isVisible())
    assert card.paragraph.text() == "2 of 4 attempts finished"
    window.view.stop()
    qtbot.waitUntil(lambda: not window.parts.session.running)


def test_the_details_are_a_switch_away(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path) -> None:
    window = make_window(telling(samples.port_blocked()))
    open_profile(window, tmp_path)
    run(qtbot, window)
    window.parts.box.toggle.click()
    assert window.parts.timeline.isVisible()
    assert window.parts.details.isVisible()
    window.parts.box.toggle.click()
    assert not window.parts.timeline.isVisible()
    assert window.parts.card.steps.isVisible()


def test_closing_the_profile_brings_everything_back(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    window = make_window(telling(samples.port_blocked()))
    open_profile(window, tmp_path)
    run(qtbot, window)
    window.parts.profile.close_button.click()
    assert window.parts.timeline.isVisible()
    assert window.parts.form.server.isVisible()
    assert window.parts.actions.support_view.isChecked()
    assert window.parts.card.buttons.save.isVisible()


def test_support_can_look_at_a_profile_with_everything(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    window = make_window(telling(samples.port_blocked()))
    open_profile(window, tmp_path)
    window.parts.actions.support_view.trigger()
    assert window.parts.form.server.isVisible()
    assert not window.parts.form.server.isEnabled()
    assert window.parts.timeline.isVisible()


@pytest.mark.parametrize("size", [(720, 520), (1100, 720)])
def test_a_customers_page_is_in_the_middle(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, size: tuple[int, int]
) -> None:
    window = make_window(telling(samples.port_blocked()))
    window.resize(*size)
    open_profile(window, tmp_path)
    run(qtbot, window)
    qtbot.waitUntil(lambda: window.parts.card.width() <= 900)
    corner = window.parts.card.mapTo(window, window.parts.card.rect().topLeft())
    assert abs(corner.x() - (window.width() - corner.x() - window.parts.card.width())) <= 1


def test_the_other_face_has_the_card_of_the_same_report(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(telling(samples.port_blocked()))
    run_to_verdict(qtbot, window)
    said = window.parts.card.headline.text()
    window.parts.actions.support_view.trigger()
    assert window.parts.card.headline.text() == said
    assert window.parts.card.buttons.support.isVisible()


def test_after_a_run_no_button_is_there_twice(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path) -> None:
    """Where a step runs the test again, the row above the card does not, and the focus goes to the step's."""
    window = make_window(telling(samples.recorded("hotel")))
    open_profile(window, tmp_path)
    run(qtbot, window)
    assert not window.parts.form.button.isVisible()
    assert window.parts.card.run_button is not None
    window.parts.profile.close_button.click()
    assert window.parts.form.button.isVisible()
