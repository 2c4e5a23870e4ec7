"""A check over many things fails when one of them does, and says which."""

from __future__ import annotations

import pytest

from tests.each import MOST_SHOWN, each_of


def test_each_is_tried_and_those_that_fail_are_named() -> None:
    tried: list[int] = []

    @each_of((f"number {n}", n) for n in range(4))
    def is_even(n: int) -> None:
        """Whether it is."""
        tried.append(n)
        assert n % 2 == 0, f"{n} is odd"

    with pytest.raises(pytest.fail.Exception) as failed:
        is_even()
    assert tried == [0, 1, 2, 3]
    assert "number 1: 1 is odd" in str(failed.value)
    assert "number 3: 3 is odd" in str(failed.value)
    assert "number 2" not in str(failed.value)
    assert (is_even.__name__, is_even.__doc__) == ("is_even", "Whether it is.")


def test_parts_are_given_one_by_one_and_what_holds_passes() -> None:
    @each_of([("both", (1, 2))])
    def rises(low: int, high: int) -> None:
        assert low < high

    rises()


def test_a_long_list_is_cut_and_its_rest_counted() -> None:
    @each_of((str(n), n) for n in range(MOST_SHOWN + 5))
    def never(n: int) -> None:
        raise AssertionError(n)

    with pytest.raises(pytest.fail.Exception, match="and 5 more"):
        never()


def test_nothing_to_check_is_a_fault() -> None:
    with pytest.raises(AssertionError):
        each_of([])(print)
