"""What is shown of repeats must not speak against what is said of them."""

from __future__ import annotations

import pytest

from fmsdiag.diagnosis.rule import FindingTexts, Found
from fmsdiag.diagnosis.rules.path.some_connections_fail import (
    Answered,
    BehindPort,
    OneOf,
    OtherServers,
    Refused,
    Seen,
    judge,
)
from fmsdiag.messages.language import ENGLISH
from fmsdiag.messages.text import Text
from fmsdiag.model import Actor
from tests.diagnosis.situations import run_view

BY_PORT = "4 answered, 4 timed-out, 4 answered, 4 timed-out; again 2 timed-out"
IN_TURN = (
    "1 answered, 1 refused, 1 answered, 1 refused, 1 answered, 1 refused, 1 answered, 1 refused, 1 answered, 1 refused; "
    "again 1 answered, 1 refused, 1 answered, 1 refused"
)


@pytest.mark.parametrize(
    ("flows", "shown", "hidden"),
    [(BY_PORT, Seen.DEAD_AGAIN, Seen.WORKS_NOW), (IN_TURN, Seen.WORKS_NOW, Seen.DEAD_AGAIN)],
)
def test_second_tries_show_what_the_pattern_is(flows: str, shown: Text, hidden: Text) -> None:
    found = judge(run_view(["fallback rtmp 1935: tcp timed-out", f"follow-up flows 1935: {flows}"]))
    assert isinstance(found, Found)
    lines = {line.message.id for line in found.seen}
    assert shown.id in lines
    assert hidden.id not in lines


def found_in(*lines: str) -> Found:
    found = judge(run_view(lines))
    assert isinstance(found, Found)
    return found


def test_the_evidence_tells_how_connections_fail_and_which_second_tries_differ() -> None:
    flows = f"follow-up flows 1935: {IN_TURN}"
    found = found_in(
        "fallback rtmp 1935: tcp ok; handshake ok; connect ok", "fallback rtmp 80: tcp refused", flows
    )
    lines = [ENGLISH.render(line.message) for line in found.seen]
    assert not any("port 80" in line for line in lines)  # another port's failure shows nothing of this one
    assert any(line.startswith("Connections from local ports") and "fail: refused" in line for line in lines)
    assert any("which had failed, work" in line for line in lines)


def test_a_steady_port_of_the_same_server_clears_the_path() -> None:
    quarter = "follow-up flows 1935: " + ", ".join(["3 answered, 1 timed-out"] * 4) + "; again 2 timed-out"
    dead, alive = "fallback rtmp 1935: tcp timed-out", "fallback rtmp 80: tcp ok; handshake ok; connect ok"
    found = found_in(dead, alive, quarter, "follow-up flows 80: 24 answered")
    assert found.case is BehindPort
    assert ENGLISH.render(found.seen[-1].message) == (
        "Port 80: all 24 identical connections, from other local ports, work."
    )
    few = found_in(dead, alive, quarter, "follow-up flows 80: 8 answered")
    assert few.case is OneOf  # so few may all have met a server that is up


@pytest.mark.parametrize("outcome", ["refused", "reset", "closed", "silent"])
def test_connections_that_are_answered_accuse_no_path(outcome: str) -> None:
    quarter = ", ".join([f"3 answered, 1 {outcome}"] * 4)
    flows = f"follow-up flows 1935: {quarter}; again 2 {outcome}"
    for others in ([], ["follow-up flows 80: 24 answered"]):
        lines = ["fallback rtmp 1935: tcp refused", "fallback rtmp 80: tcp ok; handshake ok; connect ok"]
        found = judge(run_view([*lines, flows, *others]))
        assert isinstance(found, Found)
        if outcome == "silent" and found.case is not Answered:
            continue
        assert found.case is (Refused if outcome == "refused" else Answered)
        assert found.case.acts == (Actor.OPERATOR,)
        assert not found.case.administrator
        said = [ENGLISH.render(line.message) for line in found.seen]
        assert not any("lost" in line for line in said)
        assert not any("parallel" in step.english for step in found.case.operator)


@pytest.mark.parametrize(
    ("reference", "living", "case"),
    [
        ("timed-out", "ok", OtherServers),
        ("timed-out", "timed-out", BehindPort),  # the reference server may be down
        ("refused", "ok", BehindPort),  # what refuses has received it
        ("ok", "ok", BehindPort),
    ],
)
def test_no_server_is_accused_where_another_one_is_silent_on_the_same_port(
    reference: str, living: str, case: type[FindingTexts]
) -> None:
    quarter = "follow-up flows 1935: " + ", ".join(["3 answered, 1 timed-out"] * 4) + "; again 2 timed-out"
    found = found_in(
        "fallback rtmp 1935: tcp timed-out",
        "fallback rtmp 80: tcp ok; handshake ok; connect ok",
        quarter,
        f"control control-port 1935: tcp {reference}",
        f"control control-port 80: tcp {living}",
        "follow-up flows 80: 24 answered",
    )
    assert found.case is case
