from __future__ import annotations

import pytest

from fmsdiag.messages.causes import CAUSE_NAMES
from fmsdiag.model import Cause


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_a_short_name(cause: Cause) -> None:
    name = CAUSE_NAMES[cause].english
    assert 2 <= len(name.split()) <= 8
    assert not name.endswith(".")
