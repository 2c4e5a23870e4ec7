from __future__ import annotations

import pytest

from fmsdiag.diagnosis.evidence.payload import (
    ByteOutcome,
    connected_elsewhere,
    direct_rtmp,
    got_further,
    handshake_outcome,
    in_disguise,
    is_cut,
    other_fate,
    round_trip_s,
    stuck,
)
from fmsdiag.model import StepName
from tests.diagnosis.situations import run_view


@pytest.mark.parametrize(
    ("end", "fate", "is_stuck"),
    [
        ("ok", ByteOutcome.ANSWERED, False),
        ("closed", ByteOutcome.CLOSED, False),
        ("reset", ByteOutcome.RESET, False),
        ("reset bytes=1", ByteOutcome.ANSWERED, False),
        ("timed-out unacked=1537", ByteOutcome.LOST, True),
        ("timed-out unacked=0", ByteOutcome.IGNORED, False),
        ("timed-out", ByteOutcome.SILENT, True),
        ("stalled bytes=1400", ByteOutcome.ANSWERED, False),
        ("unexpected-reply http=400", ByteOutcome.ANSWERED, False),
        ("not-permitted", None, False),
    ],
)
def test_what_became_of_the_handshake(end: str, fate: ByteOutcome | None, is_stuck: bool) -> None:
    (attempt,) = run_view([f"fallback rtmp 1935: tcp ok; handshake {end}"]).attempts
    assert handshake_outcome(attempt) is fate
    assert stuck(attempt) is is_stuck


def test_what_became_of_other_bytes_is_known_by_port() -> None:
    seen = run_view(
        [
            "fallback rtmp 1935: tcp ok; handshake reset",
            "follow-up other-bytes 1935: tcp ok; exchange timed-out unacked=0",
            "follow-up other-bytes 80: tcp refused",
        ]
    )
    assert [other_fate(seen, port) for port in (1935, 80, 443)] == [ByteOutcome.IGNORED, None, None]


def test_other_bytes_that_fare_alike_are_not_better() -> None:
    assert not any(got_further(fate, fate) for fate in ByteOutcome)
    assert got_further(ByteOutcome.CLOSED, ByteOutcome.LOST)
    assert not got_further(ByteOutcome.LOST, ByteOutcome.RESET)


def test_rtmp_in_clear_and_in_disguise() -> None:
    seen = run_view(
        [
            "fallback rtmp 1935: tcp timed-out",
            "fallback rtmp 80: tcp ok; handshake reset",
            "fallback rtmpt 80: tcp ok; tunnel ok; handshake timed-out",
            "check rtmps 443: tcp ok; tls certificate-expired; tls ok skipped=yes; handshake ok; connect ok",
        ]
    )
    assert [a.id for a in direct_rtmp(seen)] == [2]
    found = in_disguise(seen)
    assert found is not None
    assert found.id == 4


def test_another_port_that_connected_and_no_tunnel_if_there_is_a_choice() -> None:
    lines = [
        "fallback rtmp 1935: tcp ok; handshake ok; connect ok",
        "fallback rtmpt 80: tcp ok; tunnel ok; handshake ok; connect ok",
        "check rtmps 443: tcp ok; tls ok; handshake ok; connect ok",
    ]
    found = connected_elsewhere(run_view(lines), 1935)
    assert found is not None
    assert found.id == 3
    assert connected_elsewhere(run_view(lines[:1]), 1935) is None


def test_a_round_trip_is_the_kernels_where_it_tells() -> None:
    (attempt,) = run_view(["fallback rtmp 1935: tcp ok 1.03 rtt=0.02; handshake timed-out"]).attempts
    steps = {o.step: o for o in attempt.observations}
    assert round_trip_s(steps[StepName.TCP]) == 0.02
    assert round_trip_s(steps[StepName.HANDSHAKE]) is None


def test_a_filter_drops_or_resets_and_ends_nothing_in_good_order() -> None:
    seen = run_view(
        [
            "fallback rtmp 1935: tcp ok; handshake timed-out",
            "fallback rtmp 80: tcp ok; handshake reset",
            "fallback rtmp 8080: tcp ok; handshake closed",
            "fallback rtmp 8134: tcp ok; handshake reset bytes=7",
            "fallback rtmp 8135: tcp timed-out",
        ]
    )
    assert [is_cut(a) for a in seen.attempts] == [True, True, False, False, False]
