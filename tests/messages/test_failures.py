from __future__ import annotations

import pytest

from fmsdiag.messages.failures import AT_ONCE, FAILURE_WORDS, OUTCOMES
from fmsdiag.model import FailureKind


@pytest.mark.parametrize("kind", FailureKind)
def test_every_failure_has_a_word_and_an_outcome(kind: FailureKind) -> None:
    assert len(FAILURE_WORDS[kind].english.split()) <= 5
    assert OUTCOMES[kind].english[0].islower()
    assert set(OUTCOMES[kind].places) <= {"elapsed"}


def test_what_takes_no_time_says_none() -> None:
    assert all(not said.places for said in AT_ONCE.values())
