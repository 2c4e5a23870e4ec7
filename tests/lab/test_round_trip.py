"""A support case there and back, one that waits for nothing; the others are in check_round_trip.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lab.round_trip import check, lacks, walked
from tests.lab.support_cases import CASES

QUICK = next(case for case in CASES if case.name == "tls-intercepted")


@pytest.mark.peer
@pytest.mark.timeout(180)
def test_support_and_customer_read_what_is_true(tmp_path: Path) -> None:
    """From the profile to the fix, by the command line; no file holds what was secret."""
    if reason := lacks(QUICK):
        pytest.skip(reason)
    check(walked(QUICK, tmp_path))


def test_both_sides_are_walked() -> None:
    """`make round-trip` takes three cases of each."""
    assert len({case.name for case in CASES}) == len(CASES) == 6
    assert sum(case.is_customers for case in CASES) == 3
