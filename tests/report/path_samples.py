"""Reports of runs whose path tests show where something ends."""

from __future__ import annotations

import msgspec

from fmsdiag.model import Report
from tests.diagnosis.situations import run_view
from tests.report import samples

OPEN_PATH = (
    "follow-up hops 80: 1 time-exceeded 192.168.1.1, 2 time-exceeded 192.0.2.1, 3 time-exceeded 198.18.0.2, "
    "4 open 203.0.113.10"
)
RESET_AT_ROUTER = (
    "fallback rtmp 1935: tcp ok; handshake reset",
    "follow-up app-path 1935: via=10.66.0.1,192.0.2.1,198.18.0.2 reached=1 end=reset sender=nearer",
)
PORT_DROPPED = (
    "fallback rtmp 1935: tcp timed-out",
    "fallback rtmp 80: tcp ok; handshake ok; connect ok",
    "follow-up hops 1935: 1 time-exceeded 192.168.1.1, 2 time-exceeded 192.0.2.1, 3 silent, 4 silent",
    OPEN_PATH,
)


def traced(*lines: str) -> Report:
    """The report of a situation's lines, as the rules judge it."""
    run = run_view(list(lines))
    base = samples.report(run.attempts)
    return samples.concluded(msgspec.structs.replace(base, target=run.target, environment=run.environment))


def two_places() -> Report:
    """RTMP is reset at the router, and port 80 is dropped at the provider."""
    return traced(
        *RESET_AT_ROUTER,
        "fallback rtmp 80: tcp timed-out",
        "follow-up hops 80: 1 time-exceeded 10.66.0.1, 2 time-exceeded 192.0.2.1, 3 silent, 4 silent",
        "follow-up hops 1935: 1 time-exceeded 10.66.0.1, 2 time-exceeded 192.0.2.1, 3 time-exceeded 198.18.0.2, "
        "4 open 203.0.113.10",
    )
