"""All support cases there and back: `make round-trip`, as root. `make test` walks one of them (test_round_trip.py)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lab.planted import leaks
from tests.lab.round_trip import check, lacks, walked, walked_with_secrets
from tests.lab.support_cases import CASES, SupportCase
from tests.lab.world import unavailable


@pytest.mark.timeout(180)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_support_and_customer_read_what_is_true(case: SupportCase, tmp_path: Path) -> None:
    """From the profile to the fix, by the command line; no file holds what was secret."""
    if reason := lacks(case):
        pytest.skip(reason)
    check(walked(case, tmp_path))


@pytest.mark.timeout(180)
def test_what_a_customer_types_in_secret_is_in_no_file(tmp_path: Path) -> None:
    """Password, stream keys, query token, proxy password: reports, packets, history, journal, log, code, terminal."""
    if reason := unavailable("nginx", "dnsmasq", "tinyproxy"):
        pytest.skip(reason)
    said = walked_with_secrets(tmp_path)
    codes = {step: each["code"] for step, each in said.items()}
    assert codes.pop("refused") == 3
    assert {step for step, code in codes.items() if code == 3} == set(), said
    for name in (
        "report.zip",
        "again.zip",
        "strict.zip",
        "typed-pcapng",
        "customer/history.sqlite3",
        "code.svg",
    ):
        assert (tmp_path / name).stat().st_size > 0
    assert (tmp_path / "customer/fmsdiag.log").read_text(encoding="utf-8").count("\n") > 5
    assert leaks(tmp_path) == []
