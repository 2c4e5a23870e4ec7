from __future__ import annotations

from fmsdiag.diagnosis.lines.repeats import repeat_lines
from fmsdiag.messages.language import ENGLISH
from tests.diagnosis.situations import run_view


def said(flows: str, port: int | None = 1935) -> list[str]:
    run = run_view(["fallback rtmp 1935: tcp timed-out", f"follow-up flows 1935: {flows}"])
    return [ENGLISH.render(line.message) for line in repeat_lines(run, port)]


def test_repeats_that_fail_alike_are_counted() -> None:
    assert said("8 timed-out") == [
        "Port 1935: 8 more attempts, from other local ports, get no answer within 20 ms either."
    ]
    assert said("7 timed-out, 1 reset") == [
        "Port 1935: all 8 more attempts, from other local ports, fail as well."
    ]
    assert said("1 refused") == ["Port 1935: 1 more attempt, from another local port, fails as well."]


def test_repeats_that_differ_are_counted_too() -> None:
    mixed = "4 answered, 4 timed-out; again 2 timed-out"
    assert said(mixed) == ["Port 1935: 4 of 8 more attempts, from other local ports, fail as well."]


def test_what_works_or_was_not_repeated_shows_nothing() -> None:
    assert said("8 answered") == []
    assert said("8 timed-out", 80) == []
    assert said("8 timed-out", None) == []
