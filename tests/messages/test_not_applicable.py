from __future__ import annotations

import pytest

from fmsdiag.messages.not_applicable import NOT_APPLICABLE, Reasons, text_of
from fmsdiag.model import NotApplicable


@pytest.mark.parametrize("reason", NotApplicable)
def test_every_reason_fits_behind_a_colon(reason: NotApplicable) -> None:
    said = NOT_APPLICABLE[reason].english
    assert said
    assert not said.endswith(".")


def test_a_reason_of_a_newer_program_has_words_too() -> None:
    assert text_of("redirect-private") is Reasons.REDIRECT_PRIVATE
    assert text_of("something-new") is Reasons.UNKNOWN
