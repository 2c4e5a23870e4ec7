from __future__ import annotations

import pytest

from fmsdiag.diagnosis.evidence.flows import Fate, Flows, flows_at, flows_of
from fmsdiag.model import FlowPattern
from tests.diagnosis.situations import run_view


def series(text: str) -> Flows:
    """The notation of the situations: "4 answered, 4 timed-out; again 2 timed-out"."""
    (found,) = flows_of(run_view(["fallback rtmp 1935: tcp timed-out", f"follow-up flows 1935: {text}"]))
    return found


@pytest.mark.parametrize(
    ("text", "fate"),
    [
        ("8 answered", Fate.ALL_WORK),
        ("8 timed-out", Fate.ALL_FAIL),
        ("4 answered, 4 timed-out, 4 answered, 4 timed-out; again 2 timed-out", Fate.SOME_FAIL),
        ("4 answered, 4 timed-out, 4 answered, 4 timed-out; again 2 answered", Fate.LOST),
        ("7 answered, 1 timed-out, 8 answered; again 1 timed-out", Fate.UNCLEAR),
        ("7 answered, 1 timed-out, 8 answered; again 1 timed-out; alive 2 answered", Fate.SOME_FAIL),
        # a limit lets one through now and then, and then no port works
        (
            "1 answered, 13 timed-out, 1 answered, 9 timed-out; again 4 timed-out; alive 2 timed-out",
            Fate.LIMITED,
        ),
        ("1 answered, 6 refused, 1 answered, 2 refused; again 4 refused; alive 2 refused", Fate.LIMITED),
        # heavy loss: some are lost after they opened, and some fail twice
        (
            "2 answered, 2 timed-out, 1 silent, 3 answered; again 2 timed-out, 1 answered; alive 2 answered",
            Fate.LOST,
        ),
        # a limit that refills lets a port through that had failed
        ("2 answered, 10 timed-out, 1 answered, 5 timed-out; again 1 answered, 3 timed-out", Fate.LIMITED),
        ("7 answered, 1 timed-out, 8 answered", Fate.UNCLEAR),
        ("10 answered, 14 timed-out; again 2 timed-out", Fate.LIMITED),
        ("10 answered, 14 refused; again 4 refused", Fate.LIMITED),
        ("1 answered, 1 refused, 1 answered, 1 refused; again 1 refused, 1 answered", Fate.SOME_FAIL),
        ("1 answered, 1 refused, 1 answered, 1 refused; again 2 answered", Fate.UNCLEAR),
        ("15 answered, 1 refused; again 1 refused", Fate.UNCLEAR),
        # what vanished opens the next time, and only its answer is lost: the local port decides nothing
        (
            "5 timed-out, 1 answered, 2 timed-out, 3 answered, 3 timed-out; again 4 silent; alive 1 answered",
            Fate.LOST,
        ),
        (
            "5 timed-out, 1 answered, 2 timed-out, 3 answered; again 3 timed-out, 1 silent; alive 2 answered",
            Fate.LOST,
        ),
        ("2 silent, 6 answered, 2 silent, 6 answered; again 4 silent; alive 2 answered", Fate.SOME_FAIL),
    ],
)
def test_what_became_of_equal_connections(text: str, fate: Fate) -> None:
    assert series(text).fate is fate


@pytest.mark.parametrize(
    ("text", "pattern", "ways"),
    [
        ("4 answered, 4 timed-out, 4 answered, 4 timed-out; again 2 timed-out", FlowPattern.LOCAL_PORT, 2),
        (
            "3 answered, 1 refused, 3 answered, 1 refused, 3 answered, 1 refused, 3 answered, 1 refused; again 4 refused",
            FlowPattern.LOCAL_PORT,
            4,
        ),
        (
            "2 answered, 1 refused, 2 answered, 1 refused, 2 answered, 1 refused; again 1 answered, 2 refused",
            FlowPattern.IN_TURN,
            3,
        ),
        # a hash of the port has no bits that decide, and the same ports fail again all the same
        (
            "2 answered, 3 refused, 1 answered, 1 refused, 3 answered; again 4 refused",
            FlowPattern.LOCAL_PORT,
            None,
        ),
        (
            "1 answered, 2 closed, 3 answered, 1 closed, 1 answered, 3 closed; again 2 answered, 2 closed",
            FlowPattern.NO_PATTERN,
            2,
        ),
    ],
)
def test_which_of_them_fail(text: str, pattern: FlowPattern, ways: int | None) -> None:
    found = series(text)
    assert (found.pattern, found.ways) == (pattern, ways)


def test_they_are_found_by_their_port() -> None:
    run = run_view(["follow-up flows 1935: 8 answered", "follow-up flows 443: 8 refused"])
    first, second = flows_at(run, 1935), flows_at(run, 443)
    assert first is not None
    assert second is not None
    assert (len(first.alive), len(second.dead)) == (8, 8)
    assert flows_at(run, 80) is None
