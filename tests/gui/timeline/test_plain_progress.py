"""A run in a customer's words."""

from fmsdiag.gui.timeline.model import TimelineModel
from fmsdiag.gui.timeline.plain_progress import ended_words, plain_sentence
from fmsdiag.gui.timeline.progress import progress_of
from tests.gui.scripted import events_until
from tests.report import samples


def at(seconds: float) -> TimelineModel:
    model = TimelineModel()
    model.begin()
    model.apply(events_until(samples.port_blocked(), seconds))
    return model


def test_how_many_have_ended() -> None:
    assert ended_words(3, 8) == "3 of 8 attempts finished"
    assert ended_words(0, 1) == "0 of 1 attempt finished"
    assert ended_words(0, 0) == ""


def test_what_is_tested_and_what_it_waits_for() -> None:
    assert plain_sentence(at(2.1).attempts()) == "Testing RTMP on port 1935: waiting for an answer"
    assert plain_sentence([]) == ""


def test_it_goes_with_the_progress_of_the_run() -> None:
    told = progress_of(at(2.1).attempts(), 2.1)
    assert told.plain == "Testing RTMP on port 1935: waiting for an answer"
    assert told.ended.endswith("attempts finished")
    assert progress_of(at(2.1).attempts(), 2.1, stopping=True).plain == "Stopping…"


def test_a_follow_up_is_told_by_what_it_finds_out() -> None:
    sentences = {plain_sentence(at(tenths / 10).attempts()) for tenths in range(130)}
    assert any(said.startswith("Finding the cause: ") for said in sentences)
