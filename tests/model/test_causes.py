from __future__ import annotations

from fmsdiag.model import NO_CAUSE, Cause


def test_ids_are_words_and_none_is_none() -> None:
    assert NO_CAUSE not in list(Cause)
    assert all(cause.name.lower().replace("_", "-") == cause.value for cause in Cause)
