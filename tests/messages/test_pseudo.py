from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from fmsdiag.messages.catalog import known_texts
from fmsdiag.messages.pseudo import CLOSE, FROM_RIGHT, OPEN, POP, RIGHT_TO_LEFT, accented, reversed_direction

PLACE = re.compile(r"\{\w+(?::\w+)?\}")
TEXTS = sorted(t.english for t in known_texts().values())


def test_accented_texts_are_marked_and_longer_and_keep_their_places() -> None:
    for english in TEXTS:
        strange = accented(english)
        assert strange.startswith(OPEN)
        assert strange.endswith(CLOSE)
        assert PLACE.findall(strange) == PLACE.findall(english)
        assert len(strange) >= 1.3 * len(PLACE.sub("", english))


def test_reversed_texts_keep_their_places_and_close_what_they_open() -> None:
    for english in TEXTS:
        strange = reversed_direction(english)
        assert PLACE.findall(strange) == PLACE.findall(english)
        assert strange.count(RIGHT_TO_LEFT) == strange.count(POP)
        assert strange.startswith(FROM_RIGHT)
        assert strange.replace(FROM_RIGHT, "").replace(RIGHT_TO_LEFT, "").replace(POP, "") == english


@pytest.mark.parametrize("change", [accented, reversed_direction])
def test_nothing_stays_nothing(change: Callable[[str], str]) -> None:
    assert change("") == ""
