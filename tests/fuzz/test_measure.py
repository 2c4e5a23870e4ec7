"""What the fuzzers are measured by finds what it looks for, and nothing else."""

from __future__ import annotations

import itertools
import time
from pathlib import Path

import pytest

from tests.fuzz import changed_report
from tests.fuzz.measure import LIMIT, SIZES, growth, leaked, measure, pairs, repeated

SEEDS = [b"ab", b"x"]


def soon() -> float:
    return time.process_time() + 20


def cubic(data: bytes) -> None:
    """Eight times the work for twice the input: far enough from LIMIT to be told on a busy machine, too."""
    steps = range(len(data) // 100)
    assert sum(1 for _ in itertools.product(steps, repeat=3)) == len(steps) ** 3


def test_a_check_that_grows_is_found() -> None:
    short = [pair for pair in pairs(None, [b"a"]) if len(pair[1]) == SIZES[0]]
    worst = growth(cubic, short, soon())
    assert worst.times > LIMIT
    assert set(worst.longest) == {ord("a")}


def test_a_linear_one_does_not() -> None:
    assert growth(lambda data: [n * n for n in data * 20], pairs(None, SEEDS), soon()).times < LIMIT


def test_what_is_too_short_to_tell_is_no_growth() -> None:
    assert growth(len, pairs(None, SEEDS), soon()).times == 0


def test_a_check_that_keeps_its_inputs_leaks() -> None:
    kept: list[bytes] = []
    assert "objects an input" in leaked(lambda data: kept.append(data + b"!"), SEEDS * 20, soon())


def test_a_cache_is_no_leak() -> None:
    kept: dict[bytes, bytes] = {}
    assert leaked(lambda data: kept.setdefault(data, data + b"!"), SEEDS * 20, soon()) == ""


def test_inputs_are_repeated_behind_what_says_how_they_are_meant() -> None:
    assert repeated(b"HHabc", 2, 3) == b"HHabcabcabc"
    lengths = [(len(once), len(twice)) for _, once, twice in pairs(None, [b"ab"])]
    assert lengths == [(size, 2 * size) for size in reversed(SIZES)]
    assert list(pairs(None, [bytes(SIZES[1] + 3)])) == []


def test_a_reports_texts_and_lists_are_twice_as_long() -> None:
    texts = [(len(once), len(twice)) for name, once, twice in pairs(changed_report, []) if " of " in name]
    assert texts
    assert all(once < twice <= 65_536 for once, twice in texts)


@pytest.mark.parametrize("name", ["recognise"])
def test_a_target_is_measured_without_a_fuzzer(name: str, tmp_path: Path) -> None:
    (tmp_path / "found").write_bytes(b"HTTP/1.1 200 OK\r\n\r\n")
    measured = measure(name, 1.0, tmp_path)
    assert (measured.grows, measured.leaked) == ("", "")
