"""Between which routers the content of UDP packets changes, by what they quote."""

import pytest

from fmsdiag.diagnosis.evidence.changed_datagrams import changed_datagrams
from tests.diagnosis.situations import run_view


@pytest.mark.parametrize(
    ("hops", "between"),
    [
        ("1 time-exceeded 192.168.1.1 quotes 68, 2 time-exceeded 192.0.2.1 quotes 68 1", (1, 2)),
        ("1 time-exceeded 192.168.1.1 quotes 68 0, 2 time-exceeded 192.0.2.1 quotes 68 0", (None, 1)),
        # a quote that ends before the changed byte shows nothing of it
        ("1 time-exceeded 192.168.1.1 quotes 8, 2 time-exceeded 192.0.2.1 quotes 68 20", (None, 2)),
        ("1 time-exceeded 192.168.1.1 quotes 68, 2 silent, 3 time-exceeded 192.0.2.1 quotes 68 20", (1, 3)),
        ("1 time-exceeded 192.168.1.1 quotes 68, 2 time-exceeded 192.0.2.1 quotes 68", None),
        ("1 time-exceeded 192.168.1.1, 2 time-exceeded 192.0.2.1", None),
    ],
)
def test_the_first_changed_quote_and_who_quoted_as_much_before(
    hops: str, between: tuple[int | None, int] | None
) -> None:
    found = changed_datagrams(run_view([f"follow-up udp-hops rtmfp:1935: {hops}"]), 1935)
    if between is None:
        assert found is None
        return
    assert found is not None
    assert (found.before.ttl if found.before else None, found.after.ttl) == between


def test_another_port_shows_nothing_of_this_one() -> None:
    run = run_view(["follow-up udp-hops rtmfp:1935: 1 time-exceeded 192.168.1.1 quotes 68 1"])
    assert changed_datagrams(run, 19350) is None
    assert changed_datagrams(run) is not None
