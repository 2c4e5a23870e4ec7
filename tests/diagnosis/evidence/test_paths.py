from __future__ import annotations

import pytest

from fmsdiag.diagnosis.evidence.paths import ends_locally, last_router, path_end
from fmsdiag.hops import arrived
from fmsdiag.model import Hop
from tests.diagnosis.situations import run_view

THROUGH = "1 time-exceeded 192.168.1.1, 2 silent, 3 time-exceeded 198.51.100.1, 4 time-exceeded 198.51.100.9, 5 silent, 6 open"


def path(text: str) -> tuple[Hop, ...]:
    """ "1 time-exceeded 192.168.1.1, 2 silent" as hops."""
    return run_view([f"follow-up hops 1935: {text}"]).hops(1935)


def on_local_side(address: str | None) -> bool:
    return run_view([]).on_local_side(address)


def test_the_ends_of_a_path() -> None:
    hops = path("1 time-exceeded 192.168.1.1, 2 silent, 3 refused, 4 silent")
    assert path_end(hops) == hops[2]
    assert arrived(hops) == 3
    assert last_router(hops) == hops[0]
    silent = path("1 silent, 2 silent")
    assert (path_end(silent), arrived(silent), last_router(silent)) == (None, None, None)


@pytest.mark.parametrize(
    ("dead", "ttl"),
    [
        ("1 time-exceeded 192.168.1.1, 2 silent, 3 silent, 4 silent, 5 silent, 6 silent", 1),
        (
            "1 silent, 2 silent, 3 silent, 4 silent",
            0,
        ),  # the first router answers the other path, not this one
        ("1 time-exceeded 192.168.1.1, 2 refused", 2),  # reset behind the first router
        ("1 refused", 1),
        ("1 time-exceeded 192.168.1.1, 2 unreachable 10.0.0.1", 2),  # a filter signs
    ],
)
def test_a_path_that_breaks_near_us(dead: str, ttl: int) -> None:
    end = ends_locally(path(dead), path(THROUGH), on_local_side)
    assert end is not None
    assert end.ttl == ttl


@pytest.mark.parametrize(
    "dead",
    [
        "1 time-exceeded 192.168.1.1, 2 silent, 3 time-exceeded 198.51.100.1, 4 time-exceeded 198.51.100.9, 5 silent, 6 silent",
        "1 time-exceeded 192.168.1.1, 2 silent, 3 silent, 4 time-exceeded 198.51.100.9, 5 refused",  # nearer to the server
        "1 time-exceeded 192.168.1.1, 2 silent",  # where the other path was silent, too
        "1 time-exceeded 192.168.1.1, 2 silent, 3 silent, 4 silent, 5 silent, 6 refused",  # the server refuses
        "1 time-exceeded 192.168.1.1, 2 silent, 3 silent, 4 silent, 5 open",  # it opens after all
        "1 silent, 2 silent, 3 silent, 4 silent, 5 unreachable 198.51.100.9",
        "1 silent, 2 time-exceeded 198.51.100.1, 3 silent, 4 silent, 5 silent, 6 silent",  # a provider's, as far as is known
        "1 silent, 2 silent, 3 time-exceeded 198.51.100.1, 4 silent, 5 silent, 6 silent",
    ],
)
def test_a_path_that_breaks_elsewhere_or_nowhere(dead: str) -> None:
    assert ends_locally(path(dead), path(THROUGH), on_local_side) is None


def test_without_a_path_that_arrives_nothing_is_known_of_one_that_does_not() -> None:
    dead = path("1 time-exceeded 192.168.1.1, 2 silent, 3 silent")
    assert ends_locally(dead, path("1 silent, 2 silent"), on_local_side) is None
    assert ends_locally(dead, (), on_local_side) is None
    assert ends_locally((), path(THROUGH), on_local_side) is None
