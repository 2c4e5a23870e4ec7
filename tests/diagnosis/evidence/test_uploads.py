"""Which port holds uploads back."""

from __future__ import annotations

import pytest

from fmsdiag.diagnosis.evidence.uploads import faster_elsewhere, held_back_ports, rate, slow_upload, uploads
from tests.diagnosis.situations import run_view

_BEFORE = (
    "fallback rtmp 1935: tcp ok; handshake ok; connect ok",
    "fallback rtmp 80: tcp ok; handshake ok; connect ok",
)
_SLOW = "follow-up upload 1935: tcp ok; handshake ok; connect ok; upload ok taken=24000 in=4 end='too slow'"
_FAST = "follow-up upload 80: tcp ok; handshake ok; connect ok; upload ok taken=65000 in={took} end={end}"


@pytest.mark.parametrize(
    ("fast", "ports"),
    [
        (_FAST.format(took="0.05", end="complete"), {1935}),
        (
            _FAST.format(took="1.2", end="complete"),
            set(),
        ),  # faster, but packets may have been lost there, too
        (_FAST.format(took="0.05", end="reset"), set()),
        (_FAST.format(took="4", end="'too slow'"), set()),
    ],
)
def test_a_port_is_held_back_where_another_one_takes_all_without_delay(fast: str, ports: set[int]) -> None:
    assert held_back_ports(run_view([*_BEFORE, _SLOW, fast])) == ports


def test_without_another_port_nothing_is_held_back() -> None:
    assert held_back_ports(run_view([*_BEFORE, _SLOW])) == frozenset()
    assert held_back_ports(run_view(_BEFORE)) == frozenset()


def test_the_contrast_is_the_first_whole_upload_that_is_many_times_faster() -> None:
    run = run_view([*_BEFORE, _SLOW, _FAST.format(took="1.3", end="complete")])
    slow = slow_upload(run)
    assert slow is not None
    assert rate(slow[2]) == 6000
    fast = faster_elsewhere(run, slow)
    assert fast is not None
    assert fast[0].endpoint.port == 80
    assert len(uploads(run)) == 2
    slower = run_view([*_BEFORE, _SLOW, _FAST.format(took="3", end="complete")])
    assert faster_elsewhere(slower, slow) is None
