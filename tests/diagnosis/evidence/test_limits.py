from __future__ import annotations

import pytest

from fmsdiag.diagnosis.evidence.limits import count_limit, limited_ports, may_be_limited, shut_while_held
from tests.diagnosis.situations import run_view


@pytest.mark.parametrize(
    ("line", "ports"),
    [
        ("follow-up burst 1935: 3 open, 7 timed-out; later open", {1935}),
        ("follow-up burst 1935: 3 open, 7 timed-out; later timed-out", set()),
        ("follow-up burst 1935: 1 open, 1 timed-out, 3 open, 2 timed-out, 3 open; later open", set()),
        ("follow-up burst 1935: 10 open", set()),
        ("follow-up flows 1935: 10 answered, 14 timed-out; again 2 timed-out", {1935}),
        ("follow-up flows 1935: 8 timed-out", set()),
    ],
)
def test_a_limit_shows_behind_the_first_ones(line: str, ports: set[int]) -> None:
    """Connections in a row are cut off, and let through again later; a port that is dead or lossy shows none."""
    assert limited_ports(run_view(["fallback rtmp 1935: tcp ok; handshake ok; connect ok", line])) == ports


_PLAN = "fallback rtmp 1935: tcp ok; handshake ok; connect ok"
_IDLE = "follow-up idle 1935 at=0.6: tcp ok; handshake ok; connect ok; idle ok 10.0 quiet={quiet} busy=alive"


@pytest.mark.parametrize(
    ("quiet", "at", "count"), [("alive", "2", 6), ("closed", "2", 5), ("alive", "12", 4), ("alive", "0.1", 4)]
)
def test_connections_of_the_idle_test_count_where_they_were_open_throughout(
    quiet: str, at: str, count: int
) -> None:
    """What was closed meanwhile, and what was opened later or had ended before, was not open beside the series."""
    hold = f"follow-up hold 1935 at={at}: 4 open, 2 refused; later open"
    limit = count_limit(run_view([_PLAN, _IDLE.format(quiet=quiet), hold]))
    assert limit is not None
    assert limit.count == count


@pytest.mark.parametrize(
    ("at", "flows", "burst", "held"),
    [
        ("6.5", "8 refused", "10 refused; later open", True),
        ("1.2", "8 refused", "10 refused; later open", False),  # while the idle test went on
        ("6.5", "1 answered, 7 refused", "10 refused; later open", False),
        ("6.5", "8 refused", "1 open, 9 refused; later open", False),
        ("6.5", "8 refused", "10 refused", True),
    ],
)
def test_a_burst_is_shut_by_what_is_open_only_where_nothing_opens_meanwhile(
    at: str, flows: str, burst: str, held: bool
) -> None:
    """A count lets nothing in while it is used up; a rate lets one in as time goes on."""
    lines = [
        _PLAN,
        _IDLE.format(quiet="alive"),
        f"follow-up flows 1935 at=1.1: {flows}",
        f"follow-up burst 1935 at={at}: {burst}",
    ]
    assert (shut_while_held(run_view(lines)) is not None) is held


@pytest.mark.parametrize(
    ("limit", "way", "may_be"),
    [
        ("hold 1935: 2 open, 2 refused; later open", "refused", True),
        ("hold 1935: 3 open, 2 refused; later open", "refused", False),  # so many had not been opened before
        ("hold 1935: 2 open, 2 timed-out; later open", "refused", False),
        ("burst 1935: 2 open, 8 refused; later open", "refused", True),
        ("burst 1935: 3 open, 7 refused; later open", "refused", False),
        ("burst 1935: 10 open", "refused", False),
    ],
)
def test_a_limit_may_stop_another_port_once_as_many_were_opened(limit: str, way: str, may_be: bool) -> None:
    """A device may count the connections to all ports together; then it ends them all in the same way."""
    lines = [
        _PLAN,
        "check rtmps 443 at=0.01: tcp ok; tls ok; handshake ok; connect ok",
        f"fallback rtmp 80 at=0.5: tcp {way}",
        f"follow-up {limit}",
    ]
    run = run_view(lines)
    assert may_be_limited(run, run.attempts[2]) is may_be
