from __future__ import annotations

import msgspec
import pytest

from fmsdiag.model import Failure, FailureKind, FlowFacts, Status
from fmsdiag.report.measured import Showed, showed, was_measured
from fmsdiag.report.outcomes import describe_outcome, describe_step_outcome
from fmsdiag.report.words import Tone, mark_of
from tests.diagnosis.situations import run_view


@pytest.mark.parametrize(
    ("line", "what", "tone", "words"),
    [
        ("follow-up idle 1935: tcp ok; idle ok waited=10 quiet=reset busy=alive", Showed.BAD, Tone.BAD,
         "Failed: Reset, seen after 10 s of silence"),
        ("follow-up idle 1935: tcp ok; idle ok waited=10 quiet=closed busy=alive", Showed.BAD, Tone.BAD,
         "Failed: Closed, seen after 10 s of silence"),
        ("follow-up idle 1935: tcp ok; idle ok waited=10 quiet=timed-out busy=alive", Showed.BAD, Tone.BAD,
         "Failed: No answer after 10 s of silence"),
        ("follow-up idle 1935: tcp ok; handshake ok; connect ok; idle ok waited=10 quiet=alive busy=alive", Showed.GOOD,
         Tone.GOOD, "Passed"),
        ("follow-up flows 1935: 8 timed-out", Showed.BAD, Tone.BAD, "Failed: none of 8 got an answer within 20 ms"),
        ("follow-up flows 1935: 3 answered, 5 timed-out", Showed.PARTLY, Tone.CAUTION,
         "Some failed: 3 of 8 got an answer; the rest got none within 20 ms"),
        ("follow-up flows 1935: 8 answered", Showed.GOOD, Tone.GOOD,
         "Answered: 8 of 8 got an answer to the first RTMP message"),
        ("follow-up burst 1935: 1 timed-out", Showed.BAD, Tone.BAD, "Failed: 0 of 1 opened"),
        ("follow-up hold 1935: 3 open, 7 timed-out", Showed.PARTLY, Tone.CAUTION, "Some failed: 3 of 10 opened"),
        ("follow-up hops 1935: 1 silent, 2 silent", Showed.NEITHER, Tone.NEUTRAL, "Measured: no router answered"),
        ("follow-up hops 1935: 1 time-exceeded 192.0.2.1, 2 refused", Showed.NEITHER, Tone.NEUTRAL,
         "Measured: last answer at hop 2: Refused"),
        ("follow-up hops 1935: 1 time-exceeded 192.0.2.1, 2 open", Showed.GOOD, Tone.GOOD,
         "Answered: last answer at hop 2: Open"),
    ],
)  # fmt: skip
def test_what_is_measured_as_failing_is_not_marked_as_good(
    line: str, what: Showed, tone: Tone, words: str
) -> None:
    (attempt,) = run_view([line]).attempts
    assert attempt.status is Status.CONNECTED
    assert showed(attempt) is what
    assert mark_of(attempt).tone is tone
    assert describe_outcome(attempt) == words


@pytest.mark.parametrize("outcome", ["name-not-found", "no-data"])
def test_a_network_that_announces_no_proxy_has_no_fault(outcome: str) -> None:
    (attempt,) = run_view([f"follow-up wpad http:80: dns {outcome}"]).attempts
    assert mark_of(attempt).tone is Tone.NEUTRAL
    assert describe_outcome(attempt) == "None announced in DNS"


def test_repeats_that_ran_out_of_time_count_as_far_as_they_came() -> None:
    (attempt,) = run_view(["follow-up flows 1935: 2 answered, 15 timed-out"]).attempts
    step = attempt.observations[-1]
    cut = msgspec.structs.replace(step, failure=Failure(FailureKind.TIMED_OUT, "no answer"))
    cut_off = msgspec.structs.replace(
        attempt, status=Status.FAILED, observations=(*attempt.observations[:-1], cut)
    )
    assert was_measured(cut_off)
    assert mark_of(cut_off) == mark_of(attempt)
    assert (
        describe_outcome(cut_off)
        == describe_outcome(attempt)
        == "Some failed: 2 of 17 got an answer; the rest got none within 20 ms"
    )
    assert describe_step_outcome(cut) == "2 of 17 got an answer; the rest got none within 20 ms"
    empty = msgspec.structs.replace(cut, facts=FlowFacts("rtmp"))
    nothing = msgspec.structs.replace(cut_off, observations=(empty,))
    assert not was_measured(nothing)
    assert mark_of(nothing).tone is Tone.BAD


def test_a_connection_that_stayed_open_has_answered_nothing() -> None:
    run = run_view(["follow-up no-bytes 1935: tcp ok; exchange ok"])
    (attempt,) = run.attempts
    *before, last = attempt.observations
    silent = msgspec.structs.replace(last, bytes_in=0)
    attempt = msgspec.structs.replace(attempt, observations=(*before, silent))
    assert describe_outcome(attempt) == "Measured: stayed open, nothing came back"
    assert mark_of(attempt).tone is Tone.NEUTRAL
