"""One field first; the rest unfolds, and stays so for whoever unfolded it."""

import pytest
from PySide6.QtCore import QSettings, Qt
from pytestqt.qtbot import QtBot

from fmsdiag.gui.form.form_input import FormInput
from fmsdiag.gui.form.recents import Recents
from fmsdiag.gui.form.target_form import TargetForm


@pytest.fixture
def form(qtbot: QtBot) -> TargetForm:
    form = TargetForm(Recents())
    qtbot.addWidget(form)
    form.resize(900, 100)
    with qtbot.waitExposed(form):
        form.show()
    return form


def options(form: TargetForm) -> tuple[bool, ...]:
    return tuple(
        field.isVisible() for field in (form.application, form.ports, form.plan, form.advanced_toggle)
    )


def test_the_first_start_has_one_field(form: TargetForm) -> None:
    assert form.server.isVisible()
    assert form.button.isVisible()
    assert form.server_line.placeholderText() == "Paste the server's address"
    assert not any(options(form))


def test_what_a_person_unfolds_is_unfolded_the_next_time(
    qtbot: QtBot, form: TargetForm, tmp_path: object
) -> None:
    settings = QSettings(f"{tmp_path}/a.ini", QSettings.Format.IniFormat)
    qtbot.mouseClick(form.folding.toggle, Qt.MouseButton.LeftButton)
    assert all(options(form))
    assert form.server_line.placeholderText() != "Paste the server's address"
    form.save(settings)
    again = TargetForm(Recents())
    again.restore(settings)
    assert again.folding.is_unfolded
    form.folding.fold()  # by itself, for room
    form.save(settings)
    again.restore(settings)
    assert again.folding.is_unfolded


def test_what_was_pasted_into_folded_fields_is_said(form: TargetForm) -> None:
    form.use_address("rtmp://media.example.com:8080/live")
    form.announce()
    assert form.server.currentText() == "media.example.com"
    assert form.folding.words.isVisible()
    assert form.folding.words.text() == "Application: live. Ports: 8080"
    form.folding.unfold()
    assert not form.folding.words.isVisible()
    form.folding.fold()
    form.fill(FormInput("media.example.com", "live"))
    form.announce()
    assert form.folding.words.text() == "Application: live"
    form.clear()
    form.announce()
    assert not form.folding.words.isVisible()


def test_an_error_in_a_folded_field_unfolds(form: TargetForm) -> None:
    form.fill(FormInput("media.example.com", "live", "70000"))
    assert not form.ports.isVisible()
    form.run()
    assert form.ports.isVisible()
    assert form.errors["ports"].isVisible()


def test_a_field_that_is_to_be_edited_unfolds(form: TargetForm) -> None:
    form.edit(form.server_line)
    assert not any(options(form))
    form.edit(form.advanced.pace.control)
    assert all(options(form))
    assert form.advanced.pace.control.isVisible()


def test_bare_it_is_only_the_button(form: TargetForm) -> None:
    form.folding.unfold()
    form.set_bare(True)
    assert form.button.isVisible()
    assert not form.server.isVisible()
    assert not form.folding.toggle.isVisible()
    assert not any(options(form))
    form.set_bare(False)
    assert form.server.isVisible()
    assert all(options(form))
