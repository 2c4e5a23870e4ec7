"""Progress in one sentence."""

import pytest

from fmsdiag.gui.timeline.model import TimelineModel
from fmsdiag.gui.timeline.progress import Progress, progress_of
from fmsdiag.model import AttemptStarted, Experiment, Purpose, StepName, StepStarted
from tests.gui.scripted import events_of, events_until
from tests.report import samples


def model_at(at_s: float) -> TimelineModel:
    model = TimelineModel()
    model.begin()
    model.apply(events_until(samples.port_blocked(), at_s))
    return model


def progress_at(at_s: float) -> Progress:
    return progress_of(model_at(at_s).attempts(), at_s)


def test_before_anything_has_begun() -> None:
    assert progress_of([], 0.0) == Progress("Starting…", 0, 0, "Starting…", "")


def test_the_first_attempt_that_is_still_out_is_named() -> None:
    told = progress_at(1.0)
    assert told.sentence == "Attempt 1 of 3: waiting for port 1935 (5 s left)"
    assert (told.done, told.total) == (2, 4)


def test_seconds_count_down_and_vanish() -> None:
    attempts = model_at(1.0).attempts()
    assert progress_of(attempts, 3.5).sentence.endswith("(2 s left)")
    assert progress_of(attempts, 9.0).sentence == "Attempt 1 of 3: waiting for port 1935"


def test_follow_ups_say_what_they_find_out() -> None:
    sentence = progress_at(5.6).sentence
    assert sentence.startswith("Finding the cause: Port 1935 on reference server control.example.net")


def test_what_the_user_asked_for_is_not_a_search_for_causes() -> None:
    model = TimelineModel()
    begun = AttemptStarted(1, samples.endpoint(), Purpose.FOLLOW_UP, 0.0, Experiment.PUBLISH)
    model.apply([begun, StepStarted(1, StepName.PUBLISH, 0.0)])
    assert progress_of(model.attempts(), 0.1).sentence == "Your stream: publishing a test stream on port 1935"


def test_when_all_is_done() -> None:
    model = TimelineModel()
    model.apply(events_of(samples.healthy()))
    told = progress_of(model.attempts(), 9.0)
    assert (told.sentence, told.plain) == ("Evaluating the results…", "Evaluating the results…")
    assert (told.done, told.total, told.ended) == (5, 5, "5 of 5 attempts finished")


def test_stopping() -> None:
    assert progress_of(model_at(1.0).attempts(), 1.0, stopping=True).sentence == "Stopping…"


@pytest.mark.parametrize("step", list(StepName))
def test_every_step_has_words(step: StepName) -> None:
    report = samples.healthy()
    model = TimelineModel()
    first = report.attempts[0]
    model.apply([AttemptStarted(1, first.endpoint, first.purpose, 0.0), StepStarted(1, step, 0.0)])
    sentence = progress_of(model.attempts(), 0.1).sentence
    assert sentence.startswith("Attempt 1 of 1: ")
    assert "{" not in sentence
