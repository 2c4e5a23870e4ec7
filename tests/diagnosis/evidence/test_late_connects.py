from __future__ import annotations

import pytest

from fmsdiag.diagnosis.evidence.late_connects import all_late_alike, late_beside_others, late_connects
from tests.diagnosis.situations import run_view

_FIRST = "fallback rtmp 1935 at=0.01: tcp ok; handshake ok; connect ok"
_BESIDE = "check rtmps 443 at=0.08: tcp ok; tls ok; handshake ok; connect ok"
_LATE = "tcp ok 1.02 rtt=0.02; handshake ok; connect ok"


def test_late_and_punctual_connects_are_told_apart() -> None:
    connects = late_connects(run_view([_FIRST, _BESIDE, f"fallback rtmp 80 at=0.2: {_LATE}"]))
    assert [o.port for o in connects.server] == [80]
    assert sorted(o.port or 0 for o in connects.punctual) == [443, 1935]


@pytest.mark.parametrize(
    ("first_late", "second_late", "fewest"),
    [
        ("at=0.2", "at=0.4", 2),
        ("at=0.2", "at=8.0", None),  # nothing was open beside it
        ("at=0.05", "at=0.4", None),  # no more was open than beside one that opened at once
    ],
)
def test_late_connects_have_company_or_not(first_late: str, second_late: str, fewest: int | None) -> None:
    lines = [
        _FIRST,
        _BESIDE,
        f"fallback rtmp 80 {first_late}: {_LATE}",
        f"fallback rtmpt 80 {second_late}: {_LATE.replace('handshake', 'http ok; handshake')}",
    ]
    seen = late_beside_others(run_view(lines))
    assert (seen and seen.open_then) == fewest


def test_one_late_connect_says_nothing() -> None:
    assert late_beside_others(run_view([_FIRST, _BESIDE, f"fallback rtmp 80 at=0.2: {_LATE}"])) is None


@pytest.mark.parametrize(("last", "count"), [("1.02", 4), ("3.05", 0), ("0.02", 0)])
def test_all_are_late_alike_or_not(last: str, count: int) -> None:
    late = "tcp ok 1.02 rtt=0.02"
    lines = [
        f"fallback rtmp 1935: {late}; handshake ok; connect ok",
        f"fallback rtmp 80 at=0.4: {late}; handshake ok; connect ok",
        f"control control-port 80 at=3.0: {late}",
        f"control control-port 443 at=5.0: tcp ok {last} rtt=0.02",
    ]
    assert all_late_alike(run_view(lines, control="ctl.example.net")) == count
