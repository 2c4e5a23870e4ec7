"""Sleep is a difference of two clocks; that they differ after a sleep cannot be tried here."""

import pytest

from fmsdiag.probe.sleep_clock import slept_between, slept_s


@pytest.mark.this_computer
def test_a_computer_that_is_awake_does_not_sleep() -> None:
    assert slept_between(slept_s(), slept_s()) is None


@pytest.mark.parametrize(("after_s", "told"), [(100.0, None), (100.9, None), (160.0, 60.0), (99.0, None)])
def test_clocks_tick_coarsely_and_sleep_is_long(after_s: float, told: float | None) -> None:
    assert slept_between(100.0, after_s) == told
