from __future__ import annotations

import pytest

from fmsdiag.diagnosis.evidence.shortfalls import shortfalls
from fmsdiag.model import Cause, Experiment
from tests.diagnosis.findings import finding_of
from tests.diagnosis.situations import run_view

OPEN = "fallback rtmp 1935: tcp ok; handshake ok; connect ok"
SLOW = 'follow-up upload 1935: upload ok taken=13312 in=4.0 end="too slow"'
ENDED = "follow-up upload 1935: upload ok taken=4096 in=0.1 end=closed"


@pytest.mark.parametrize(
    ("line", "experiment"),
    [
        (SLOW, Experiment.UPLOAD),
        (ENDED, Experiment.UPLOAD),
        ("follow-up flows 1935: 21 answered, 3 timed-out", Experiment.FLOWS),
        ("follow-up burst 1935: 8 open, 2 timed-out", Experiment.BURST),
        ("follow-up hold 1935: 8 open, 4 timed-out", Experiment.HOLD),
        (
            "follow-up idle 1935: tcp ok; handshake ok; connect ok; idle ok waited=10 quiet=reset",
            Experiment.IDLE,
        ),
    ],
)
def test_each_deep_test_can_fall_short(line: str, experiment: Experiment) -> None:
    (found,) = shortfalls(run_view([OPEN, line]), ())
    assert found.attempt.experiment is experiment


@pytest.mark.parametrize(
    "line",
    [
        "follow-up upload 1935: upload ok taken=65536 in=0.1 end=complete",
        "follow-up flows 1935: 24 answered",
        "follow-up hold 1935: 12 open",
        "follow-up idle 1935: tcp ok; handshake ok; connect ok; idle ok waited=10 quiet=alive",
    ],
)
def test_what_succeeds_does_not(line: str) -> None:
    assert shortfalls(run_view([OPEN, line]), ()) == ()


def test_what_a_finding_explains_or_shows_is_left_to_it() -> None:
    run = run_view([OPEN, SLOW])
    assert shortfalls(run, (finding_of(Cause.PACKET_LOSS),)) == ()
    assert shortfalls(run, (finding_of(Cause.IPV6_BROKEN),))


def test_who_ends_an_upload_may_be_a_server_that_did_not_ask_for_it() -> None:
    assert [each.may_be_manner for each in shortfalls(run_view([OPEN, SLOW]), ())] == [False]
    assert [each.may_be_manner for each in shortfalls(run_view([OPEN, ENDED]), ())] == [True]
