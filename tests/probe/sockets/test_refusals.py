from __future__ import annotations

import pytest

from fmsdiag.probe.sockets.refusals import REFUSAL_S, REFUSALS, connect_bound_s


@pytest.mark.parametrize(
    ("repeated", "seconds", "bound"), [(False, 0.9, 0.9), (True, 0.9, REFUSAL_S), (True, 5, 5)]
)
def test_a_connect_is_waited_for_until_a_refusal_would_be_told(
    monkeypatch: pytest.MonkeyPatch, repeated: bool, seconds: float, bound: float
) -> None:
    monkeypatch.setattr(REFUSALS, "repeated", repeated)
    assert connect_bound_s(seconds) == bound
