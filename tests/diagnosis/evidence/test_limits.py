from __future__ import annotations

import pytest

from fmsdiag.diagnosis.evidence.limits import limited_ports
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
