"""The fields of a new profile: what they hold, and what is wrong with each once it holds something."""

import pytest
from pytestqt.qtbot import QtBot

from fmsdiag.gui.profile.create_dialog import reference_in
from fmsdiag.gui.profile.create_fields import CreateFields
from fmsdiag.model import PlanName, Redaction
from fmsdiag.profile.draft import DraftPart, ProfileDraft
from tests.profile.samples import URL, png
from tests.report import samples

SHOWN = reference_in(samples.healthy())


@pytest.fixture
def fields(qtbot: QtBot) -> CreateFields:
    made = CreateFields(SHOWN)
    qtbot.addWidget(made)
    made.show()
    return made


def told(fields: CreateFields) -> dict[DraftPart, str]:
    return {part: label.text() for part, label in fields.errors.items() if label.isVisible()}


def test_nothing_is_wrong_before_anything_is_typed(fields: CreateFields) -> None:
    assert told(fields) == {}
    assert fields.draft() == ProfileDraft()


def test_what_is_typed_is_the_draft(fields: CreateFields) -> None:
    fields.fill((URL,), PlanName.SECURE, "1935", "Example Streaming")
    fields.texts[DraftPart.MESSAGE].setPlainText("Hello,\nplease start it.\n")
    fields.texts[DraftPart.FIELDS].setPlainText("Ticket number!\n\n Name ")
    fields.lines[DraftPart.CHECKS].setText("none")
    fields.lines[DraftPart.CONTROL].setText("c.example")
    fields.lines[DraftPart.SEND_TO].setText("help@example.com")
    fields.redaction.setCurrentIndex(1)
    fields.from_window.click()
    fields.from_window.click()
    fields.take_logo(png(), "logo.png")
    assert fields.draft() == ProfileDraft(
        servers=(URL,),
        sender="Example Streaming",
        message="Hello,\nplease start it.",
        plan=PlanName.SECURE,
        ports="1935",
        checks="none",
        control="c.example",
        references=(SHOWN,),
        fields=("Ticket number!", "Name"),
        send_to="help@example.com",
        redaction=Redaction.STRICT,
        logo=png(),
    )
    assert told(fields) == {}
    assert fields.reference.text().startswith(f"{samples.HOST}, ")
    assert fields.logo.text() == f"logo.png, {len(png())} bytes"
    assert fields.tell_all()


def test_a_part_that_holds_something_is_judged_at_once_and_the_others_when_asked(
    fields: CreateFields,
) -> None:
    fields.lines[DraftPart.PORTS].setText("70000")
    assert list(told(fields)) == [DraftPart.PORTS]
    fields.lines[DraftPart.PORTS].setText("80")
    assert told(fields) == {}
    assert not fields.tell_all()
    assert set(told(fields)) == {DraftPart.SENDER, DraftPart.SERVERS}
    assert (
        fields.lines[DraftPart.SENDER].accessibleDescription()
        == "The profile does not say who asks for the test"
    )
    fields.fill((URL,), None, "", "Me")
    assert told(fields) == {}


def test_logo_and_reference_are_taken_back(fields: CreateFields) -> None:
    fields.fill(("rtmp://other.example/live",), None, "", "Me")
    fields.from_window.click()
    fields.take_logo(b"GIF89a", "logo.gif")
    assert set(told(fields)) == {DraftPart.REFERENCES, DraftPart.LOGO}
    fields.no_reference.click()
    fields.no_logo.click()
    assert told(fields) == {}
    assert fields.draft().references == ()
    assert not fields.no_reference.isEnabled()
    assert not fields.no_logo.isEnabled()


def test_without_a_run_in_the_window_there_is_none_to_take(qtbot: QtBot) -> None:
    fields = CreateFields(None)
    qtbot.addWidget(fields)
    assert not fields.from_window.isEnabled()
