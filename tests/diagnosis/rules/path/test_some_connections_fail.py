"""What is shown of repeats must not speak against what is said of them."""

from __future__ import annotations

import pytest

from fmsdiag.diagnosis.rule import Found
from fmsdiag.diagnosis.rules.path.some_connections_fail import Seen, judge
from fmsdiag.messages.text import Text
from tests.diagnosis.situations import run_view

BY_PORT = "4 answered, 4 timed-out, 4 answered, 4 timed-out; again 2 timed-out"
IN_TURN = (
    "1 answered, 1 refused, 1 answered, 1 refused, 1 answered, 1 refused, 1 answered, 1 refused, 1 answered, 1 refused; "
    "again 1 answered, 1 refused, 1 answered, 1 refused"
)


@pytest.mark.parametrize(
    ("flows", "shown", "hidden"),
    [(BY_PORT, Seen.DEAD_AGAIN, Seen.CHANGED), (IN_TURN, Seen.CHANGED, Seen.DEAD_AGAIN)],
)
def test_second_tries_show_what_the_pattern_is(flows: str, shown: Text, hidden: Text) -> None:
    found = judge(run_view(["fallback rtmp 1935: tcp timed-out", f"follow-up flows 1935: {flows}"]))
    assert isinstance(found, Found)
    lines = {line.message.id for line in found.seen}
    assert shown.id in lines
    assert hidden.id not in lines
