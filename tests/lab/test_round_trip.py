"""A support case there and back: one fault of each side; the other four are in check_round_trip.py."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.lab.round_trip import check, lacks, walked
from tests.lab.support_cases import CASES

CORE = [case for case in CASES if case.core]


@pytest.mark.peer
def test_support_and_customer_read_what_is_true(tmp_path: Path) -> None:
    """From the profile to the fix, by the command line; no file holds what was secret."""
    if reason := "".join(lacks(case) for case in CORE):
        pytest.skip(reason)
    with ThreadPoolExecutor(len(CORE)) as pool:  # each mostly waits for programs to start
        for trip in pool.map(lambda case: walked(case, tmp_path / case.name), CORE):
            check(trip)


def test_both_sides_are_walked() -> None:
    """`make test` takes one case of each side, `make round-trip` three."""
    assert sorted(case.is_customers for case in CORE) == [False, True]
    assert sum(case.is_customers for case in CASES) == 3
    assert len({case.name for case in CASES}) == len(CASES) == 6
