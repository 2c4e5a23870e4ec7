"""A failed connection in one line."""

from dataclasses import replace
from datetime import UTC, datetime

from fmsdiag.obs.failures import ObsFailure
from fmsdiag.obs.lines import describe_failure
from fmsdiag.obs.texts import ObsReason

FAILURE = ObsFailure(datetime(2026, 5, 12, 14, 2, tzinfo=UTC), "rtmp://h.example/live", ObsReason.REFUSED, -2)


def test_when_why_and_which_server() -> None:
    said = "12 May 2026 14:02 UTC: The server refused the connection (ECONNREFUSED)."
    assert describe_failure(FAILURE) == f"{said} Server: rtmp://h.example/live"
    assert describe_failure(replace(FAILURE, address="")) == said
