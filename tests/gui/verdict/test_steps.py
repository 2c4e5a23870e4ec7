"""Numbered sentences with their buttons."""

import pytest
from pytestqt.qtbot import QtBot

from fmsdiag.gui.verdict.steps import ALWAYS, StepButton, Steps
from fmsdiag.model import Action, Actor
from fmsdiag.report.view import ReaderView, ReportView
from tests.report import samples


@pytest.fixture
def steps(qtbot: QtBot) -> Steps:
    steps = Steps()
    qtbot.addWidget(steps)
    return steps


def reader(name: str, actor: Actor = Actor.USER) -> ReaderView:
    view = ReportView(samples.recorded(name), has_buttons=True)
    return next(reader for reader in view.readers if reader.actor is actor)


def buttons(steps: Steps) -> list[StepButton]:
    return [button for button in steps.findChildren(StepButton) if button.isVisibleTo(steps)]


@pytest.mark.parametrize("name", samples.RECORDED)
@pytest.mark.parametrize("actor", list(Actor))
def test_every_step_is_a_sentence_and_has_its_button(steps: Steps, name: str, actor: Actor) -> None:
    of = reader(name, actor)
    steps.show_steps(of)
    said = [sentence.text() for sentence in steps.sentences]
    assert said == ([step.text for step in of.steps] or [of.nothing])
    assert [button.step for button in buttons(steps)] == [s for s in of.steps if s.action is not None]
    assert all(button.isEnabled() for button in buttons(steps))


def test_a_button_tells_its_step(qtbot: QtBot, steps: Steps) -> None:
    steps.show_steps(reader("port-dropped"))
    button = next(b for b in buttons(steps) if b.step.action is Action.USE_ADDRESS)
    with qtbot.waitSignal(steps.activated) as told:
        button.click()
    assert told.args == [button.step]
    assert button.step.target.startswith("rtmp")


def test_what_makes_no_sense_for_a_file_cannot_be_pressed(steps: Steps) -> None:
    steps.show_steps(reader("port-dropped"), opened=True)
    assert buttons(steps)
    for button in buttons(steps):
        assert button.isEnabled() is (button.step.action in ALWAYS)
        assert bool(button.toolTip()) is not button.isEnabled()


def test_other_steps_take_the_place_of_the_first(steps: Steps) -> None:
    steps.show_steps(reader("hotel"))
    steps.show_steps(reader("healthy"))
    assert len(steps.sentences) == 1
    assert buttons(steps) == []


def test_sentences_can_be_shortened(steps: Steps) -> None:
    steps.show_steps(reader("hotel"))
    steps.resize(240, 400)
    steps.show()
    steps.set_most_lines(1)
    assert any(sentence.is_cut for sentence in steps.sentences)
    steps.forget_sizes()
    low = steps.heightForWidth(240)
    steps.set_most_lines(0)
    steps.forget_sizes()
    assert steps.heightForWidth(240) > low


def test_the_profiles_sender_gets_the_report_as_the_last_step(qtbot: QtBot, steps: Steps) -> None:
    steps.show_steps(reader("port-dropped"), sender="Example Streaming")
    assert steps.sentences[-1].text() == "Save this report and send it to Example Streaming."
    assert steps.helping is None  # a request tells somebody else; it helps nobody at once
    assert steps.hand_over is not None
    with qtbot.waitSignal(steps.handed_over):
        steps.hand_over.click()
    assert not any(
        button.step.action in (Action.USE_ADDRESS, Action.SAVE_REPORT) for button in buttons(steps)
    )
    steps.show_steps(reader("healthy"), sender="Example Streaming")
    assert len(steps.sentences) == 1
    assert steps.hand_over is not None


def test_the_first_steps_button_is_what_helps(steps: Steps) -> None:
    steps.show_steps(reader("hotel"))
    assert steps.helping is not None
    assert steps.helping.step.action is Action.OPEN_PAGE
    again = steps.button_of(Action.RUN_AGAIN)
    assert again is not None
    assert again is not steps.helping
    steps.show_primary(helping=True, hand_over=False)
    assert steps.helping.property("role") == "primary"


def test_nothing_of_a_report_from_a_file_helps_at_once(steps: Steps) -> None:
    steps.show_steps(reader("hotel"), opened=True)
    assert steps.helping is None
    assert steps.button_of(Action.RUN_AGAIN) is None
