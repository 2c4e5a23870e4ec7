"""One sentence says what is different since the last run of the same server."""

import msgspec
import pytest

from fmsdiag.history.changes import difference, since
from fmsdiag.model import Purpose, Report, Status
from tests.report import samples

AT = "2026-11-12T09:30:00Z"


def at_then(report: Report) -> Report:
    return msgspec.structs.replace(report, started_at=AT)


def with_status(report: Report, status: Status, *numbers: int) -> Report:
    """The same with these attempts of the plan ended so."""
    plan = [a for a in report.attempts if a.purpose is Purpose.FALLBACK]
    ids = {plan[number].id for number in numbers}
    attempts = (msgspec.structs.replace(a, status=status) if a.id in ids else a for a in report.attempts)
    return msgspec.structs.replace(report, attempts=tuple(attempts))


def test_a_port_that_connects_now_and_one_that_no_longer_does() -> None:
    blocked = samples.port_blocked()
    opened = with_status(blocked, Status.CONNECTED, 0)
    assert since(at_then(blocked), opened) == "Since 12 Nov 2026 09:30 UTC: RTMP on port 1935 now connects."
    assert (
        since(at_then(opened), blocked)
        == "Since 12 Nov 2026 09:30 UTC: RTMP on port 1935 no longer connects."
    )


def test_several_at_once() -> None:
    blocked = samples.port_blocked()
    closed = with_status(blocked, Status.FAILED, 1, 2)
    said = since(at_then(blocked), closed)
    assert "RTMP on port 80 and RTMPT on port 80 no longer connect." in said
    swapped = with_status(with_status(blocked, Status.FAILED, 1, 2), Status.CONNECTED, 0)
    assert "new is a connection over RTMP on port 1935; lost is one over" in since(at_then(blocked), swapped)


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        (samples.port_blocked(), samples.port_blocked(), "no change."),
        (
            samples.port_blocked(),
            msgspec.structs.replace(samples.port_blocked(), findings=()),
            "the cause port-blocked is gone.",
        ),
        (
            msgspec.structs.replace(samples.port_blocked(), findings=()),
            samples.port_blocked(),
            "the cause port-blocked is new.",
        ),
    ],
)
def test_causes_where_the_ways_are_the_same(before: Report, now: Report, said: str) -> None:
    assert since(at_then(before), now).endswith(said)


def test_another_cause() -> None:
    blocked = samples.port_blocked()
    other = msgspec.structs.replace(blocked.findings[0], cause="server-firewall")
    now = msgspec.structs.replace(blocked, findings=(other,))
    assert since(at_then(blocked), now).endswith("the cause was port-blocked and is now server-firewall.")


def test_a_stopped_run_is_compared_with_nothing() -> None:
    assert "The test was stopped" in since(at_then(samples.healthy()), samples.stopped())


def test_a_difference_is_told_only_where_there_is_one() -> None:
    blocked = samples.port_blocked()
    assert difference(at_then(blocked), blocked) == ""
    assert difference(at_then(samples.healthy()), samples.stopped()) == ""
    assert "now connects" in difference(at_then(blocked), with_status(blocked, Status.CONNECTED, 0))
