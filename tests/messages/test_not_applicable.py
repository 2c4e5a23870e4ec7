from __future__ import annotations

import pytest

from fmsdiag.messages.not_applicable import NOT_APPLICABLE
from fmsdiag.model import NotApplicable


@pytest.mark.parametrize("reason", NotApplicable)
def test_every_reason_fits_behind_a_colon(reason: NotApplicable) -> None:
    said = NOT_APPLICABLE[reason].english
    assert said
    assert not said.endswith(".")
